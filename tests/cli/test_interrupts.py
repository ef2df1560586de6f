"""Ctrl-C at any moment: the process exits with 130 and prints no traceback."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.conftest import run_process

DAY = ["--as-of", "2026-09-25"]
SOURCE = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
# The messages that an editor sends to start and stop the server.
SESSION = b"".join(
    b"Content-Length: %d\r\n\r\n%s" % (len(message), message)
    for message in (
        b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}',
        b'{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "method": "exit"}',
    )
)
MOMENTS = int(os.environ.get("LINT_RUNTIME_RACES", "10"))

# A script with these arguments: the name of a function in `__main__`, the moments at which to interrupt it, and the
# arguments of the command. A moment is a number of events, and each call or return of a function is an event. The
# script runs the function. At each moment, it forks a process, and that process interrupts itself. At the end, the
# script prints the number of all events, and for each forked process the moment, exit code and standard error.
CHILD = """
import os, signal, sys, tempfile
function, moments = sys.argv[1], [int(moment) for moment in sys.argv[2].split(",") if moment]
del sys.argv[1:3]
count, ends, leave = 0, [], os._exit
def hook(frame, event, argument):
    global count
    # The first event comes before the first line of the module.
    if count or frame.f_globals.get("__name__") == "lint_runtime.__main__":
        count += 1
    # Python ignores exceptions while it closes a generator, and in the callback that drops a module's lock.
    is_ignored = frame.f_code.co_flags & 0x20 or frame.f_code.co_name == "cb"
    if moments and count > moments[0] and event in ("call", "return") and not is_ignored:
        moment = moments.pop(0)
        output = tempfile.TemporaryFile()
        if process := os.fork():
            code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            output.seek(0)
            ends.append((moment, code, output.read()))
            # An unclosed file would warn, which adds a name to the module that is running.
            output.close()
        else:
            sys.setprofile(None)
            os._exit = leave
            os.dup2(output.fileno(), 2)
            os.kill(os.getpid(), signal.SIGINT)
def end(code):
    sys.setprofile(None)
    os.write(1, f"\\n{(count, ends)!r}".encode())
    leave(code)
signal.signal(signal.SIGINT, signal.default_int_handler)
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
    stdin = SESSION if function == "run_server" else b""

    def interrupted(moments: Iterable[int]) -> tuple[int, list[tuple[int, int, bytes]]]:
        """Return the number of events, and for each interrupted process the moment, exit code and standard error."""
        (tmp_path / "Dockerfile").write_text(SOURCE)
        child = [sys.executable, "-W", "ignore", "-c", CHILD, function, ",".join(map(str, moments))]
        out = run_process(*child, *arguments, cwd=tmp_path, stdin=stdin, env=env).out
        count, ends = ast.literal_eval(out.splitlines()[-1])
        return count, ends

    # Compile the modules in a first run, so that the next run doesn't count the events of the compilation.
    start = f"import lint_runtime.__main__ as main; main.{function}()"
    run_process(sys.executable, "-c", start, *arguments, cwd=tmp_path, stdin=stdin, env=env)
    count, _ = interrupted([])
    assert count > 10_000
    choose = Random(MOMENTS)  # noqa: S311 (not for security)
    # The last moment is at 97 % of the events, because their number varies a little between runs. Half of the random
    # moments are in the last 10 % before it, when the command itself runs. Earlier, Python imports modules.
    last = count * 97 // 100
    moments = {1, 2, 30, 400, last, *(choose.randrange(1, last) for _ in range(MOMENTS // 2))}
    moments |= {choose.randrange(last * 9 // 10, last) for _ in range(MOMENTS // 2)}
    _, ends = interrupted(sorted(moments))
    assert {moment for moment, _, _ in ends} == moments
    name = b"runtime-lifecycle" if function == "run_lifecycle" else b"lint-runtime"
    messages = {b""} if env else {b"", name + b": interrupted\n"}
    assert [end for end in ends if end[1] != 130 or end[2] not in messages] == []


@pytest.mark.process
def test_an_ignored_interrupt_stays_ignored(tmp_path: Path) -> None:
    # A shell starts a background command with SIGINT ignored, as here.
    ignore = CHILD.replace("default_int_handler)", "SIG_IGN)", 1)
    command = [sys.executable, "-W", "ignore", "-c", ignore, "run", "1,1000,10000", "--list-rules"]
    _, ends = ast.literal_eval(run_process(*command, cwd=tmp_path).out.splitlines()[-1])
    assert ends == [(1, 0, b""), (1000, 0, b""), (10_000, 0, b"")]
