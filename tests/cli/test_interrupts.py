"""Ctrl-C at any moment of a process: it ends with 130, without a traceback."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from random import Random

import pytest

from tests.conftest import run_process

DAY = ["--as-of", "2026-09-25"]
SOURCE = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
# What an editor sends to start and to stop the server.
SESSION = b"".join(
    b"Content-Length: %d\r\n\r\n%s" % (len(message), message)
    for message in (
        b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}',
        b'{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "method": "exit"}',
    )
)
MOMENTS = int(os.environ.get("LINT_RUNTIME_RACES", "10"))

# Interrupts itself at a given call or return of a function, counted from the start of the module `__main__`.
# Without one, prints how many there are.
CHILD = """
import os, signal, sys
function, moment = sys.argv[1], int(sys.argv[2])
del sys.argv[1:3]
count = 0
def hook(frame, event, argument):
    global count
    # The first event comes before the first line of the module.
    if count or frame.f_globals.get("__name__") == "lint_runtime.__main__":
        count += 1
    # Python ignores exceptions while it closes a generator, and in the callback that drops a module's lock.
    is_ignored = frame.f_code.co_flags & 0x20 or frame.f_code.co_name == "cb"
    if count > moment > 0 and event in ("call", "return") and not is_ignored:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)
def end(code, exit=os._exit):
    sys.setprofile(None)
    os.write(1, f" {count}".encode())
    exit(code)
signal.signal(signal.SIGINT, signal.default_int_handler)
if moment == 0:
    os._exit = end
sys.setprofile(hook)
import lint_runtime.__main__
getattr(lint_runtime.__main__, function)()
"""


@pytest.mark.process
@pytest.mark.parametrize(
    ("function", "arguments", "env"),
    [
        pytest.param("run", [*DAY, "Dockerfile"], {}, id="linting"),
        pytest.param("run", [*DAY, "--fix", "-ojson=report.json", "Dockerfile"], {}, id="fixing"),
        pytest.param("run", ["--help"], {}, id="help"),
        pytest.param(
            "run",
            [],
            {
                "_LINT_RUNTIME_COMPLETE": "bash_complete",
                "COMP_WORDS": "lint-runtime --f",
                "COMP_CWORD": "1",
            },
            id="completing",
        ),
        pytest.param("run_lifecycle", ["show", *DAY], {}, id="lifecycle"),
        pytest.param("run_server", [], {}, id="serving"),
    ],
)
def test_an_interrupt_at_any_moment_is_quiet(
    function: str, arguments: list[str], env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    child = [sys.executable, "-c", CHILD, function]
    stdin = SESSION if function == "run_server" else b""
    # The first process may compile modules, which takes many calls.
    run_process(*child, 0, *arguments, cwd=tmp_path, stdin=stdin, env=env)
    (tmp_path / "Dockerfile").write_text(SOURCE)
    whole = run_process(*child, 0, *arguments, cwd=tmp_path, stdin=stdin, env=env)
    count = int(whole.out.split()[-1])
    assert count > 10_000
    choose = Random(MOMENTS)  # noqa: S311 (not for security)
    # The number of calls varies a little. Most of them import modules; the command itself comes last.
    last = count * 97 // 100
    moments = [1, 2, 30, 400, last, *(choose.randrange(1, last) for _ in range(MOMENTS // 2))]
    moments += [choose.randrange(last * 9 // 10, last) for _ in range(MOMENTS // 2)]
    for moment in moments:
        result = run_process(*child, moment, *arguments, cwd=tmp_path, stdin=stdin, env=env)
        name = "runtime-lifecycle" if function == "run_lifecycle" else "lint-runtime"
        message = "" if env else f"({name}: interrupted\n)?"
        assert result.code == 130, (moment, result)
        assert re.fullmatch(message, result.err), (moment, result)


@pytest.mark.process
def test_an_ignored_interrupt_stays_ignored(tmp_path: Path) -> None:
    # As a shell starts a command in the background.
    ignore = CHILD.replace("default_int_handler)", "SIG_IGN)", 1)
    for moment in (1, 1000, 100_000):
        result = run_process(sys.executable, "-c", ignore, "run", moment, "--list-rules", cwd=tmp_path)
        assert (result.code, result.err) == (0, "")
