"""What `--init` writes to a repository: a baseline, a configuration, a pre-commit hook and a CI job."""

import json
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution

from lint_runtime.cli.console import EXIT_CLEAN, print_text
from lint_runtime.config.files import MAX_CONFIG, NAME, look_in
from lint_runtime.dockerfile.git import GitError, leads_out, origin_address, repository_root
from lint_runtime.errors import UnusableError
from lint_runtime.files import read_regular, replace_file
from lint_runtime.linter.baseline import Baseline, Record
from lint_runtime.text import counted, portable_path, quoted, shown_path, visible
from lint_runtime.version import __version__

BASELINE = "lint-runtime-baseline.json"
HOOKS = ".pre-commit-config.yaml"
GITHUB = ".github/workflows/lint-runtime.yml"
GITLAB = ".gitlab-ci.yml"
GITLAB_JOB = "lint-runtime.gitlab-ci.yml"

SETUP = os.path.join(os.path.dirname(__file__), "setup")
"""The directory with the templates of the files to write, which the documentation also shows.

The names of the templates have no leading dots.
"""

# For each file, the line to add to it if there is a baseline.
_WITH_BASELINE = {
    HOOKS: f"        args: [--baseline, {BASELINE}]\n",
    GITHUB: f"        with: {{args: --baseline={BASELINE}}}\n",
    GITLAB: f"    LINT_RUNTIME_ARGS: --baseline={BASELINE}\n",
}
_TAG = f"v{__version__}"
_EXAMPLE_ADDRESS = "https://git.example.com/tools/lint-runtime"
_EXAMPLE_ACTION = f"your-organization/lint-runtime@{_TAG}"

# Replaces the example address in a template if the real address is unknown: the example address may belong
# to somebody else. pre-commit and the CI services refuse the file until the user fills in an address.
_FILL_IN = "# write here"
_NO_ADDRESS = f"{_FILL_IN} the address of the repository that has your copy of lint-runtime"
_NO_ACTION = f"{_FILL_IN} OWNER/REPOSITORY@{_TAG} of your copy of lint-runtime"

_FILES_FOR = {
    "github": {GITHUB: "checks Dockerfiles and Astro manifests in every pull request and once a week"},
    "gitlab": {
        GITLAB_JOB: "the CI job",
        GITLAB: "checks Dockerfiles and Astro manifests in every merge request and on the default branch",
    },
}
"""The files of the CI job and what they do. The key is a part of the name of the git host."""


def top_directory() -> str:
    """Return the relative path of the repository around the working directory. Raises UnusableError."""
    root = repository_root(os.getcwd(), {})
    if not root:
        raise UnusableError("--init requires a git repository; run 'git init' first")
    return os.path.relpath(root)


def initialize(root: str, recorded: Callable[[str], Iterable[Record]]) -> int:
    """Write the files that a repository lacks, show what was written, and return the exit code.

    root: the top directory of the repository
    recorded: takes the path of the baseline, and returns the records to write to it
    """
    try:
        host, _ = _split(origin_address(root))
    except GitError as error:
        raise UnusableError(f"cannot read the git remote 'origin': {visible(str(error))}") from None
    path = os.path.join(root, BASELINE)
    has_baseline = os.path.lexists(path)
    if has_baseline:
        print_text(f"kept {shown_path(portable_path(path))}: exists\n")
    elif count := len(baseline := Baseline(path).replaced(recorded(path))):
        has_baseline = True
        reason = f"records {counted(count, 'finding')}; the hook and the CI job report only new ones"
        _write(root, BASELINE, baseline.text(), reason)
    reasons = {}
    configuration = look_in(root).config_file
    if configuration:
        print_text(f"kept {shown_path(portable_path(configuration))}: exists\n")
    else:
        reasons[NAME] = "the configuration; all keys are commented out"
    reasons[HOOKS] = "checks the Dockerfiles and Astro manifests of every commit"
    jobs = [files for service, files in _FILES_FOR.items() if service in host]
    if jobs:
        reasons |= jobs[0]
    else:
        print_text("wrote no CI job: there is no git remote 'origin' on GitHub or GitLab\n")
    steps: list[str] = []
    for name, reason in reasons.items():
        addition = _WITH_BASELINE.get(name, "") if has_baseline else ""
        steps += _write(root, name, _text(name, host) + addition, reason)
    print_text(f"next: {', then '.join([*dict.fromkeys(steps), 'pre-commit install'])}\n")
    return EXIT_CLEAN


