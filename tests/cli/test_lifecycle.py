"""The command `runtime-lifecycle`: its input, output files and messages."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lint_runtime import __version__
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.fetch import NO_CLIENT
from lint_runtime.lifecycle.update.refresh import dump_table
from tests.conftest import FIXTURES, LIFECYCLE, ROOT, Command, Result, run_process
from tests.feed_server import Answer, FeedServer, published, said, serving, whole
from tests.lifecycle_command import (
    DAY,
    ahead,
    complaints,
    dated,
    ends,
    feed,
    release,
    text_of,
    write_feed,
)

TABLE = embedded_table()

ETAG = '"version-1"'
MODIFIED = "Thu, 12 Nov 2026 10:00:00 GMT"
OLD_TABLE = dump_table(TABLE)
DOCKERFILE = "FROM astrocrpublic.azurecr.io/runtime:3.90-1\n"
NEWS = [
    (
        "new      3.90 (Airflow 3.90), maintained until 2028-11-30 (computed), "
        "basic support until 2029-05-30 (computed), as of 2026-11-12"
    ),
    "new      13.12.0 (Airflow 2.11.3), released 2026-11-04",
    "new      3.90-1 (Airflow 3.90.0), released 2026-11-10",
]
GAP = "unresolved: 3.90: variants missing"
EMBEDDED = f"lifecycle data of {TABLE.date}"
REFRESHED = f"lifecycle data of {DAY}"
# Text with terminal control codes and with commands that CI systems would find in a log.
HOSTILE = (
    "\x1b[31m\x07\x9b31m ##[error]x \u202e\u2066 \r\n::error title=x::y\u2028\x00 "
    + "::error::z "
    + "::stop-commands::w " * 200
)[:2000]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving() as server:
        server.answers["/feed"] = published(text_of(feed()), ETAG, MODIFIED)
        yield server


@pytest.fixture
def update(run_lifecycle: Command) -> Command:
    """Return a function that runs `runtime-lifecycle update --from` with its arguments."""
    return partial(run_lifecycle, "update", "--from")


def _refused(result: Result, *expected: str | re.Pattern[str]) -> None:
    """Check that the command failed with exactly the messages `expected`."""
    assert (result.code, result.out) == (2, ""), result
    *before, last = complaints(result)
    messages = [*before, last.removesuffix("; nothing was changed")]
    assert len(messages) == len(expected), messages
    for message, pattern in zip(messages, expected, strict=True):
        assert message.isprintable()
        if isinstance(pattern, str):
            assert message == pattern
        else:
            assert pattern.search(message), message


def _content(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Map the path of each file to its content and modification time. Skips compiled modules."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def _document(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _series(document: Any, name: str) -> Any:
    (series,) = [series for series in document["series"] if series["name"] == name]
    return series


# Updates from a server


def test_a_fresh_update(server: FeedServer, tmp_path: Path, update: Command) -> None:
    changed = feed(**{"3.3-8": ends("2028-09-30", "2029-03-31", yanked=True, yankedReason="It is broken.")})
    server.answers["/feed"] = published(text_of(changed), ETAG, MODIFIED)
    result = update(f"{server.url}/feed", "--output", "t.json", cwd=tmp_path)
    assert result.code == 0
    news = [line for line in result.out.splitlines() if not line.startswith("removed ")]
    assert news == [
        (
            "changed  3.3, maintained until 2028-09-30, basic support until 2029-03-31, as of 2026-11-12; "
            "was maintained until 2028-07-31, basic support until 2029-01-31, as of 2026-09-25"
        ),
        *NEWS[:2],
        "yanked   3.3-8, known by 2026-11-12: It is broken.",
        NEWS[2],
    ]
    assert "removed  3.0-18 (kept)" in result.out.splitlines()
    assert complaints(result) == [
        f"reading {server.url}/feed",
        "unresolved: 3.3: the newest release 3.3-8 is yanked",
        GAP,
        f"wrote 't.json' ({REFRESHED})",
    ]
    (request,) = server.requests
    assert not {"if-none-match", "if-modified-since"} & request.headers.keys()
    assert [path.name for path in tmp_path.iterdir()] == ["t.json"]
    document = _document(tmp_path / "t.json")
    assert document["date"] == str(DAY)
    assert document["feed"] == {"url": f"{server.url}/feed", "etag": ETAG, "last_modified": MODIFIED}


def test_an_unchanged_feed_changes_nothing(server: FeedServer, tmp_path: Path, update: Command) -> None:
    url, file = f"{server.url}/feed", tmp_path / "t.json"
    assert update(url, "--output", file).code == 0
    dated(file)
    before = file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino
    result = update(url, "--output", file)
    assert (result.code, result.out) == (0, "")
    assert complaints(result) == [
        f"reading {url}",
        f"nothing new: '{file}' is already up to date with this feed",
    ]
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert server.requests[-1].headers["if-none-match"] == ETAG
    assert server.requests[-1].headers["if-modified-since"] == MODIFIED


def test_a_changed_feed_is_read_again(server: FeedServer, tmp_path: Path, update: Command) -> None:
    url, file = f"{server.url}/feed", tmp_path / "t.json"
    assert update(url, "--output", file).code == 0
    newer = feed(**{"3.90-2": release("3.90.1", "2026-11-13")})
    server.answers["/feed"] = published(text_of(newer), '"version-2"', "Fri, 13 Nov 2026 10:00:00 GMT")
    result = update(url, "--output", file)
    news = [line for line in result.out.splitlines() if not line.startswith("removed ")]
    assert (result.code, news[-1]) == (0, "new      3.90-2 (Airflow 3.90.1), released 2026-11-13")
    assert server.requests[-1].headers["if-none-match"] == ETAG
    assert _document(file)["feed"]["etag"] == '"version-2"'
    assert complaints(result)[-1] == f"wrote '{file}' (lifecycle data of 2026-11-13)"


@pytest.mark.parametrize(
    ("days", "path", "is_sent"),
    [
        pytest.param(0, "/feed", True, id="as new as the bundled data"),
        pytest.param(-1, "/feed", False, id="older than the bundled data"),
        pytest.param(0, "/other", False, id="from another URL"),
    ],
)
def test_validators_are_sent_only_for_a_current_file_of_the_same_url(
    server: FeedServer, tmp_path: Path, days: int, path: str, update: Command, *, is_sent: bool
) -> None:
    day = date.fromordinal(TABLE.date.toordinal() + days)
    table = LifecycleTable(day, TABLE.series, TABLE.releases)
    file = tmp_path / "t.json"
    feed = {"url": f"{server.url}{path}", "etag": ETAG, "last_modified": MODIFIED}
    file.write_text(dump_table(table, feed))
    result = update(f"{server.url}/feed", "--output", file)
    assert result.code == 0
    assert ("if-none-match" in server.requests[0].headers) is is_sent
    assert ("if-modified-since" in server.requests[0].headers) is is_sent
    assert (_document(file)["date"] == str(DAY)) is not is_sent


def test_validators_are_not_sent_without_a_file(server: FeedServer, update: Command) -> None:
    result = update(f"{server.url}/feed")
    assert result.code == 0
    assert complaints(result)[-1] == f"nothing written (use --output FILE to save) ({REFRESHED})"
    assert not {"if-none-match", "if-modified-since"} & server.requests[0].headers.keys()


BODY = text_of(feed())
TOO_MUCH = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"
WRONG_ANSWERS: dict[str, tuple[Answer, str]] = {
    "a body cut short": (said(whole(BODY)[:-20]), "malformed response: .*received"),
    "JSON cut short": (said(whole(BODY[:-20])), "cannot use the feed .*not valid JSON "),
    "HTML": (
        said(whole(b"\n<!doctype html><p>Hello")),
        "cannot use the feed .*not valid JSON: it is HTML or XML",
    ),
    "nothing": (said(whole(b"")), "cannot use the feed .*not valid JSON"),
    "a list": (said(whole(b"[]")), "cannot use the feed .*not a JSON object"),
    "no UTF-8": (said(whole(b'{"a": "\xff"}')), "cannot use the feed .*it is not UTF-8"),
    "deep nesting": (
        said(whole(b'{"a":' * 100_000)),
        "cannot use the feed .*(nested too deeply|not valid JSON)",
    ),
    "JSON of something else": (said(whole(b'{"a": 1}')), "cannot use the feed .*schemaVersion"),
    "a table": (said(whole(OLD_TABLE.encode())), "cannot use the feed .*schemaVersion"),
    "another form": (
        said(whole(text_of({**feed(), "schemaVersion": "2.0"}))),
        "cannot use the feed .*schemaVersion",
    ),
    "an invalid date": (
        said(whole(text_of(feed(**{"3.90-1": release("3.90.0", "2026-11-31")})))),
        "cannot use the feed .*releaseDate must be a date \\(YYYY-MM-DD\\)",
    ),
    "an end before the start": (
        said(
            whole(
                text_of(feed(**{"3.90-1": release("3.90.0", "2026-11-10", endOfMaintenance="2025-01-01")}))
            )
        ),
        "cannot use the feed .*3.90: maintenance ends on 2025-01-01",
    ),
    "no releases": (
        said(whole(text_of({"schemaVersion": "1.8", "runtimeVersions": {}}))),
        "cannot use the feed .*it has no releases",
    ),
    "not found": (said(whole(BODY, "404 Not Found")), "404 Not Found"),
    "an error": (said(whole(BODY, "500 Internal Server Error")), "500 Internal Server Error"),
    "304 without a request for it": (said(whole(b"", "304 Not Modified")), "304 Not Modified"),
    "a redirect loop": (said(whole(b"", "302 Found", "Location: /feed")), "more than 5 redirects"),
    "another scheme": (
        said(whole(b"", "302 Found", "Location: file:///etc/passwd")),
        "the server redirects from http to 'file'",
    ),
    "too much": (said(TOO_MUCH), "larger than 33,554,432 bytes"),
}


def test_an_unusable_answer_changes_nothing(server: FeedServer, tmp_path: Path, update: Command) -> None:
    url, file = f"{server.url}/feed", tmp_path / "t.json"
    file.write_text(OLD_TABLE)
    before = _content(tmp_path)
    for name, (answer, reason) in WRONG_ANSWERS.items():
        server.answers["/feed"] = answer
        _refused(update(url, "--output", file), f"reading {url}", re.compile(reason))
        assert _content(tmp_path) == before, name


def test_an_unusable_answer_creates_no_file(server: FeedServer, tmp_path: Path, update: Command) -> None:
    for name in ("a body cut short", "JSON cut short", "not found"):
        answer, reason = WRONG_ANSWERS[name]
        server.answers["/feed"] = answer
        result = update(f"{server.url}/feed", "--output", tmp_path / "t.json")
        _refused(result, f"reading {server.url}/feed", re.compile(reason))
        assert list(tmp_path.iterdir()) == [], name


INVALID_URLS = {
    "ftp://127.0.0.1/feed": "invalid URL: it must start with https://",
    "http://example.invalid/feed": "invalid URL: plain http is only allowed for localhost; use https",
    "https://user:secret@127.0.0.1/feed": "invalid URL: it must not contain a user or password",
    "https://": "invalid URL: it has no host",
    "http://[::1/feed": "invalid URL",
}


def test_invalid_urls(tmp_path: Path, update: Command) -> None:
    for url, reason in INVALID_URLS.items():
        reading = f"reading {url.replace('user:secret@', '')}"
        _refused(update(url, "--output", tmp_path / "t.json"), reading, re.compile(re.escape(reason)))
        assert list(tmp_path.iterdir()) == [], url


def test_a_server_that_does_not_listen(tmp_path: Path, update: Command) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/feed"
        result = update(url, "--output", tmp_path / "t.json")
    _refused(result, f"reading {url}", re.compile("the connection failed: Connection refused$"))
    assert list(tmp_path.iterdir()) == []


def test_an_impossible_time_of_a_feed_is_not_its_date(
    server: FeedServer, tmp_path: Path, update: Command, run_lifecycle: Command
) -> None:
    for number, moment in enumerate(
        ("Thu, 01 Jan 1970 00:00:01 GMT", "Sat, 01 Jan 0001 00:00:00 GMT", "Thu, 12 Nov 2099 10:00:00 GMT")
    ):
        server.answers["/feed"] = published(text_of(feed()), ETAG, moment)
        file = tmp_path / f"{number}.json"
        assert update(f"{server.url}/feed", "--output", file).code == 0
        assert run_lifecycle("show", "3.90", "--table", file).code == 0
        days = [row["published"] for series in _document(file)["series"] for row in series["schedule"]]
        assert "2021" < min(days) < max(days) < "2099", moment


# Updates from a file


def test_a_feed_in_a_file(tmp_path: Path, update: Command) -> None:
    write_feed(tmp_path / "a feed #1.json")
    path, quoted = f"{tmp_path}/a feed #1.json", f"{quote(str(tmp_path))}/a%20feed%20%231.json"
    relative = ("a feed #1.json", f"../{tmp_path.name}/./a feed #1.json")
    urls = (f"file://{quoted}", f"FILE://{quoted}", f"file:{quoted}", f"file://localhost{quoted}")
    for origin in (path, *relative, *urls):
        result = update(origin, "--output", "t.json", cwd=tmp_path)
        assert result.code == 0, origin
        assert [line for line in result.out.splitlines() if not line.startswith("removed ")] == NEWS, origin
        assert complaints(result) == [f"reading {origin}", GAP, f"wrote 't.json' ({REFRESHED})"]
        assert "feed" not in _document(tmp_path / "t.json"), origin
        (tmp_path / "t.json").unlink()


@pytest.mark.process
def test_a_feed_in_a_pipe_is_not_read(tmp_path: Path) -> None:
    arguments = ["update", "--from", "/dev/stdin", "--output", "t.json"]
    result = run_process(*LIFECYCLE, *arguments, cwd=tmp_path, stdin=BODY)
    refusal = "cannot read '/dev/stdin': not a regular file; nothing was changed"
    assert (result.code, complaints(result)) == (2, ["reading /dev/stdin", refusal])


NO_FEEDS = {
    "file://otherhost/feed.json": "names a file of another machine",
    "file://[/feed.json": "invalid URL",
    "none.json": "cannot read 'none.json': No such file or directory",
    "file:///none.json": "cannot read '/none.json': No such file",
    "directory": "cannot read 'directory': Is a directory",
    "": "cannot read '': No such file or directory",
    "empty.json": "cannot use the feed 'empty.json': not valid JSON",
    "file:///a%00b": "cannot read ",
    "x" * 300: "cannot read 'x+…': File name too long",
}


def test_files_without_a_feed(tmp_path: Path, update: Command) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "empty.json").touch()
    before = _content(tmp_path)
    for origin, reason in NO_FEEDS.items():
        result = update(origin, "--output", "t.json", cwd=tmp_path)
        _refused(result, f"reading {origin}", re.compile(reason))
        assert _content(tmp_path) == before, origin


def _skip_if_allowed(path: Path, how: int) -> None:
    if os.access(path, how):
        pytest.skip("file permissions do not stop this user")


def test_a_feed_without_read_permission(tmp_path: Path, update: Command) -> None:
    path = write_feed(tmp_path / "feed.json")
    path.chmod(0)
    _skip_if_allowed(path, os.R_OK)
    result = update(path, "--output", tmp_path / "t.json")
    _refused(result, f"reading {path}", f"cannot read '{path}': Permission denied")
    assert [file.name for file in tmp_path.iterdir()] == ["feed.json"]


def test_an_impossible_time_of_a_file_is_not_the_date_of_its_feed(
    tmp_path: Path, update: Command, run_lifecycle: Command
) -> None:
    path = write_feed(tmp_path / "feed.json")
    for number, moment in enumerate((0, 1, -86400 * 365, 4102444800)):
        file = tmp_path / f"{number}.json"
        os.utime(path, (moment, moment))
        assert update(path, "--output", file).code == 0
        assert run_lifecycle("show", "3.90", "--table", file).code == 0
        assert run_lifecycle("show", "3.90", "--table", path).code == 0
        days = [row["published"] for series in _document(file)["series"] for row in series["schedule"]]
        assert "2021" < min(days) < max(days) < "2099", moment


# Updates that write a file


def test_without_an_output_nothing_is_written(tmp_path: Path, update: Command) -> None:
    write_feed(tmp_path / "feed.json")
    before = _content(tmp_path)
    result = update("feed.json", cwd=tmp_path)
    assert (result.code, result.out.splitlines()[:3]) == (0, NEWS)
    assert complaints(result) == [
        "reading feed.json",
        GAP,
        f"nothing written (use --output FILE to save) ({REFRESHED})",
    ]
    assert _content(tmp_path) == before


def _cannot_write(path: str, reason: str) -> str:
    return f"cannot write the lifecycle data to '{path}': {reason}"


NO_TABLES = {
    "README.md": "it exists and is not lifecycle data: not valid JSON \\(",
    "other.json": "it exists and is not lifecycle data: missing keys ",
    "list.json": "it exists and is not lifecycle data: not a JSON object$",
    "feed.json": "it is the release feed; use another file$",
    "cut.json": "it exists and is not lifecycle data: not valid JSON \\(",
    "later.json": "it exists and is not lifecycle data: schema_version ",
    "empty": "it exists and is not lifecycle data: not valid JSON \\(",
    "directory": "not a regular file$",
    "none/t.json": "the directory '.*/none' does not exist$",
    "feed.json/t.json": "the directory '.*/feed.json' does not exist$",
    "": "",
    "x" * 300: "File name too long",
}


def test_only_lifecycle_data_is_overwritten(tmp_path: Path, update: Command) -> None:
    write_feed(tmp_path / "feed.json")
    for file, content in (
        ("README.md", "# Hello\n"),
        ("other.json", '{"a": 1}\n'),
        ("list.json", "[]\n"),
        ("cut.json", OLD_TABLE[:-10]),
        ("later.json", OLD_TABLE.replace('"schema_version": 1', '"schema_version": 2')),
        ("empty", ""),
    ):
        (tmp_path / file).write_text(content)
    (tmp_path / "directory").mkdir()
    before = _content(tmp_path)
    for name, reason in NO_TABLES.items():
        result = update("feed.json", "--output", name, cwd=tmp_path)
        message = re.compile("^" + re.escape(_cannot_write(name, "")) + reason)
        if name == "x" * 300:
            message = re.compile("^cannot write the lifecycle data to 'x+…': File name too long$")
        _refused(result, *["reading feed.json"] * (len(complaints(result)) - 1), message)
        assert _content(tmp_path) == before, name


def test_a_directory_without_write_permission(tmp_path: Path, update: Command) -> None:
    path, directory = write_feed(tmp_path / "feed.json"), tmp_path / "directory"
    directory.mkdir()
    (directory / "old.json").write_text(OLD_TABLE)
    directory.chmod(0o555)
    try:
        _skip_if_allowed(directory, os.W_OK)
        before = _content(tmp_path)
        for name in ("new.json", "old.json"):
            result = update(path, "--output", directory / name)
            reason = _cannot_write(str(directory / name), "Permission denied")
            _refused(result, f"reading {path}", reason)
        assert _content(tmp_path) == before
    finally:
        directory.chmod(0o755)


def test_a_dockerfile_is_never_overwritten(tmp_path: Path, update: Command) -> None:
    write_feed(tmp_path / "feed.json")
    for name in ("Dockerfile", "Dockerfile.dev", "directory/app.dockerfile"):
        result = update("feed.json", "--output", name, cwd=tmp_path)
        assert (result.code, result.out) == (2, ""), name
        assert result.err.endswith(
            f"'{name}' has the name of a Dockerfile or manifest, which would be overwritten.\n"
        )
        assert [path.name for path in tmp_path.iterdir()] == ["feed.json"], name


@pytest.mark.process
@pytest.mark.parametrize("name", ["/dev/stdout", "pipe", "/dev/null"])
def test_an_output_that_is_not_a_regular_file_does_not_block(tmp_path: Path, name: str) -> None:
    path = write_feed(tmp_path / "feed.json")
    os.mkfifo(tmp_path / "pipe")
    result = run_process(*LIFECYCLE, "update", "--from", path, "--output", name, cwd=tmp_path)
    assert (result.code, "not a regular file" in result.err) == (2, True)


def test_an_update_keeps_a_fact_added_by_hand(tmp_path: Path, update: Command) -> None:
    path, file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json"
    assert GAP in complaints(update(path, "--output", file))
    document = _document(file)
    variants = [{"name": "python"}, {"name": "slim", "since": "3.90-2"}]
    _series(document, "3.90")["variants"] = variants
    file.write_text(json.dumps(document))
    write_feed(path, feed(**{"3.90-2": release("3.90.1", "2026-11-13")}), date(2026, 11, 14))
    result = update(path, "--output", file)
    assert result.code == 0
    assert GAP not in complaints(result)
    assert "new      3.90-2 (Airflow 3.90.1), released 2026-11-13" in result.out.splitlines()
    assert not re.search(r"\b3\.90(?:-1|,| )", result.out)
    assert _series(_document(file), "3.90")["variants"] == variants


def test_an_end_that_moves_twice_has_three_schedules(
    tmp_path: Path, update: Command, run_lifecycle: Command
) -> None:
    path, file = tmp_path / "feed.json", tmp_path / "t.json"
    moves = [
        (date(2026, 10, 20), "2028-09-30", "2029-03-31"),
        (date(2026, 11, 12), "2028-11-30", "2029-05-31"),
    ]
    for day, maintenance, support in moves:
        document = feed(**{"3.3-8": ends(maintenance, support)})
        del document["runtimeVersions"]
        del document["runtimeVersionsV3"]["3.90-1"]
        result = update(write_feed(path, document, day), "--output", file)
        assert result.code == 0
        assert result.out.startswith(f"changed  3.3, maintained until {maintenance}, ")
    first = TABLE.find_series("3.3")
    assert first
    rows = [
        (row["published"], row["end_of_maintenance"]) for row in _series(_document(file), "3.3")["schedule"]
    ]
    known = [(str(row.published), str(row.end_of_maintenance)) for row in first.schedule]
    assert rows == [*known, *((str(day), end) for day, end, _ in moves)]
    ended = {
        as_of: json.loads(
            run_lifecycle("show", "3.3", "--table", file, "--as-of", as_of, "--format", "json").out
        )["facts"]
        for as_of in ("2026-10-19", "2026-11-11", "2026-11-12")
    }
    values = [
        next(fact["value"] for fact in facts if fact["name"] == "end of maintenance")
        for facts in ended.values()
    ]
    assert values == ["2028-07-31", "2028-09-30", "2028-11-30"]


def test_a_second_update_from_the_same_feed_changes_no_byte(tmp_path: Path, update: Command) -> None:
    path, file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json"
    assert update(path, "--output", file).code == 0
    before = file.read_bytes()
    result = update(path, "--output", file)
    assert result.code == 0
    assert [line for line in result.out.splitlines() if not line.startswith("removed ")] == []
    assert complaints(result) == [f"reading {path}", f"nothing new; wrote '{file}' ({REFRESHED})"]
    assert file.read_bytes() == before


# Interrupted updates

# A script that updates a file in many child processes, one after another, until an update completes. An event is a call
# of a C function in the module `files`, or the return from it. The first child is killed at the first event, the second
# child at the second event, and so on. For each child, the script prints the event, the hash of the file and the exit
# code. The line of the last child has no event.
CHILD = """
import hashlib, os, signal, sys
import lint_runtime.cli.lifecycle
from lint_runtime import files
from lint_runtime.lifecycle.update import refresh
file, old, *arguments = sys.argv[1:]
left = 0
def hook(frame, event, function):
    global left
    if frame.f_code.co_filename != files.__file__ or event not in ("c_call", "c_return"):
        return
    left -= 1
    if left < 0:
        os.write(1, f"{event} {function.__name__} ".encode())
        os.kill(os.getpid(), signal.SIGKILL)
