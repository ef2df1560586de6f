"""The command `runtime-lifecycle`: what it reads, writes and prints."""

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
from lint_runtime.lifecycle.data_file import dump_table
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.fetch import NO_CLIENT
from tests.conftest import FIXTURES, LIFECYCLE, LINT, ROOT, Command, Result, run_process
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
# What a terminal acts upon, and what the log of a CI system does.
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
    """Return `runtime-lifecycle update --from` as a function."""
    return partial(run_lifecycle, "update", "--from")


def _refused(result: Result, *expected: str | re.Pattern[str]) -> None:
    """Check that the command gave up with exactly these lines."""
    assert (result.code, result.out) == (2, "")
    *before, last = complaints(result)
    lines = (*before, last.removesuffix("; nothing was changed"))
    for line, complaint in zip(lines, expected, strict=True):
        assert line.isprintable()
        if isinstance(complaint, str):
            assert line == complaint
        else:
            assert complaint.search(line), line


def _content(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and time of all files below `directory`, except compiled modules."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def _document(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _series(document: Any, name: str) -> Any:
    (series,) = [series for series in document["series"] if series["name"] == name]
    return series


# From a server


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
        "yanked   3.3-8, published 2026-11-12: It is broken.",
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


def test_an_update_of_a_feed_that_has_not_changed(
    server: FeedServer, tmp_path: Path, update: Command
) -> None:
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


def test_a_feed_that_has_changed_is_read_again(server: FeedServer, tmp_path: Path, update: Command) -> None:
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
        pytest.param(0, "/feed", True, id="as old as the embedded table"),
        pytest.param(-1, "/feed", False, id="older than the embedded table"),
        pytest.param(0, "/other", False, id="of another URL"),
    ],
)
def test_a_version_is_asked_about_only_where_nothing_else_is_to_be_written(
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
    "a version nobody asked about": (said(whole(b"", "304 Not Modified")), "304 Not Modified"),
    "a circle": (said(whole(b"", "302 Found", "Location: /feed")), "more than 5 redirects"),
    "another scheme": (
        said(whole(b"", "302 Found", "Location: file:///etc/passwd")),
        "the server redirects from http to 'file'",
    ),
    "too much": (said(TOO_MUCH), "larger than 33,554,432 bytes"),
}


