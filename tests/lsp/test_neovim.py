"""A real Neovim, set up as the documentation says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, ROOT

pytestmark = pytest.mark.process

NVIM = shutil.which("nvim")

# Waits for what an editor shows, does what a user does, and writes down what there is each time.
SESSION = """
local seen = {}
local function wait(look)
  assert(vim.wait(20000, look, 20), "nothing came")
end
local function codes()
  return vim.tbl_map(function(one) return one.code or one.user_data.lsp.code end, vim.diagnostic.get(0))
end
wait(function() return #vim.diagnostic.get(0) > 0 end)
seen.before = codes()
vim.api.nvim_win_set_cursor(0, { 2, 20 })
local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", vim.lsp.util.make_position_params(), 20000)
for _, answer in pairs(hover) do seen.hover = answer.result.contents.value end
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = {} }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 20000)) do
  seen.title = answer.result[1].title
  vim.lsp.util.apply_workspace_edit(answer.result[1].edit, "utf-16")
end
wait(function() return #vim.diagnostic.get(0) == 0 end)
seen.after = codes()
seen.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.fn.writefile({ vim.fn.json_encode(seen) }, "seen.json")
vim.cmd("qall!")
"""


def _setup() -> str:
    """Return the set-up of the documentation for versions without `vim.lsp.config`."""
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    section = text.partition("## Neovim")[2].partition("\n## ")[0]
    new, old = re.findall("```lua\n(.*?)```", section, re.DOTALL)
    setup = f"if vim.lsp.config then\n{new}else\n{old}end\n"
    day = f'init_options = {{ asOf = "{AS_OF}" }}'
    return setup.replace('cmd = { "lint-runtime-lsp" }', f'cmd = {{ "lint-runtime-lsp" }}, {day}')


@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
def test_an_image_is_upgraded_with_one_key(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    server = tools / "lint-runtime-lsp"
    server.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lint_runtime.lsp "$@"\n')
    server.chmod(0o755)
    (tmp_path / "init.lua").write_text(f'vim.cmd("filetype on")\n{_setup()}')
    (tmp_path / "session.lua").write_text(SESSION)
    (tmp_path / "Dockerfile").write_text(
        "# The image of our platform: é\nFROM quay.io/astronomer/astro-runtime:9.1.0-base\n"
    )
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    command = [str(NVIM), "--headless", "-u", "init.lua", "Dockerfile", "-c", "luafile session.lua"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=90
    )
    assert (tmp_path / "seen.json").exists(), done.stderr
    seen: dict[str, Any] = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert seen["before"] == ["yanked-release"]
    assert seen["hover"].startswith("**Astro Runtime 9.1.0**, unsupported since 2026-01-31")
    assert seen["title"] == "Upgrade to 13.11.0-base"
    assert seen["after"] == []
    assert seen["lines"][1] == "FROM quay.io/astronomer/astro-runtime:13.11.0-base"