def _text(name: str, host: str) -> str:
    """Return the content to write to the file `name`, for a repository with a git remote on `host`."""
    with open(os.path.join(SETUP, os.path.basename(name).lstrip(".")), encoding="utf-8") as file:
        text = file.read()
    address, revision = _installed_from()
    own_host, own_path = _split(address)
    # A GitHub server runs only actions from its own repositories. If lint-runtime was not installed from
    # this server, write a placeholder: the user needs a copy of the action.
    action = f"{own_path}@{revision}" if own_host == host else _NO_ACTION
    text = text.replace(_EXAMPLE_ADDRESS, address or _NO_ADDRESS).replace(_EXAMPLE_ACTION, action)
    return text.replace(f"rev: {_TAG}", f"rev: {revision}")


def _write(root: str, name: str, text: str, reason: str) -> list[str]:
    """Write a file, and return the next steps for the user. Raises UnusableError.

    Keeps a file that exists. If it is in `_WITH_BASELINE` and lacks lines of `text`, prints `text`.
    """
    path = os.path.join(root, name)
    shown = shown_path(portable_path(path))
    to_fill_in = [f"fill in '{_FILL_IN}'"] if _FILL_IN in text else []
    if not os.path.lexists(path):
        if leads_out(path, root):
            problem = "it is a link that leads out of the repository"
            raise UnusableError(f"cannot write {quoted(path)}: {problem}")
        try:
            # Go on if a file has the name of the directory: replace_file then reports the error.
            with suppress(FileExistsError):
                os.makedirs(os.path.dirname(path), exist_ok=True)
            replace_file(path, [text.encode()])
        except OSError as error:
            raise UnusableError(f"cannot write {quoted(path)}: {error.strerror or error}") from None
        print_text(f"wrote {shown}: {reason}\n")
        return to_fill_in
    content = b""
    with suppress(OSError):
        content = read_regular(path, MAX_CONFIG)
    # Compare lines without their indentation, which may differ.
    lines = {line.strip().encode() for line in text.splitlines() if _FILL_IN not in line}
    if name not in _WITH_BASELINE or lines <= {*map(bytes.strip, content.splitlines())}:
        print_text(f"kept {shown}: exists\n")
        return []
    print_text(f"kept {shown}: exists; add:\n")
    print_text(text.removeprefix("repos:\n"))
    return ["add the lines above", *to_fill_in]


def _installed_from() -> tuple[str, str]:
    """Return the address of the git repository this package was installed from, and a revision.

    The revision is a commit, or the tag of this version if the package was installed from this tag. If the
    package was not installed from git, the address is "", and the revision is the tag of this version.
    """
    record = {}
    # If the package runs from its source code, it has no distribution, and `record` stays empty.
    with suppress(PackageNotFoundError):
        record = json.loads(distribution("lint-runtime").read_text("direct_url.json") or "{}")
    source = record.get("vcs_info", {})
    if source.get("vcs") != "git":
        return "", _TAG
    # Remove a password or token from the address: users commit the files that contain it.
    address = re.sub("^(https?://)[^/@]*@", r"\1", record["url"])
    # Use a tag or a commit, not a branch: pre-commit and GitHub's cache expect a revision that never moves.
    return address, _TAG if source.get("requested_revision") == _TAG else source["commit_id"]


def _split(address: str) -> tuple[str, str]:
    """Return the host and the path of a git address, such as `https://host/path.git` or `git@host:path`."""
    parts = re.fullmatch(r"(?:[\w+.-]+://)?(?:[^/@]*@)?([^/:@]+)(?::\d+)?[:/]+(.*?)(?:\.git)?/?", address)
    return (parts[1].lower(), parts[2]) if parts else ("", "")