@pytest.mark.parametrize(("answer", "reason"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_an_answer_that_cannot_be_used_changes_nothing(
    server: FeedServer, tmp_path: Path, answer: Answer, reason: str, update: Command
) -> None:
    url, file = f"{server.url}/feed", tmp_path / "t.json"
    server.answers["/feed"] = answer
    file.write_text(OLD_TABLE)
    before = _content(tmp_path)
    _refused(update(url, "--output", file), f"reading {url}", re.compile(reason))
    assert _content(tmp_path) == before


@pytest.mark.parametrize("name", ["a body cut short", "JSON cut short", "not found"])
def test_an_answer_that_cannot_be_used_makes_no_file(
    server: FeedServer, tmp_path: Path, name: str, update: Command
) -> None:
    answer, reason = WRONG_ANSWERS[name]
    server.answers["/feed"] = answer
    result = update(f"{server.url}/feed", "--output", tmp_path / "t.json")
    _refused(result, f"reading {server.url}/feed", re.compile(reason))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://127.0.0.1/feed", "invalid URL: it must start with https://"),
        ("http://example.invalid/feed", "invalid URL: plain http is only allowed for localhost; use https"),
        ("https://user:secret@127.0.0.1/feed", "invalid URL: it must not contain a user or password"),
        ("https://", "invalid URL: it has no host"),
        ("http://[::1/feed", "invalid URL"),
    ],
)
def test_a_url_that_is_none(tmp_path: Path, url: str, reason: str, update: Command) -> None:
    reading = f"reading {url.replace('user:secret@', '')}"
    _refused(update(url, "--output", tmp_path / "t.json"), reading, re.compile(re.escape(reason)))
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there(tmp_path: Path, update: Command) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/feed"
        result = update(url, "--output", tmp_path / "t.json")
    _refused(result, f"reading {url}", re.compile("the connection failed: Connection refused$"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "moment",
    ["Thu, 01 Jan 1970 00:00:01 GMT", "Sat, 01 Jan 0001 00:00:00 GMT", "Thu, 12 Nov 2099 10:00:00 GMT"],
)
def test_a_time_that_the_feed_cannot_be_of(
    server: FeedServer, tmp_path: Path, moment: str, update: Command, run_lifecycle: Command
) -> None:
    server.answers["/feed"] = published(text_of(feed()), ETAG, moment)
    file = tmp_path / "t.json"
    assert update(f"{server.url}/feed", "--output", file).code == 0
    assert run_lifecycle("show", "3.90", "--table", file).code == 0
    days = [row["published"] for series in _document(file)["series"] for row in series["schedule"]]
    assert min(days) > "2021"
    assert max(days) < "2099"


# From a file


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("{}/a feed #1.json", id="a path"),
        pytest.param("a feed #1.json", id="a relative path"),
        pytest.param("../{name}/./a feed #1.json", id="a relative path with dots"),
        pytest.param("file://{quoted}/a%20feed%20%231.json", id="an address"),
        pytest.param("FILE://{quoted}/a%20feed%20%231.json", id="an address in capitals"),
        pytest.param("file:{quoted}/a%20feed%20%231.json", id="an address without a host"),
        pytest.param("file://localhost{quoted}/a%20feed%20%231.json", id="an address of this machine"),
    ],
)
def test_a_feed_in_a_file(tmp_path: Path, origin: str, update: Command) -> None:
    write_feed(tmp_path / "a feed #1.json")
    filled = origin.format(tmp_path, name=tmp_path.name, quoted=quote(str(tmp_path)))
    result = update(filled, "--output", "t.json", cwd=tmp_path)
    assert result.code == 0
    assert [line for line in result.out.splitlines() if not line.startswith("removed ")] == NEWS
    assert complaints(result) == [f"reading {filled}", GAP, f"wrote 't.json' ({REFRESHED})"]
    assert "feed" not in _document(tmp_path / "t.json")


@pytest.mark.process
def test_a_feed_from_a_pipe(tmp_path: Path) -> None:
    arguments = ["update", "--from", "/dev/stdin", "--output", "t.json"]
    result = run_process(*LIFECYCLE, *arguments, cwd=tmp_path, stdin=BODY)
    assert (result.code, complaints(result)[0]) == (0, "reading /dev/stdin")
    assert _series(_document(tmp_path / "t.json"), "3.90")


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        pytest.param("file://otherhost/feed.json", "names a file of another machine", id="another machine"),
        pytest.param("file://[/feed.json", "invalid URL", id="no address"),
        pytest.param("none.json", "cannot read 'none.json': No such file or directory", id="missing"),
        pytest.param(
            "file:///none.json", "cannot read '/none.json': No such file", id="missing, an address"
        ),
        pytest.param("directory", "cannot read 'directory': Is a directory", id="a directory"),
        pytest.param("", "cannot read '': No such file or directory", id="no name"),
        pytest.param("empty.json", "cannot use the feed 'empty.json': not valid JSON", id="empty"),
        pytest.param("file:///a%00b", "cannot read ", id="a name that no file can have"),
        pytest.param("x" * 300, "cannot read 'x+…': File name too long", id="a long name"),
    ],
)
def test_a_file_that_is_not_a_feed(tmp_path: Path, origin: str, reason: str, update: Command) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "empty.json").touch()
    before = _content(tmp_path)
    result = update(origin, "--output", "t.json", cwd=tmp_path)
    _refused(result, f"reading {origin}", re.compile(reason))
    assert _content(tmp_path) == before


