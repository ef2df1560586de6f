"""What holds for any input at all."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from lint_runtime import lint
from lint_runtime.config.model import Config
from lint_runtime.dockerfile import source
from lint_runtime.dockerfile.expansion import Expander, ExpansionError, Variable
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.platforms import InvalidPlatformError, parse_platform
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.dockerfile.shell_pattern import replaced, without_prefix, without_suffix
from lint_runtime.dockerfile.source import parse_source
from lint_runtime.formatters import FORMATTERS, load_formatter
from lint_runtime.images import InvalidTagError, parse_tag
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Run
from tests.conftest import AS_OF

TABLE = embedded_table()

DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))
# What Dockerfiles are made of, and what breaks readers of them.
FRAGMENTS = st.sampled_from(
    [b"FROM ", b"from\t", b"ARG ", b"RUN ", b"COPY ", b"ONBUILD ", b"AS ", b"--platform=", b"linux/arm64 ", b"$V"]
    + [b"${V:-", b"${V/", b"}", b"=", b"'", b'"', b"\\", b"`", b"\n", b"\n", b"\r\n", b"\\\n", b" ", b"#", b"# escape=`\n"]
    + [b"<<EOF", b"EOF", b"<<-", b"\x00", b"\xff", b"\xc2\xa0", b"\xef\xbb\xbf", b"\x1b[31m", b"\xe2\x80\xae"]
    + [b"quay.io/astronomer/astro-runtime", b":9.1.0", b":3.1-5", b"-base", b"-slim", b"@sha256:", b"a", b"V"]
)  # fmt: skip
SOURCES = st.one_of(st.binary(max_size=300), st.lists(FRAGMENTS, max_size=40).map(b"".join))


@given(SOURCES, DAYS)
def test_any_bytes_give_findings_that_fit_the_file(source: bytes, today: date) -> None:
    lines = source.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")
    for found in lint(source, today=today):
        assert 1 <= found.line <= found.location.end_line <= len(lines) + 1
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
        assert (found.line, found.column) <= (found.location.end_line, found.location.end_column)
        assert found.location.end_column <= len(lines[min(found.location.end_line, len(lines)) - 1]) + 2
        assert found.message


@given(SOURCES, st.text(max_size=20), st.booleans())
def test_no_format_prints_a_raw_control_character(source: bytes, path: str, is_colored: bool) -> None:
    report = lint_file(source, path, AS_OF, Config())
    for name in FORMATTERS:
        text = "".join(load_formatter(name).render([report], Run(AS_OF, TABLE, is_colored)))
        uncoloured = re.sub(r"\x1b\[[0-9]*m", "", text) if is_colored else text
        assert all(char.isprintable() or char in "\n " or not char.isascii() for char in uncoloured)
        assert not set(uncoloured) & set("\x1b\x9b\u202e\u2028")


NAMES = st.from_regex(r"[a-z][a-z0-9_.-]{0,8}", fullmatch=True)
IMAGES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?(:[a-z0-9]{1,5})?", fullmatch=True)
NOISE = st.sampled_from(
    [
        "",
        "# FROM evil",
        "RUN echo \\\nFROM evil",
        "RUN <<E\nFROM evil\nE",
        "ENV A=b",
        "\t",
        "COPY a b",
        "LABEL x=<<E",
    ]
)
SPACES = st.sampled_from([" ", "  ", "\t", " \\\n ", " \\\n\n# FROM evil\n "])


@given(st.lists(st.tuples(IMAGES, st.none() | NAMES, NOISE, SPACES), min_size=1, max_size=8), st.booleans())
def test_generated_stages_are_found_as_they_were_meant(
    stages: list[tuple[str, str | None, str, str]], is_crlf: bool
) -> None:
    text = ""
    expected = []
    names: dict[str, int] = {}
    for index, (image, name, noise, space) in enumerate(stages):
        instruction = space.join(["FROM", image, *(("AS", name) if name else ())])
        first = text.count("\n") + 1
        expected.append((first, first + instruction.count("\n"), name or "", image, names.get(image)))
        if name:
            names[name] = index
        text += f"{instruction}\n{noise}\n"
    data = (text.replace("\n", "\r\n") if is_crlf else text).encode()
    dockerfile = parse_dockerfile(data, {})
    seen = [(item.line, item.end_line, item.name, item.image, item.stage_ref) for item in dockerfile.stages]
    assert seen == expected
    assert dockerfile.errors == ()


LINES = st.sampled_from(
    [
        "RUN a",
        "RUN a \\",
        "  b",
        "# c",
        "",
        "FROM x",
        "FROM x\\",
        "\\",
        "ARG A=b",
        "RUN <<E",
        "E",
        "COPY <<E /x\\",
        "ENV a",
        "RUN a <\\",
        "<E",
        "\\\r",
        "RUN\\ ",
        "RUN a \\\\",
        "RUN a \\ \t\r",
        "RUN a`",
        "\v# c",
        "\u2003FROM x",
        "\0",
    ]
)


@given(st.lists(LINES, max_size=12))
def test_skipping_lines_changes_nothing(lines: list[str]) -> None:
    for directive in ("", "# escape=`\n"):
        data = (directive + "\n".join(lines)).encode()
        with mock.patch.object(source._Reader, "_skip", return_value=False):
            careful = parse_source(data)
        assert parse_source(data) == careful


def _glob(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)


@given(st.text("ab", max_size=8), st.text("ab*?", max_size=5))
def test_patterns_match_as_regular_expressions_do(value: str, pattern: str) -> None:
    prefixes = [value[:end] for end in range(len(value) + 1) if re.fullmatch(_glob(pattern), value[:end])]
    suffixes = [
        value[start:] for start in range(len(value) + 1) if re.fullmatch(_glob(pattern), value[start:])
    ]
    shortest, longest = (prefixes[0], prefixes[-1]) if prefixes else ("", "")
    assert without_prefix(value, pattern, longest=False) == value[len(shortest) :]
    assert without_prefix(value, pattern, longest=True) == value[len(longest) :]
    longest, shortest = (suffixes[0], suffixes[-1]) if suffixes else ("", "")
    assert without_suffix(value, pattern, longest=False) == value[: len(value) - len(shortest)]
    assert without_suffix(value, pattern, longest=True) == value[: len(value) - len(longest)]
    sizes: list[int] = []
    first = replaced(value, pattern, r"\1", everywhere=False, check_size=sizes.append)
    assert first == re.sub(_glob(pattern), r"\\1", value, count=1, flags=re.DOTALL)
    everywhere = replaced(value, pattern, r"\1", everywhere=True, check_size=sizes.append)
    assert everywhere == _go_replaced(value, pattern, r"\1")
    assert sizes == [len(first), len(everywhere)]


def _go_replaced(value: str, pattern: str, replacement: str) -> str:
    """Replace as Go does, which takes no empty match next to the one before, unlike Python."""
    parts: list[str] = []
    end, last = 0, -1
    for match in re.finditer(_glob(pattern), value, re.DOTALL):
        if match.start() == match.end() == last:
            continue
        parts += (value[end : match.start()], replacement)
        end = last = match.end()
    return "".join([*parts, value[end:]])


@given(st.text(max_size=60))
def test_no_string_breaks_a_reader(text: str) -> None:
    with suppress(InvalidReferenceError):
        parse_reference(text)
    with suppress(InvalidTagError):
        parse_tag(text)
    with suppress(InvalidPlatformError):
        parse_platform(text)


@given(st.text("$V{}:-+?#%/'\"\\*a", max_size=25))
def test_no_word_breaks_the_expansion(word: str) -> None:
    with suppress(ExpansionError):
        Expander(word, 0, "\\", {"V": Variable("abc")}, 1000).until("")
