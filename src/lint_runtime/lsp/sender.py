"""Send findings: publish them, or answer an editor that pulls them."""

import asyncio
from collections.abc import Collection
from itertools import count

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from lint_runtime.config.files import ConfigError
from lint_runtime.diagnostics import Diagnostic
from lint_runtime.lsp.documents import Document, Documents, path_of, uri_of
from lint_runtime.lsp.publish import config_diagnostics, lsp_diagnostic
from lint_runtime.manifest.reader import is_manifest_name


class Sender:
    """Sends the findings of documents and the errors in configuration files.

    pulls: whether the editor pulls the findings of open documents
    pulls_workspace: whether the editor has pulled the findings of files that are not open
    news: an event that is set after the next change, and then replaced by a new event
    """

    def __init__(self, server: LanguageServer, documents: Documents) -> None:
        self.pulls = False
        self.pulls_workspace = False
        self._server = server
        self._documents = documents
        self._ids = count(1)
        self._config_errors: dict[str, ConfigError] = {}
        self._published: set[str] = set()
        self._needs_refresh = False
        self.news = asyncio.Event()

    def send(self, document: Document, findings: Collection[Diagnostic]) -> None:
        """Send findings of a checked document.

        findings: all findings of the document, or only the ones to show while somebody types
        """
        buffer = document.buffer
        document.published = {(finding.rule, finding.line) for finding in findings}
        diagnostics = [lsp_diagnostic(finding, buffer) for finding in findings] if buffer else []
        is_new = diagnostics != document.diagnostics
        if is_new:
            document.diagnostics, document.result_id = diagnostics, str(next(self._ids))
        # An editor that has pulled the earlier findings doesn't pull again by itself, so request a refresh.
        if self.pulls and document.content and is_new and document.is_settled.is_set():
            self._needs_refresh = True
        document.is_settled.set()
        if is_new or document.content:
            self._publish(document.uri)

    def forget(self, document: Document) -> None:
        """Remove a document, and its findings in the editor."""
        self._documents.by_key.pop(document.key, None)
        document.is_settled.set()
        self._publish(document.uri)

    def finish(self) -> None:
        """Publish the errors in configuration files. Ask an editor that pulls findings to refresh them."""
        shown, configurations = self._config_errors, self._documents.configurations
        self._config_errors = {path: error for path, error in configurations.items() if error}
        for path in {**shown, **self._config_errors}:
            if self._config_errors.get(path) is shown.get(path):
                continue
            opened = (content.uri for content in self._server.workspace.text_documents.values())
            # If the file is open, use the URI of the editor, which may be encoded differently.
            self._publish(next((uri for uri in opened if path_of(uri) == path), uri_of(path)))
        if self._needs_refresh:
            self._needs_refresh = False
            self._server.workspace_diagnostic_refresh(None)
        self.news.set()
        self.news = asyncio.Event()

    def _publish(self, uri: str) -> None:
        """Publish the configuration errors in a file, and its findings unless the editor pulls them."""
        document, error = self._documents.get(uri), self._config_errors.get(path_of(uri))
        diagnostics = [*config_diagnostics(error)] if error else []
        version, is_checked = None, False
        if document and not (self.pulls if document.content else self.pulls_workspace):
            diagnostics += document.diagnostics
            if document.content:
                version = document.content.version
                # Publish the list of an open document even if it is empty, except for a `pyproject.toml`
                # that was not checked, such as one without an Astro manifest.
                is_checked = document.buffer is not None or not is_manifest_name(document.path)
        if diagnostics or is_checked or uri in self._published:
            params = types.PublishDiagnosticsParams(uri, diagnostics, version)
            self._server.text_document_publish_diagnostics(params)
        (self._published.add if diagnostics else self._published.discard)(uri)

    async def pull(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """Answer a request for the findings of an open document. Waits until its text is checked."""
        document = self._documents.get(params.text_document.uri)
        if document is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        await document.is_settled.wait()
        if document.result_id == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(document.result_id)
        return types.RelatedFullDocumentDiagnosticReport(document.diagnostics, result_id=document.result_id)

    def changes_since(
        self, previous: Collection[types.PreviousResultId]
    ) -> list[types.WorkspaceDocumentDiagnosticReport]:
        """Return the findings of the files that are not open and whose findings have changed.

        previous: the IDs of the results that the editor already has
        """
        if not self.pulls_workspace:
            self.pulls_workspace = True
            for uri in [*self._published]:
                self._publish(uri)
        known = {path_of(result.uri): result.value for result in previous}
        reports = [
            types.WorkspaceFullDocumentDiagnosticReport(
                document.uri, document.diagnostics, result_id=document.result_id
            )
            for document in self._documents
            if document.content is None and known.get(document.path, "") != document.result_id
        ]
        gone = (result.uri for result in previous if self._documents.get(result.uri) is None)
        return [*reports, *(types.WorkspaceFullDocumentDiagnosticReport(uri, []) for uri in gone)]
