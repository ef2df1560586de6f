"""Sessions in Neovim, Vim and Emacs, which are set up as the documentation says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, ROOT

pytestmark = [pytest.mark.process, pytest.mark.once]

# Each session waits for the finding, upgrades the image, and writes what it saw to `seen.json`. The sessions in
# Neovim and Emacs also hover over the image.
NEOVIM_SESSION = """
local seen = {}
local function wait(look)
  assert(vim.wait(20000, look, 20), "timed out")
end
wait(function() return #vim.diagnostic.get(0) > 0 end)
seen.before = vim.tbl_map(function(finding) return finding.message end, vim.diagnostic.get(0))
if vim.lsp.inlay_hint then
  wait(function() return #vim.lsp.inlay_hint.get() > 0 end)
  seen.hint = vim.lsp.inlay_hint.get()[1].inlay_hint.label
end
vim.api.nvim_win_set_cursor(0, { 2, 20 })
local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", vim.lsp.util.make_position_params(0, "utf-16"), 20000)
for _, answer in pairs(hover) do seen.hover = answer.result.contents.value end
local params = vim.lsp.util.make_range_params(0, "utf-16")
params.context = { diagnostics = {} }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 20000)) do
  seen.title = answer.result[1].title
  vim.lsp.util.apply_workspace_edit(answer.result[1].edit, "utf-16")