def replace(*arguments):
    sys.setprofile(hook)
    files.replace_file(*arguments)
    sys.setprofile(None)
def hash_of(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest() if os.path.exists(path) else "none"
def update():
    return lint_runtime.cli.lifecycle.main(["update", *arguments, "--output", file])
sys.stdout = sys.stderr
update()
refresh.replace_file = replace
for number in range(1000):
    if os.path.exists(file):
        os.unlink(file)
    if old:
        with open(file, "wb") as copy:
            copy.write(open(old, "rb").read())
    left = number
    process = os.fork()
    if process == 0:
        os._exit(update())
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.write(1, f"{hash_of(file)} {code}\\n".encode())
    if code != -signal.SIGKILL:
        break
"""


@pytest.mark.process
@pytest.mark.parametrize("is_there", [True, False], ids=["with a file", "without a file"])
def test_a_kill_at_any_step_leaves_the_old_table_or_the_new_one(
    tmp_path: Path, update: Command, *, is_there: bool
) -> None:
    path, file, old_file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json", tmp_path / "old.json"
    old_file.write_text(OLD_TABLE)
    assert update(path, "--output", file).code == 0
    new = hashlib.sha256(file.read_bytes()).hexdigest()
    old = hashlib.sha256(old_file.read_bytes()).hexdigest() if is_there else "none"
    arguments = [file, old_file if is_there else "", "--from", path]
    result = run_process(sys.executable, "-c", CHILD, *arguments, cwd=tmp_path)
    *killed, last = [line.rsplit(" ", 2) for line in result.out.splitlines()]
    assert last == [new, "0"], result.err
    assert {code for _, _, code in killed} == {str(-signal.SIGKILL)}
    assert {content for _, content, _ in killed} <= {old, new}
    steps = [step for step, _, _ in killed]
    outcomes = {(step, content == new) for step, content, _ in killed}
    assert {("c_call write", False), ("c_call replace", False), ("c_return replace", True)} <= outcomes
    assert steps.index("c_return fsync") < steps.index("c_call replace")
    # The last child was not killed. It has removed the temporary files of the killed children.
    assert not any(left.name.startswith(".lint-runtime-") for left in tmp_path.iterdir())
    assert update(path, "--output", file).code == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == new


@pytest.mark.process
def test_simultaneous_updates_leave_a_complete_table(tmp_path: Path, update: Command) -> None:
    other = feed(**{"3.90-2": release("3.90.1", "2026-11-13")})
    feeds = [write_feed(tmp_path / "a.json"), write_feed(tmp_path / "b.json", other, date(2026, 11, 14))]
    results = {OLD_TABLE.encode()}
    for order in ([0], [1], [0, 1], [1, 0]):
        file = tmp_path / "alone.json"
        file.write_text(OLD_TABLE)
        for number in order:
            assert update(feeds[number], "--output", file).code == 0
        results.add(file.read_bytes())
    file = tmp_path / "t.json"
    file.write_text(OLD_TABLE)
    processes = [
        subprocess.Popen(
            [*LIFECYCLE, "update", "--from", path, "--output", file],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for path in feeds * 2
    ]
    seen = set()
    while any(process.poll() is None for process in processes):
        seen.add(file.read_bytes())
    seen.add(file.read_bytes())
    assert [process.returncode for process in processes] == [0] * 4
    assert seen <= results
    assert file.read_bytes() != OLD_TABLE.encode()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".lint-runtime-")]


# A data release


def _lines(path: Path) -> set[str]:
    return {line.rstrip(",") for line in path.read_text().splitlines()}


@pytest.mark.process
def test_a_data_release_updates_the_data_file_of_a_clone(tmp_path: Path, run: Command) -> None:
    clone, path = tmp_path / "clone", write_feed(tmp_path / "feed.json")
    shutil.copytree(ROOT / "src", clone / "src", ignore=shutil.ignore_patterns("__pycache__"))
    data = clone / "src/lint_runtime/lifecycle/data.json"
    shutil.copy(FIXTURES / "data-2026-10-06.json", data)
    before, lines = _content(clone), _lines(data)
    update = ["update", "--from", path, "--output", "src/lint_runtime/lifecycle/data.json"]
    of_clone = ahead(clone / "src")
    lifecycle = [sys.executable, "-c", "from lint_runtime.__main__ import run_lifecycle as run; run()"]
    result = run_process(*lifecycle, *update, cwd=clone, env=of_clone)
    assert (result.code, result.out.splitlines()[:3]) == (0, NEWS)
    changed = {file for file, content in _content(clone).items() if before.get(file) != content}
    assert changed == {str(data)}
    new = sorted(re.findall(r"^ +{\"(?:name|version)\": \"([^\"]+)", "\n".join(_lines(data) - lines), re.M))
    assert new == ["13.12.0", "3.90", "3.90-1"]

    written = data.read_bytes()
    assert run_process(*lifecycle, *update, cwd=clone, env=of_clone).code == 0
    assert data.read_bytes() == written

    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    options = ["--as-of", "2026-11-22", "--isolated", tmp_path / "Dockerfile"]
    linted = run_process(sys.executable, "-m", "lint_runtime", *options, cwd=tmp_path, env=of_clone)
    assert "[unknown-release]" not in linted.out
    assert linted.err.endswith(f"({REFRESHED})\n")
    assert "[unknown-release]" in run(*options, cwd=tmp_path).out


# Findings with updated data


@pytest.mark.parametrize("is_feed", [False, True], ids=["a table", "the feed"])
def test_a_series_missing_in_the_bundled_data(
    tmp_path: Path, update: Command, run: Command, *, is_feed: bool
) -> None:
    write_feed(tmp_path / "feed.json")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    unknown = run("--as-of", "2026-11-22", "Dockerfile", cwd=tmp_path)
    assert "[unknown-release]" in unknown.out
    if not is_feed:
        assert update("feed.json", "--output", "t.json", cwd=tmp_path).code == 0
    name = "feed.json" if is_feed else "t.json"
    linted = run("--as-of", "2026-11-22", "--table", name, "Dockerfile", cwd=tmp_path)
    assert (linted.code, linted.out) == (0, "")
    assert linted.err.endswith(f"({REFRESHED} in {name})\n")
    late = run("--as-of", "2028-12-01", "--table", name, "Dockerfile", cwd=tmp_path)
    assert late.code == 1
    assert "[unknown-release]" not in late.out
    assert late.out.endswith("[end-of-maintenance]\n")
    assert "ended on 2028-11-30 (computed)" in late.out
    on_the_day = run("--as-of", "2028-11-30", "--table", name, "Dockerfile", cwd=tmp_path)
    assert "[end-of-maintenance]" not in on_the_day.out


# Show


def test_show_the_schedule(run_lifecycle: Command) -> None:
    text = run_lifecycle("show", "--as-of", "2026-11-22")
    assert (text.code, text.err) == (0, "")
    assert text.out.startswith(
        f"Release series of Astro Runtime\nLifecycle data of {TABLE.date} (embedded), as of 2026-11-22\n\n"
    )
    assert "\x1b" not in text.out
    assert max(map(len, text.out.splitlines())) <= 80
    document = json.loads(run_lifecycle("show", "--as-of", "2026-11-22", "--format", "json").out)
    assert [series["series"] for series in document["series"]] == [series.name for series in TABLE.series]
    rows = list(
        csv.DictReader(io.StringIO(run_lifecycle("show", "--as-of", "2026-11-22", "--format", "csv").out))
    )
    assert [row["end_of_maintenance"] for row in rows] == [
        series["end_of_maintenance"] or "" for series in document["series"]
    ]
    markdown = run_lifecycle("show", "--as-of", "2026-11-22", "--format", "markdown").out
    assert markdown.startswith("### Release series of Astro Runtime, as of 2026-11-22 ")
    assert sum(line.startswith("| ") for line in markdown.splitlines()) == len(TABLE.series) + 2


def test_show_a_series_or_a_release(run_lifecycle: Command) -> None:
    for subject in ("13", "3.1", "13.11.0", "3.1-8"):
        views = {
            name: run_lifecycle("show", subject, "--format", name)
            for name in ("text", "json", "markdown", "csv")
        }
        assert {(view.code, view.err) for view in views.values()} == {(0, "")}, subject
        document = json.loads(views["json"].out)
        facts, verdict = document["facts"], document["verdict"]
        first, *written = list(csv.DictReader(io.StringIO(views["csv"].out)))
        assert [{**fact, "value": fact["value"].removeprefix("'")} for fact in written] == facts, subject
        assert first == {"name": "verdict", "value": verdict, "source": ""}
        title = re.escape(subject)
        assert re.match(rf"Astro Runtime {title}(\.x)?: {re.escape(verdict)}\n", views["text"].out)
        assert views["markdown"].out.count("\n| ") == len(facts) + 2, subject


UNKNOWN_SUBJECTS = {
    "99": "unknown series 99.x: newer than the lifecycle data; known series: 2, 3, 4, ",
    "13.99.0": "unknown release 13.99.0: newer than the lifecycle data; the newest 13.x release is ",
    "0.1.0": "unknown release 0.1.0: never published; known series: ",
    "tomorrow": "unknown series or release 'tomorrow'; known series: ",
    "\x1b[31m##[error]\u202e": "unknown series or release '\\x1b[31m#\\x23[error]\\u202e'",
    "9" * 5000: "unknown ",
}


def test_show_an_unknown_series_or_release(run_lifecycle: Command) -> None:
    for subject, reason in UNKNOWN_SUBJECTS.items():
        result = run_lifecycle("show", subject)
        _refused(result, re.compile("^" + re.escape(reason)))
        assert len(result.err) < 600, subject


def test_show_the_dates_known_on_a_day(run_lifecycle: Command) -> None:
    assert "extended" not in run_lifecycle("show", "13", "--as-of", "2026-09-24").out
    assert "2026-11-30" in run_lifecycle("show", "--as-of", "2026-09-24").out
    nothing = run_lifecycle("show", "--as-of", "2000-01-01")
    assert (nothing.code, nothing.out.splitlines()[-1]) == (0, "Nothing had been released by then.")


def test_show_another_table(tmp_path: Path, run_lifecycle: Command) -> None:
    path = write_feed(tmp_path / "feed.json")
    result = run_lifecycle("show", "3.90", "--table", "feed.json", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert f"Lifecycle data of {DAY} (feed.json), as of " in result.out
    assert "2028-11-30 (computed)" in result.out
    assert run_lifecycle("show", "3.90").code == 2
    document = json.loads(run_lifecycle("show", "--table", path, "--format", "json").out)
    assert document["table"]["source"] == str(path)
    assert document["series"][-1]["computed"] == ["end_of_maintenance", "end_of_basic_support"]


def test_unusable_tables(tmp_path: Path, run_lifecycle: Command) -> None:
    (tmp_path / "directory").mkdir()
    for file, content in (("text", "hello"), ("other.json", '{"a": 1}'), ("page.html", "<html>")):
        (tmp_path / file).write_text(content)
    reasons = {
        "none.json": "No such file or directory",
        "directory": "Is a directory",
        "text": "not valid JSON ",
        "other.json": "missing keys schema_version, date, series, releases",
        "page.html": "not valid JSON: it is HTML or XML",
        "": "No such file or directory",
    }
    for name, reason in reasons.items():
        message = re.compile(f"^cannot use the lifecycle data '{name}': {reason}")
        for command in (["show", "--table"], ["timeline", "--table"], ["verify"]):
            _refused(run_lifecycle(*command, name, cwd=tmp_path), message)


def test_color(run_lifecycle: Command) -> None:
    for command in (["show"], ["show", "13"], ["compare", "12.6.0", "3.3-8"], ["verify"]):
        plain = run_lifecycle(*command)
        assert (plain.code, "\x1b" in plain.out) == (0, False), command
        for variables in ({"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}):
            assert run_lifecycle(*command, env=variables) == plain, (command, variables)
        colored = run_lifecycle(*command, env={"FORCE_COLOR": "1"})
        assert "\x1b[1m" in colored.out, command
        assert re.sub("\x1b\\[[0-9;]*m", "", colored.out) == plain.out, command


def test_only_text_is_colored(run_lifecycle: Command) -> None:
    for name in ("json", "markdown", "csv"):
        assert "\x1b" not in run_lifecycle("show", "--format", name, env={"FORCE_COLOR": "1"}).out


@pytest.mark.process
@pytest.mark.parametrize("command", [["show"], ["verify"], ["update"]], ids=" ".join)
def test_a_closed_pipe_causes_no_crash(tmp_path: Path, command: list[str]) -> None:
    extra = ["--from", str(write_feed(tmp_path / "feed.json"))] if command == ["update"] else []
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [*LIFECYCLE, *command, *extra], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    err = result.stderr.decode()
    assert result.returncode == 2
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert "Broken pipe" not in err


# Verify


def test_verify_the_bundled_data(run_lifecycle: Command) -> None:
    result = run_lifecycle("verify")
    assert result.code == 0
    assert complaints(result) == [f"0 unexplained differences, 0 unexplained problems in the {EMBEDDED}"]
    assert "differs (explained)" in result.out
    assert (
        "Explained differences:\n- 5.x, maintenance: 182 days later than the policy gives: " in result.out
    )
    assert "Unexplained" not in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_verify_a_moved_date(tmp_path: Path, run_lifecycle: Command) -> None:
    document = json.loads(OLD_TABLE)
    row = _series(document, "3.2")["schedule"][-1]
    row["end_of_maintenance"] = "2028-05-31"
    (tmp_path / "t.json").write_text(json.dumps(document))
    result = run_lifecycle("verify", "t.json", cwd=tmp_path)
    assert result.code == 1
    assert complaints(result) == [
        f"1 unexplained difference, 0 unexplained problems in the {EMBEDDED} in t.json"
    ]
    difference = "- 3.2, maintenance: 31 days later than the policy gives"
    assert f"\nUnexplained differences:\n{difference}\n" in result.out
    assert re.search(r"^3\.2 +maintenance .* 31 +differs$", result.out, re.M)

    row["note"] = "extended by the vendor"
    (tmp_path / "t.json").write_text(json.dumps(document))
    result = run_lifecycle("verify", "t.json", cwd=tmp_path)
    assert (result.code, "Unexplained" in result.out) == (0, False)
    assert f"{difference}: extended by the vendor" in " ".join(result.out.split())


def _ended_before(document: Any) -> None:
    _series(document, "3.2")["schedule"][-1]["end_of_basic_support"] = "2027-01-01"


def _unsorted(document: Any) -> None:
    document["releases"].reverse()


def _outside(document: Any) -> None:
    document["releases"].append({"version": "99.0.0", "source": "x"})


def _without_architectures(document: Any) -> None:
    series = _series(document, "3.2")
    del series["architectures"]
    series.pop("notes", None)


def test_verify_a_table_that_contradicts_itself(tmp_path: Path, run_lifecycle: Command) -> None:
    for breaking, problem in (
        (_ended_before, "- 3.2: basic support ends on 2027-01-01, before "),
        (_unsorted, "must not come after"),
        (_outside, "- release 99.0.0: unknown series 99\n"),
        (_without_architectures, "- 3.2: architectures missing\n"),
    ):
        document = json.loads(OLD_TABLE)
        breaking(document)
        (tmp_path / "t.json").write_text(json.dumps(document))
        result = run_lifecycle("verify", "t.json", cwd=tmp_path)
        assert result.code == 1, problem
        assert problem in result.out.partition("\nProblems:\n")[2]
        (message,) = complaints(result)
        assert re.fullmatch(
            rf"\d+ unexplained differences?, [1-9]\d* unexplained problems? in the {EMBEDDED} in t.json",
            message,
        )


# Hostile text


ESCAPED = "\\x1b[31m\\x07\\x9b31m #\\x23[error]x \\u202e\\u2066"


def _check_harmless(result: Result, shown: str = "") -> None:
    """Check that the output has no commands for terminals or CI systems, and that it contains `shown`."""
    assert shown in result.out + result.err, result
    for line in [*result.out.split("\n"), *result.err.split("\n")]:
        assert line.isprintable(), line
        assert "##[" not in line
        assert not line.lstrip().startswith("::"), line


def test_hostile_text_in_a_feed(
    tmp_path: Path, update: Command, run_lifecycle: Command, run: Command
) -> None:
    yanked = {"yanked": True, "yankedReason": HOSTILE}
    releases = {
        "3.3-8": ends("2028-07-31", "2029-01-31", **yanked),
        "3.90-1": release("3.90.0", "2026-11-10", **yanked),
        "3.90-2": release("3.90.1", "2026-11-11"),
    }
    write_feed(tmp_path / "feed.json", feed(**releases))
    result = update("feed.json", "--output", "t.json", cwd=tmp_path)
    assert result.code == 0
    _check_harmless(result, f"yanked   3.90-1, known by 2026-11-12: {ESCAPED}")
    for name in ("text", "json", "markdown", "csv"):
        shown = run_lifecycle("show", "3.90-1", "--table", "t.json", "--format", name, cwd=tmp_path)
        assert (shown.code, shown.err) == (0, ""), name
        _check_harmless(shown, "stop-com")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    for name in ("t.json", "feed.json"):
        linted = run("--as-of", "2026-11-22", "--table", name, "Dockerfile", cwd=tmp_path)
        assert linted.out.endswith("[yanked-release]\n"), name
        _check_harmless(linted, "\\x1b[31m")


def test_hostile_text_in_a_table(tmp_path: Path, run_lifecycle: Command) -> None:
    for key, commands in (
        ("note", (["show", "3.2", "--table"], ["verify"])),
        ("notes", (["show", "3.2", "--table"], ["verify"])),
        ("source", (["show", "3.2", "--table"],)),
        ("os", (["show", "3.2", "--table"],)),
    ):
        document = json.loads(OLD_TABLE)
        series = _series(document, "3.2")
        del series["architectures"]
        row = series["schedule"][-1]
        row["end_of_maintenance"] = "2028-05-31"
        (row if key == "note" else series)[key] = HOSTILE
        (tmp_path / "t.json").write_text(json.dumps(document))
        for command in commands:
            shown = run_lifecycle(*command, "t.json", cwd=tmp_path)
            assert shown.code in (0, 1), (key, command)
            _check_harmless(shown, "\\x1b[31m")


def test_hostile_text_in_an_unusable_feed(tmp_path: Path, update: Command, run_lifecycle: Command) -> None:
    def with_release(airflow: str = "3.90.0", **fields: object) -> dict[str, Any]:
        return feed(**{"3.90-1": release(airflow, "2026-11-10", **fields)})

    name, metadata = f"runtimeVersionsV3.{ESCAPED}", "runtimeVersionsV3.3.90-1.metadata"
    documents: list[tuple[dict[str, Any], str]] = [
        ({**feed(), "schemaVersion": HOSTILE}, "schemaVersion must match "),
        (feed(**{HOSTILE: {}}), name),
        (feed(**{HOSTILE: release("3.90.0", HOSTILE)}), name),
        (with_release(airflow=HOSTILE), f"{metadata}.airflowVersion must match pattern "),
        (with_release(yankedReason=HOSTILE * 2), f"{metadata}.yankedReason must be shorter "),
        (with_release(pythonVersions=[HOSTILE]), f"{metadata}.pythonVersions[0] must match "),
    ]
    for document, reason in documents:
        write_feed(tmp_path / "feed.json", document)
        for result, what in (
            (update("feed.json", cwd=tmp_path), "feed"),
            (run_lifecycle("verify", "feed.json", cwd=tmp_path), "lifecycle data"),
        ):
            _check_harmless(result, f"cannot use the {what} 'feed.json': {reason}")
            assert (result.code, result.out, len(result.err.splitlines()[-1]) < 700) == (2, "", True)


def test_hostile_names_of_files(tmp_path: Path, update: Command, run_lifecycle: Command) -> None:
    name = "::error::\x1b[31m##[error]\u202e\n::error::x"
    write_feed(tmp_path / name)
    result = update(name, "--output", f"{name}.table", cwd=tmp_path)
    assert result.code == 0
    _check_harmless(result, "reading ::error::\\x1b[31m#\\x23[error]")
    for command in (["show", "--table"], ["verify"]):
        shown = run_lifecycle(*command, f"{name}.table", cwd=tmp_path)
        assert shown.code in (0, 1), command
        _check_harmless(shown, "::error::\\x1b[31m#\\x23[error]")


# Wrong usage and help


WRONG_USAGE = {
    "": "Usage: runtime-lifecycle [OPTIONS] COMMAND",
    "frobnicate": "No such command 'frobnicate'",
    "show --frobnicate": "No such option",
    "update --table x": "No such option",
    "show --as-of tomorrow": "'tomorrow' (expected YYYY-MM-DD).",
    "show --as-of 2026-02-30": "'2026-02-30' (expected YYYY-MM-DD).",
    "show --format xml": "'xml' is not one of 'text', 'json', 'markdown', 'csv'",
    "timeline --format csv": "'csv' is not one of 'text', 'svg', 'html', 'ics'",
    "show 13 14": "Got unexpected extra argument",
    "verify a b": "Got unexpected extra argument",
    "update feed.json": "Got unexpected extra argument",
    "show --table": "requires an argument",
    "update --output": "requires an argument",
}


def test_wrong_usage(run_lifecycle: Command) -> None:
    for arguments, message in WRONG_USAGE.items():
        result = run_lifecycle(*arguments.split())
        assert (result.code, result.out, message in result.err) == (2, "", True), result


def test_help(run_lifecycle: Command, golden: Callable[[Path, str], None]) -> None:
    texts = []
    for command in ([], ["show"], ["recommend"], ["compare"], ["timeline"], ["verify"], ["update"]):
        long = run_lifecycle(*command, "--help", env={"COLUMNS": "200"})
        assert (long.code, long.err) == (0, ""), command
        assert max(map(len, long.out.splitlines())) <= 80, command
        assert run_lifecycle(*command, "-h", env={"COLUMNS": "200"}) == long
        texts.append(long.out)
    golden(FIXTURES / "golden" / "lifecycle" / "help.text", "\n".join(texts))


def test_version(run_lifecycle: Command) -> None:
    assert run_lifecycle("--version") == Result(0, f"runtime-lifecycle {__version__} ({EMBEDDED})\n", "")


@pytest.mark.process
def test_the_installed_script() -> None:
    script = Path(sys.executable).with_name("runtime-lifecycle")
    result = run_process(script, "--version")
    assert (result.code, result.out.partition(" ")[0], result.err) == (0, "runtime-lifecycle", "")


def test_the_default_day_is_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_lifecycle: Command
) -> None:
    monkeypatch.setattr("lint_runtime.cli.lifecycle.current_day", lambda: date(2022, 5, 1))
    for command in (["show"], ["show", "4"], ["compare", "4.2.0", "5.0.0"], ["timeline"]):
        assert "as of 2022-05-01\n" in run_lifecycle(*command).out, command
    # The feed is from a later day than 2022-05-01. It counts as a feed of 2022-05-01.
    path = write_feed(tmp_path / "feed.json")
    assert run_lifecycle("update", "--from", path).err.endswith(f"({EMBEDDED})\n")


# Network


def test_without_an_http_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: Command, run_lifecycle: Command
) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    url, file = "http://127.0.0.1:1/feed", tmp_path / "t.json"
    result = update(url, "--output", file)
    _refused(result, f"reading {url}", re.compile(re.escape(NO_CLIENT) + "$"))
    assert "pip install '.[update]'" in NO_CLIENT
    assert not file.exists()
    path = write_feed(tmp_path / "feed.json")
    for origin in (str(path), path.as_uri()):
        assert update(origin, "--output", file).code == 0
    assert run_lifecycle("show", "3.90", "--table", file).code == 0


@pytest.mark.process
def test_only_a_url_opens_a_socket(tmp_path: Path) -> None:
    write_feed(tmp_path / "feed.json")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    lifecycle, lint = "lint_runtime.cli.lifecycle", "lint_runtime.cli.lint"
    commands = [
        (lifecycle, ["show"], 0),
        (lifecycle, ["show", "13"], 0),
        (lifecycle, ["verify"], 0),
        (lifecycle, ["update", "--from", "feed.json", "--output", "t.json"], 0),
        (lifecycle, ["update", "--from", (tmp_path / "feed.json").as_uri(), "--output", "t.json"], 0),
        (lifecycle, ["show", "--table", "t.json"], 0),
        (lifecycle, ["verify", "feed.json"], 1),
        (lint, ["--as-of", "2026-11-22", "--table", "feed.json", "Dockerfile"], 0),
        (lint, ["--as-of", "2026-11-22", "--table", "t.json", "Dockerfile"], 0),
        (lifecycle, ["update", "--from", "http://127.0.0.1:1/feed"], 2),
    ]
    code = """
import importlib, json, sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("socket.") else None)
for module, arguments, _ in json.loads(sys.argv[1]):
    code = importlib.import_module(module).main(arguments)
    print("result", code, len(opened) > 0)
