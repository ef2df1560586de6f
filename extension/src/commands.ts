import {
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  Uri,
  commands,
  env,
  version,
  window,
  workspace,
} from "vscode";
import type { Position, WorkspaceEdit } from "vscode-languageclient";

import type { Image } from "./images";
import type { Server } from "./server";
import { SECTION } from "./settings";

/** The answer to a request for an upgrade. */
interface Upgrade {
  edit: WorkspaceEdit | null;
  message: string;
}

const SCHEDULE = Uri.parse(`${SECTION}:Astro Runtime releases.md`);

/** Register the commands that send requests to the server. */
export function registerCommands(context: ExtensionContext, server: Server): Disposable[] {
  const scheduleChanged = new EventEmitter<Uri>();
  const handlers: Record<string, (...parameters: never[]) => Promise<void>> = {
    upgradeImage: async (image?: Image) => {
      const target = image ? { uri: image.uri, position: image.range.start } : cursor(server);
      if (target) {
        // Open the file, if necessary: the server upgrades images in open documents.
        await workspace.openTextDocument(server.running.protocol2CodeConverter.asUri(target.uri));
        const { uri, position } = target;
        await apply(server, await server.request("upgradeImage", { textDocument: { uri }, position }));
      }
    },
    upgradeAll: async () => {
      await apply(server, await server.request("upgradeAll"));
    },
    showSchedule: async () => {
      scheduleChanged.fire(SCHEDULE);
      await commands.executeCommand("markdown.showPreview", SCHEDULE);
    },
    copyDebugInformation: async () => {
      await env.clipboard.writeText(await debugInformation(context, server));
      window.setStatusBarMessage("lint-runtime: debug information copied", 5000);
    },
    restart: () => server.restart(),
  };
  const provider = {
    onDidChange: scheduleChanged.event,
    provideTextDocumentContent: async () =>
      (await server.request<{ markdown: string }>("schedule")).markdown,
  };
  return [
    ...Object.entries(handlers).map(([name, handler]) =>
      commands.registerCommand(`${SECTION}.${name}`, handler),
    ),
    workspace.registerTextDocumentContentProvider(SECTION, provider),
  ];
}

/** Return the position of the cursor, or undefined if there is no editor. */
function cursor(server: Server): { uri: string; position: Position } | undefined {
  const editor = window.activeTextEditor;
  const converter = server.running.code2ProtocolConverter;
  return (
    editor && {
      uri: converter.asUri(editor.document.uri),
      position: converter.asPosition(editor.selection.active),
    }
  );
}

/** Apply an upgrade, after a preview if it needs confirmation. */
async function apply(server: Server, { edit, message }: Upgrade): Promise<void> {
  const annotations = Object.values(edit?.changeAnnotations ?? {});
  const needsPreview = annotations.some((annotation) => annotation.needsConfirmation);
  // The preview starts with changes unselected if they need confirmation. Clear the flag to select all.
  for (const annotation of annotations) {
    annotation.needsConfirmation = false;
  }
  const converted = await server.running.protocol2CodeConverter.asWorkspaceEdit(edit);
  const [file] = converted?.entries()[0] ?? [];
  if (file && needsPreview) {
    // Rename a file to itself, which needs confirmation: VS Code shows the preview, but ignores the rename,
    // because the file exists.
    converted?.renameFile(
      file,
      file,
      { ignoreIfExists: true },
      { label: message, needsConfirmation: true },
    );
  }
  // Apply a previewed edit as a refactoring: VS Code then saves the files.
  if (!converted || (await workspace.applyEdit(converted, { isRefactoring: needsPreview }))) {
    void window.showInformationMessage(`lint-runtime: ${message}`);
  }
}

/** Return the versions, the command and the server's debug information for a bug report. */
async function debugInformation(context: ExtensionContext, server: Server): Promise<string> {
  const { version: own } = context.extension.packageJSON as { version: string };
  const remote = env.remoteName ? `, remote: ${env.remoteName}` : "";
  const text = await server.request<{ text: string }>("debugInformation").then(
    (answer) => answer.text,
    (error: unknown) => String(error),
  );
  return [
    `extension ${own}, ${env.appName} ${version} (${process.platform}${remote})`,
    `command: ${server.command || "none"}`,
    `trusted workspace: ${workspace.isTrusted ? "yes" : "no"}`,
    text,
  ].join("\n");
}