def _skip_if_allowed(path: Path, how: int) -> None:
    if os.access(path, how):
        pytest.skip("this user may do everything")


def test_a_feed_that_may_not_be_read(tmp_path: Path, update: Command) -> None:
    path = write_feed(tmp_path / "feed.json")
    path.chmod(0)
    _skip_if_allowed(path, os.R_OK)
    result = update(path, "--output", tmp_path / "t.json")
    _refused(result, f"reading {path}", f"cannot read '{path}': Permission denied")
    assert [file.name for file in tmp_path.iterdir()] == ["feed.json"]


@pytest.mark.parametrize("moment", [0, 1, -86400 * 365, 4102444800])
def test_a_file_of_a_time_that_its_feed_cannot_be_of(
    tmp_path: Path, moment: int, update: Command, run_lifecycle: Command
) -> None:
    path, file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json"
    os.utime(path, (moment, moment))
    assert update(path, "--output", file).code == 0
    assert run_lifecycle("show", "3.90", "--table", file).code == 0
    assert run_lifecycle("show", "3.90", "--table", path).code == 0
    days = [row["published"] for series in _document(file)["series"] for row in series["schedule"]]
    assert min(days) > "2021"
    assert max(days) < "2099"


# To a file


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


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("README.md", "it exists and is not lifecycle data: not valid JSON \\(", id="a text"),
        pytest.param("other.json", "it exists and is not lifecycle data: missing keys ", id="other JSON"),
        pytest.param("list.json", "it exists and is not lifecycle data: not a JSON object$", id="a list"),
        pytest.param("feed.json", "it is the release feed; use another file$", id="the feed"),
        pytest.param(
            "cut.json", "it exists and is not lifecycle data: not valid JSON \\(", id="a cut table"
        ),
        pytest.param(
            "later.json", "it exists and is not lifecycle data: schema_version ", id="a later form"
        ),
        pytest.param("empty", "it exists and is not lifecycle data: not valid JSON \\(", id="empty"),
        pytest.param("directory", "not a regular file$", id="a directory"),
        pytest.param(
            "none/t.json", "the directory '.*/none' does not exist$", id="a directory that is not there"
        ),
        pytest.param("feed.json/t.json", "the directory '.*/feed.json' does not exist$", id="below a file"),
    ],
)
def test_a_file_that_is_not_a_table_is_not_written_over(
    tmp_path: Path, name: str, reason: str, update: Command
) -> None:
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
    result = update("feed.json", "--output", name, cwd=tmp_path)
    complaint = re.compile("^" + re.escape(_cannot_write(name, "")) + reason)
    _refused(result, *["reading feed.json"] * (len(complaints(result)) - 1), complaint)
    assert _content(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none/t.json", "the directory "), ("", ""), ("x" * 300, "File name too long")],
)
def test_a_place_where_no_file_can_be(tmp_path: Path, name: str, reason: str, update: Command) -> None:
    directory = tmp_path / "directory"
    directory.mkdir()
    write_feed(directory / "feed.json")
    before = _content(tmp_path)
    result = update("feed.json", "--output", name, cwd=directory)
    _refused(result, *["reading feed.json"] * (len(complaints(result)) - 1), re.compile(reason))
    assert complaints(result)[-1].startswith("cannot write the lifecycle data to '")
    assert _content(tmp_path) == before