end
wait(function() return #vim.diagnostic.get(0) == 0 end)
seen.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.fn.writefile({ vim.fn.json_encode(seen) }, "seen.json")
vim.cmd("qall!")
"""


EMACS_SESSION = """
(require 'package)
(package-initialize)
(require 'eglot)
(require 'dockerfile-mode)
SETUP
(defun wait (look)
  (let ((end (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall look))) (< (float-time) end))
      (flymake-start)
      (accept-process-output nil 0.05))
    (or found (error "timed out"))))
(setq eglot-sync-connect 20 eglot-confirm-server-initiated-edits nil)
(find-file "Dockerfile")
(dockerfile-mode)
(apply #'eglot (eglot--guess-contact))
(let* ((before (mapcar #'flymake-diagnostic-text (wait #'flymake-diagnostics)))
       (server (eglot-current-server))
       (place (progn (goto-char (point-min)) (forward-line 1) (forward-char 20) (eglot--TextDocumentPositionParams)))
       (hover (jsonrpc-request server :textDocument/hover place))
       (range (list :start (plist-get place :position) :end (plist-get place :position)))
       (actions (jsonrpc-request server :textDocument/codeAction
                 (list :textDocument (plist-get place :textDocument) :range range :context '(:diagnostics []))))
       (first (aref actions 0)))
  (eglot--apply-workspace-edit (plist-get first :edit))
  (eglot--signal-textDocument/didChange)
  (wait (lambda () (null (flymake-diagnostics))))
  (with-temp-file "seen.json"
    (insert (json-encode (list :before before :title (plist-get first :title)
                               :hover (plist-get (plist-get hover :contents) :value)
                               :lines (split-string (with-current-buffer "Dockerfile" (buffer-string)) "\\n"))))))
"""

VIM_SESSION = """
function Wait(look)
  for _ in range(1000)
    if eval(a:look) | return | endif
    sleep 20m
  endfor
  throw 'timed out'
endfunction
call Wait('len(getloclist(0))')
let g:seen = {'before': map(getloclist(0), 'v:val.text')}
call setline(2, 'FROM quay.io/astronomer/astro-runtime:13.11.0-base')
doautocmd TextChanged
call Wait('!len(getloclist(0))')
call writefile([json_encode(g:seen)], 'seen.json')
qall!
"""

SOURCE = "# The image of our platform: é\nFROM quay.io/astronomer/astro-runtime:9.1.0-base\n"


def _snippets(editor: str, language: str) -> list[str]:
    """Return the code blocks of a language in the section of `docs/editors.md` about an editor."""
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    section = text.partition(f"## {editor}\n")[2].partition("\n## ")[0]
    return re.findall(f"```{language}\n(.*?)```", section, re.DOTALL)


def _neovim(directory: Path) -> list[str]:
    """Write the files of a session in Neovim, and return the command that runs it.

    The documentation has two setups: one for versions with `vim.lsp.config`, and one for older versions.
    """
    new, old = _snippets("Neovim", "lua")
    setup = f"if vim.lsp.config then\n{new}else\n{old}end\n"
    day = f'init_options = {{ asOf = "{AS_OF}" }}'
    setup = setup.replace('cmd = { "lint-runtime-lsp" }', f'cmd = {{ "lint-runtime-lsp" }}, {day}')
    (directory / "init.lua").write_text(f'vim.cmd("filetype on")\n{setup}')
    (directory / "session.lua").write_text(NEOVIM_SESSION)
    return ["nvim", "--headless", "-u", "init.lua", "Dockerfile", "-c", "luafile session.lua"]


def _emacs(directory: Path) -> list[str]:
    """Write the files of a session in Emacs, and return the command that runs it."""
    (setup,) = _snippets("Emacs", "elisp")
    day = f'("lint-runtime-lsp" :initializationOptions (:asOf "{AS_OF}"))'
    setup = setup.replace('("lint-runtime-lsp")', day)
    (directory / "session.el").write_text(EMACS_SESSION.replace("SETUP", setup))
    return ["emacs", "--batch", "--load", "session.el"]


def _current_neovim(directory: Path) -> list[str]:
    """Write the files of a session, and return the command that runs it in the Neovim from PyPI."""
    _, *arguments = _neovim(directory)
    return [str(Path(sys.executable).with_name("nvim")), *arguments]


def _run(command: list[str], directory: Path) -> dict[str, Any]:
    """Run the command of a session in a directory with a Dockerfile, and return what the session saw."""
    tools = directory / "tools"
    tools.mkdir()
    server = tools / "lint-runtime-lsp"
    server.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lint_runtime.cli.language_server "$@"\n')
    server.chmod(0o755)
    (directory / "Dockerfile").write_text(SOURCE)
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(directory),
        "XDG_STATE_HOME": str(directory / "state"),
        "XDG_DATA_HOME": str(directory / "data"),
    }
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=90
    )
    assert (directory / "seen.json").exists(), done.stderr
    seen: dict[str, Any] = json.loads((directory / "seen.json").read_text(encoding="utf-8"))
    return seen


@pytest.mark.parametrize(
    "editor", [_neovim, _current_neovim, _emacs], ids=["Neovim", "current Neovim", "Emacs"]
)
def test_image_is_upgraded_with_a_code_action(editor: Callable[[Path], list[str]], tmp_path: Path) -> None:
    seen = _run(editor(tmp_path), tmp_path)
    assert seen.get("hint", "yanked") == "yanked"
    assert ("hint" in seen) == (editor is _current_neovim)
    (before,) = seen["before"]
    assert "Astro Runtime 9.1.0 was yanked: " in before
    assert seen["hover"].startswith("**Astro Runtime 9.1.0**, yanked")
    assert seen["title"] == "Upgrade to 13.11.0-base"
    assert seen["lines"][1] == "FROM quay.io/astronomer/astro-runtime:13.11.0-base"


def test_vim_with_ale_shows_findings(tmp_path: Path) -> None:
    if not Path("/usr/share/vim-ale").exists():
        pytest.skip("ALE is not installed")
    (setup,) = _snippets("Vim", "vim")
    day = f"'initialization_options': {{'asOf': '{AS_OF}'}}, 'command'"
    setup = setup.replace("'command'", day)
    (tmp_path / "vimrc").write_text(f"set nocompatible\nfiletype on\npackadd! ale\n{setup}")
    (tmp_path / "session.vim").write_text(VIM_SESSION)
    command = ["vim", "-n", "-T", "dumb", "--not-a-term", "-u", "vimrc", "Dockerfile", "-S", "session.vim"]
    (finding,) = _run(command, tmp_path)["before"]
    assert "Astro Runtime 9.1.0 was yanked: " in finding