"""
    result = run_process(sys.executable, "-c", code, json.dumps(commands), cwd=tmp_path)
    outcomes = [line for line in result.out.splitlines() if line.startswith("result ")]
    *expected, url = [
        f"result {code} {arguments[-1].startswith('http:')}" for _, arguments, code in commands
    ]
    assert outcomes == [*expected, url], result.err
    assert url == "result 2 True"


def test_an_invalid_result_is_not_written(tmp_path: Path, update: Command) -> None:
    metadata = {
        "airflowVersion": "3.90.0",
        "channel": "stable",
        "releaseDate": "2026-11-10",
        "endOfMaintenance": "2099-12-31",
    }
    document = {"schemaVersion": "1.8", "runtimeVersionsV3": {"3.90-1": {"metadata": metadata}}}
    (tmp_path / "feed.json").write_text(json.dumps(document))
    result = update("feed.json", "--output", "t.json", cwd=tmp_path)
    reason = "the result is invalid: .*end_of_basic_support"
    _refused(result, "reading feed.json", re.compile(_cannot_write("t.json", reason)))
    assert [path.name for path in tmp_path.iterdir()] == ["feed.json"]


def test_no_password_is_shown(tmp_path: Path, update: Command) -> None:
    result = update("http://user:secret@127.0.0.1:9/feed", "--output", "t.json", cwd=tmp_path)
    assert result.code == 2
    assert "secret" not in "".join(complaints(result))
    assert complaints(result)[0] == "reading http://127.0.0.1:9/feed"


def test_streams_are_not_files(tmp_path: Path, run_lifecycle: Command) -> None:
    write_feed(tmp_path / "feed.json")
    for arguments in (["--from", "-"], ["--from", "feed.json", "--output", "-"]):
        result = run_lifecycle("update", *arguments, cwd=tmp_path)
        assert (result.code, [path.name for path in tmp_path.iterdir()]) == (2, ["feed.json"])
        assert "give the path of a file" in complaints(result)[-1], arguments