def test_a_directory_that_may_not_be_written_to(tmp_path: Path, update: Command) -> None:
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


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.dev", "directory/app.dockerfile"])
def test_a_dockerfile_is_never_written_over(tmp_path: Path, name: str, update: Command) -> None:
    write_feed(tmp_path / "feed.json")
    result = update("feed.json", "--output", name, cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(f"'{name}' has the name of a Dockerfile, which would be overwritten.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["feed.json"]


@pytest.mark.process
@pytest.mark.parametrize("name", ["/dev/stdout", "pipe", "/dev/null"])
def test_an_output_that_is_not_a_regular_file_ends_in_good_time(tmp_path: Path, name: str) -> None:
    path = write_feed(tmp_path / "feed.json")
    os.mkfifo(tmp_path / "pipe")
    process = subprocess.Popen(
        [*LIFECYCLE, "update", "--from", path, "--output", name],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        err = process.communicate(timeout=2)[1]
    finally:
        process.kill()
        process.communicate()
    assert b"Traceback" not in err


def test_a_fact_added_by_hand_stays(tmp_path: Path, update: Command) -> None:
    path, file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json"
    assert GAP in complaints(update(path, "--output", file))
    document = _document(file)
    offers = [{"name": "python"}, {"name": "slim", "since": "3.90-2"}]
    _series(document, "3.90")["variants"] = offers
    file.write_text(json.dumps(document))
    write_feed(path, feed(**{"3.90-2": release("3.90.1", "2026-11-13")}), date(2026, 11, 14))
    result = update(path, "--output", file)
    assert result.code == 0
    assert GAP not in complaints(result)
    assert "new      3.90-2 (Airflow 3.90.1), released 2026-11-13" in result.out.splitlines()
    assert not re.search(r"\b3\.90(?:-1|,| )", result.out)
    assert _series(_document(file), "3.90")["variants"] == offers


def test_an_end_that_moves_twice_leaves_all_three(
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


def test_the_same_feed_once_more_changes_no_byte(tmp_path: Path, update: Command) -> None:
    path, file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json"
    assert update(path, "--output", file).code == 0
    before = file.read_bytes()
    result = update(path, "--output", file)
    assert result.code == 0
    assert [line for line in result.out.splitlines() if not line.startswith("removed ")] == []
    assert GAP not in complaints(result)
    assert file.read_bytes() == before


# Whatever ends it

# Counts the steps that the module which writes takes outside of Python, each on its way in and out, and
# ends a process of its own at each: prints the step, and how the file is then.
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
@pytest.mark.parametrize("is_there", [True, False], ids=["a file", "no file"])
def test_a_kill_at_any_step_leaves_the_old_table_or_the_new_one(
    tmp_path: Path, update: Command, *, is_there: bool
) -> None:
    path, file, old_file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json", tmp_path / "old.json"
    old_file.write_text(OLD_TABLE)
    assert update(path, "--output", file).code == 0
    new = hashlib.sha256(file.read_bytes()).hexdigest()
    old = hashlib.sha256(old_file.read_bytes()).hexdigest() if is_there else "none"
    arguments = [file, old_file if is_there else "", "--from", path]
    result = run_process(sys.executable, "-c", CHILD, *arguments)
    *killed, last = [line.rsplit(" ", 2) for line in result.out.splitlines()]
    assert last == [new, "0"], result.err
    assert {code for _, _, code in killed} == {str(-signal.SIGKILL)}
    assert {found for _, found, _ in killed} <= {old, new}
    steps = [step for step, _, _ in killed]
    outcomes = {(step, found == new) for step, found, _ in killed}
    assert {("c_call write", False), ("c_call replace", False), ("c_return replace", True)} <= outcomes
    assert steps.index("c_return fsync") < steps.index("c_call replace")
    # What the killed ones left behind is in nobody's way.
    assert any(left.name.startswith(".lint-runtime-") for left in tmp_path.iterdir())
    assert update(path, "--output", file).code == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == new


@pytest.mark.process
def test_two_updates_at_once_leave_a_whole_table(tmp_path: Path, update: Command) -> None:
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
def test_a_data_release_is_an_update_of_the_data_file_in_a_clone(tmp_path: Path, run: Command) -> None:
    clone, path = tmp_path / "clone", write_feed(tmp_path / "feed.json")
    shutil.copytree(ROOT / "src", clone / "src", ignore=shutil.ignore_patterns("__pycache__"))
    data = clone / "src/lint_runtime/lifecycle/data.json"
    shutil.copy(FIXTURES / "data-2026-09-25.json", data)
    before, lines = _content(clone), _lines(data)
    update = ["update", "--from", path, "--output", "src/lint_runtime/lifecycle/data.json"]
    of_clone = ahead(clone / "src")
    lifecycle = [sys.executable, "-c", "from lint_runtime.cli.lifecycle import run; run()"]
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
    linted = run_process(sys.executable, "-m", "lint_runtime", *options, env=of_clone)
    assert "[unknown-release]" not in linted.out
    assert linted.err.endswith(f"({REFRESHED})\n")
    assert "[unknown-release]" in run(*options).out


# From the feed to a finding


@pytest.mark.parametrize("is_feed", [False, True], ids=["a table", "the feed"])
def test_a_series_that_the_embedded_table_does_not_know(
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
    assert "ended 2028-11-30 (computed)" in late.out
    on_the_day = run("--as-of", "2028-11-30", "--table", name, "Dockerfile", cwd=tmp_path)
    assert "[end-of-maintenance]" not in on_the_day.out


# Showing


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


@pytest.mark.parametrize("subject", ["13", "3.1", "13.11.0", "3.1-8"])
def test_show_a_series_or_a_release(subject: str, run_lifecycle: Command) -> None:
    views = {
        name: run_lifecycle("show", subject, "--format", name)
        for name in ("text", "json", "markdown", "csv")
    }
    assert {(view.code, view.err) for view in views.values()} == {(0, "")}
    facts = json.loads(views["json"].out)["facts"]
    written = list(csv.DictReader(io.StringIO(views["csv"].out)))
    assert [{**fact, "value": fact["value"].removeprefix("'")} for fact in written] == facts
    assert views["text"].out.startswith("Astro Runtime ")
    assert subject in views["text"].out.partition("\n")[0]
    assert views["markdown"].out.count("\n| ") == len(facts) + 2


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("99", "unknown series 99.x: newer than the lifecycle data; known series: 2, 3, 4, "),
        ("13.99.0", "unknown release 13.99.0: newer than the lifecycle data; the newest 13.x release is "),
        ("13.11-0", "unknown release 13.11-0; did you mean 13.11.0?"),
        ("0.1.0", "unknown release 0.1.0: never published; known series: "),
        ("tomorrow", "unknown series or release 'tomorrow'; known series: "),
        ("\x1b[31m##[error]\u202e", "unknown series or release '\\x1b[31m#\\x23[error]\\u202e'"),
        ("9" * 5000, "unknown "),
    ],
)
def test_show_what_is_not_there(subject: str, reason: str, run_lifecycle: Command) -> None:
    result = run_lifecycle("show", subject)
    _refused(result, re.compile(re.escape(reason)))
    assert len(result.err) < 600


def test_show_as_published_on_a_day(run_lifecycle: Command) -> None:
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


@pytest.mark.parametrize("command", [["show", "--table"], ["verify"]], ids=["show", "verify"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.json", "No such file or directory"),
        ("directory", "Is a directory"),
        ("text", "not valid JSON "),
        ("other.json", "missing keys schema_version, date, series, releases"),
        ("page.html", "not valid JSON: it is HTML or XML"),
    ],
)
def test_a_table_that_cannot_be_used(
    tmp_path: Path, command: list[str], name: str, reason: str, run_lifecycle: Command
) -> None:
    (tmp_path / "directory").mkdir()
    for file, content in (("text", "hello"), ("other.json", '{"a": 1}'), ("page.html", "<html>")):
        (tmp_path / file).write_text(content)
    result = run_lifecycle(*command, name, cwd=tmp_path)
    complaint = f"cannot use the lifecycle data '{name}': {reason}"
    _refused(result, re.compile("^" + re.escape(complaint)))


@pytest.mark.parametrize("command", [["show"], ["show", "13"], ["verify"]], ids=" ".join)
@pytest.mark.parametrize(
    ("variables", "is_colored"),
    [
        ({}, False),
        ({"NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_color(
    command: list[str], variables: dict[str, str], run_lifecycle: Command, *, is_colored: bool
) -> None:
    result = run_lifecycle(*command, env=variables)
    assert result.code == 0
    assert ("\x1b[" in result.out) is is_colored
    plain = re.sub("\x1b\\[[0-9;]*m", "", result.out)
    assert "\x1b" not in plain
    assert result.out == plain or is_colored


def test_only_text_is_colored(run_lifecycle: Command) -> None:
    for name in ("json", "markdown", "csv"):
        assert "\x1b" not in run_lifecycle("show", "--format", name, env={"FORCE_COLOR": "1"}).out


@pytest.mark.process
@pytest.mark.parametrize(
    "command", [["show"], ["show", "13", "--format", "json"], ["verify"], ["update"]], ids=" ".join
)
def test_a_reader_that_goes_away_causes_no_crash(tmp_path: Path, command: list[str]) -> None:
    extra = ["--from", str(write_feed(tmp_path / "feed.json"))] if command == ["update"] else []
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [*LIFECYCLE, *command, *extra], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    err = result.stderr.decode()
    assert result.returncode == 2
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert "Broken pipe" not in err


# Verifying


def test_verify_the_embedded_table(run_lifecycle: Command) -> None:
    result = run_lifecycle("verify")
    assert result.code == 0
    assert complaints(result) == [f"0 unexplained differences, 0 unexplained problems in the {EMBEDDED}"]
    assert "differs (explained)" in result.out
    assert (
        "Explained differences:\n- 5.x, maintenance: 182 days later than the policy gives: " in result.out
    )
    assert "Unexplained" not in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_verify_a_date_that_has_moved(tmp_path: Path, run_lifecycle: Command) -> None:
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


@pytest.mark.parametrize(
    ("breaking", "problem"),
    [
        (_ended_before, "- 3.2: basic support ends on 2027-01-01, before "),
        (_unsorted, "must not come after"),
        (_outside, "- release 99.0.0: unknown series 99\n"),
        (_without_architectures, "- 3.2: architectures missing\n"),
    ],
)
def test_verify_a_table_that_contradicts_itself(
    tmp_path: Path, breaking: Callable[[Any], None], problem: str, run_lifecycle: Command
) -> None:
    document = json.loads(OLD_TABLE)
    breaking(document)
    (tmp_path / "t.json").write_text(json.dumps(document))
    result = run_lifecycle("verify", "t.json", cwd=tmp_path)
    assert result.code == 1
    assert problem in result.out.partition("\nProblems:\n")[2]
    assert re.fullmatch(
        rf"\d+ unexplained differences?, [1-9]\d* unexplained problems? in the {EMBEDDED} in t.json",
        complaints(result)[0],
    )


# Nothing from outside acts


def _check_harmless(result: Result) -> None:
    """Check that nothing shown does anything to a terminal or to a CI system."""
    for line in [*result.out.split("\n"), *result.err.split("\n")]:
        assert line.isprintable(), line
        assert "##[" not in line
        assert not line.lstrip().startswith("::"), line


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a directory with a feed that has hostile text in it, and a table made from it and more of that."""
    path = tmp_path / "feed.json"
    yanked = {"yanked": True, "yankedReason": HOSTILE}
    newest = release("3.90.1", "2026-11-11")
    document = feed(
        **{
            "3.3-8": ends("2028-07-31", "2029-01-31", **yanked),
            "3.90-1": release("3.90.0", "2026-11-10", **yanked),
        },
        **{"3.90-2": newest},
    )
    write_feed(path, document)
    return tmp_path


def test_hostile_text_in_a_feed_that_is_read(
    hostile: Path, update: Command, run_lifecycle: Command, run: Command
) -> None:
    result = update("feed.json", "--output", "t.json", cwd=hostile)
    assert result.code == 0
    assert "yanked   3.90-1, published 2026-11-12: \\x1b[31m\\x07\\x9b31m #\\x23[error]x " in result.out
    _check_harmless(result)
    for command in (
        ["show", "3.90-1", "--table"],
        ["show", "3.90", "--table"],
        ["show", "--table"],
        ["verify"],
    ):
        shown = run_lifecycle(*command, "t.json", cwd=hostile)
        assert shown.code in (0, 1)
        _check_harmless(shown)
    for name in ("json", "markdown", "csv"):
        shown = run_lifecycle("show", "3.90-1", "--table", "t.json", "--format", name, cwd=hostile)
        assert (shown.code, "stop-commands" in shown.out) == (0, True)
        _check_harmless(shown)
    (hostile / "Dockerfile").write_text(DOCKERFILE)
    for name in ("t.json", "feed.json"):
        linted = run("--as-of", "2026-11-22", "--table", name, "Dockerfile", cwd=hostile)
        assert linted.out.endswith("[yanked-release]\n")
        _check_harmless(linted)


@pytest.mark.parametrize("key", ["note", "notes", "source", "os"])
def test_hostile_text_in_a_table(tmp_path: Path, key: str, run_lifecycle: Command) -> None:
    document = json.loads(OLD_TABLE)
    series = _series(document, "3.2")
    del series["architectures"]
    row = series["schedule"][-1]
    row["end_of_maintenance"] = "2028-05-31"
    (row if key == "note" else series)[key] = HOSTILE
    (tmp_path / "t.json").write_text(json.dumps(document))
    for command in (["show", "3.2", "--table"], ["show", "--table"], ["verify"]):
        shown = run_lifecycle(*command, "t.json", cwd=tmp_path)
        assert shown.code in (0, 1)
        _check_harmless(shown)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({HOSTILE: 1}, id="a key"),
        pytest.param({**feed(), "schemaVersion": HOSTILE}, id="a version"),
        pytest.param(feed(**{HOSTILE: {}}), id="a release"),
        pytest.param(feed(**{HOSTILE: release("3.90.0", HOSTILE)}), id="a day"),
        pytest.param(feed(**{"3.90-1": release(HOSTILE, "2026-11-10")}), id="an Airflow version"),
        pytest.param(
            feed(**{"3.90-1": release("3.90.0", "2026-11-10", yankedReason=HOSTILE * 2)}), id="a reason"
        ),
        pytest.param(
            feed(**{"3.90-1": release("3.90.0", "2026-11-10", pythonVersions=[HOSTILE])}), id="a Python"
        ),
    ],
)
def test_hostile_text_in_a_feed_that_cannot_be_used(
    tmp_path: Path, document: object, update: Command, run_lifecycle: Command
) -> None:
    write_feed(tmp_path / "feed.json", document)
    for result in (update("feed.json", cwd=tmp_path), run_lifecycle("verify", "feed.json", cwd=tmp_path)):
        _check_harmless(result)
        assert (result.code, len(result.err.splitlines()[-1]) < 700) == (2, True)


def test_hostile_names_of_files(tmp_path: Path, update: Command, run_lifecycle: Command) -> None:
    name = "::error::\x1b[31m##[error]\u202e\n::error::x"
    write_feed(tmp_path / name)
    result = update(name, "--output", f"{name}.table", cwd=tmp_path)
    assert result.code == 0
    _check_harmless(result)
    for command in (["show", "--table"], ["verify"]):
        shown = run_lifecycle(*command, f"{name}.table", cwd=tmp_path)
        assert shown.code in (0, 1)
        _check_harmless(shown)


# Wrong usage and help


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Usage: runtime-lifecycle [OPTIONS] COMMAND"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["show", "--frobnicate"], "No such option"),
        (["update", "--table", "x"], "No such option"),
        (["show", "--as-of", "tomorrow"], "'tomorrow' (expected YYYY-MM-DD)."),
        (["show", "--as-of", "2026-02-30"], "'2026-02-30' (expected YYYY-MM-DD)."),
        (["show", "--format", "xml"], "'xml' is not one of 'text', 'json', 'markdown', 'csv'"),
        (["show", "13", "14"], "Got unexpected extra argument"),
        (["verify", "a", "b"], "Got unexpected extra argument"),
        (["update", "feed.json"], "Got unexpected extra argument"),
        (["show", "--table"], "requires an argument"),
        (["update", "--output"], "requires an argument"),
    ],
    ids=" ".join,
)
def test_wrong_usage(arguments: list[str], message: str, run_lifecycle: Command) -> None:
    result = run_lifecycle(*arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize("command", [[], ["show"], ["verify"], ["update"]], ids=" ".join)
def test_help(command: list[str], run_lifecycle: Command) -> None:
    long = run_lifecycle(*command, "--help", env={"COLUMNS": "200"})
    assert (long.code, long.err) == (0, "")
    assert long.out.startswith(f"Usage: {' '.join(['runtime-lifecycle', *command])} [OPTIONS]")
    assert max(map(len, long.out.splitlines())) <= 80
    assert run_lifecycle(*command, "-h", env={"COLUMNS": "200"}) == long


def test_version(run_lifecycle: Command) -> None:
    assert run_lifecycle("--version") == Result(0, f"runtime-lifecycle {__version__} ({EMBEDDED})\n", "")


@pytest.mark.process
def test_the_installed_script() -> None:
    script = Path(sys.executable).with_name("runtime-lifecycle")
    assert run_process(script, "--version").out.startswith("runtime-lifecycle ")


# What it does without


def _blocking(directory: Path, code: str) -> dict[str, str]:
    """Return the variables of a process that runs `code` before all else."""
    directory.mkdir()
    (directory / "sitecustomize.py").write_text(code)
    return ahead(directory)


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
def test_no_socket_is_opened_but_for_a_url(tmp_path: Path) -> None:
    blocked = _blocking(
        tmp_path / "site",
        "import os, sys\nsys.addaudithook(lambda event, _: event.startswith('socket.') and os._exit(99))\n",
    )
    path, file = write_feed(tmp_path / "feed.json"), tmp_path / "t.json"
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    fetching = ["update", "--from", "http://127.0.0.1:1/feed"]
    assert run_process(*LIFECYCLE, *fetching, env=blocked).code == 99
    for arguments in (
        ["show"],
        ["show", "13"],
        ["verify"],
        ["update", "--from", str(path), "--output", str(file)],
        ["update", "--from", path.as_uri(), "--output", str(file)],
        ["show", "--table", str(file)],
        ["verify", str(path)],
    ):
        result = run_process(*LIFECYCLE, *arguments, env=blocked)
        assert result.code == (1 if arguments == ["verify", str(path)] else 0), result.err
    for table in (path, file):
        options = ["--as-of", "2026-11-22", "--table", str(table)]
        linted = run_process(*LINT, *options, "Dockerfile", cwd=tmp_path, env=blocked)
        assert linted.code == 0, linted.err


def test_a_table_that_could_not_be_read_again_is_not_written(tmp_path: Path, update: Command) -> None:
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


@pytest.mark.parametrize("arguments", [["--from", "-"], ["--from", "feed.json", "--output", "-"]])
def test_streams_are_not_files(arguments: list[str], tmp_path: Path, run_lifecycle: Command) -> None:
    write_feed(tmp_path / "feed.json")
    result = run_lifecycle("update", *arguments, cwd=tmp_path)
    assert (result.code, [path.name for path in tmp_path.iterdir()]) == (2, ["feed.json"])
    assert "give the path of a file" in complaints(result)[-1]
