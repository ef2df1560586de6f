"""Properties that hold for any Dockerfile."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from lint_runtime import check
from lint_runtime.config.model import Config
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.platforms import InvalidPlatformError, parse_platform
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.formatters import FORMATTERS
from lint_runtime.images import InvalidTagError, parse_tag
from lint_runtime.linter.engine import lint_file
from tests.conftest import AS_OF, KNOWN, rendered

DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))
# The parts of random Dockerfiles: usual parts, and bytes that are hard to parse.
FRAGMENTS = st.sampled_from(
    [b"FROM ", b"from\t", b"ARG ", b"RUN ", b"COPY ", b"ONBUILD ", b"AS ", b"--platform=", b"linux/arm64 ", b"$V"]
    + [b"${V:-", b"${V/", b"}", b"=", b"'", b'"', b"\\", b"`", b"\n", b"\n", b"\r\n", b"\\\n", b" ", b"#", b"# escape=`\n"]
    + [b"<<EOF", b"EOF", b"<<-", b"\x00", b"\xff", b"\xc2\xa0", b"\xef\xbb\xbf", b"\x1b[31m", b"\xe2\x80\xae"]
    + [b"quay.io/astronomer/astro-runtime", b":9.1.0", b":3.1-5", b"-base", b"-slim", b"@sha256:", b"a", b"V"]
)  # fmt: skip
SOURCES = st.one_of(st.binary(max_size=300), st.lists(FRAGMENTS, max_size=40).map(b"".join))


@given(SOURCES, DAYS)
@example(b"FROM quay.io/astronomer/astro-runtime:9.1.0", AS_OF)
def test_findings_in_any_bytes_are_located_in_the_file(source: bytes, today: date) -> None:
    lines = source.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")
    findings = check(source, today=today).findings
    assert findings or b"from" in source.lower()
    for found in findings:
        assert 1 <= found.line <= found.location.end_line <= len(lines) + 1
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
        assert (found.line, found.column) <= (found.location.end_line, found.location.end_column)
        assert found.location.end_column <= len(lines[min(found.location.end_line, len(lines)) - 1]) + 2
        assert found.message


@given(SOURCES, st.text(max_size=20), st.booleans())
@example(b"FROM quay.io/astronomer/astro-runtime:9.1.0-\x1b[31m", "a\x1b\u202e", True)
def test_no_format_prints_a_raw_control_character(source: bytes, path: str, is_colored: bool) -> None:
    report = lint_file(source, path, Config(), KNOWN)
    for name in FORMATTERS:
        text = rendered(name, [report], is_colored=is_colored)
        uncoloured = re.sub(r"\x1b\[[0-9]*m", "", text) if is_colored else text
        assert all(char.isprintable() or char in "\n " or not char.isascii() for char in uncoloured)
        assert not set(uncoloured) & set("\x1b\x9b\u202e\u2028")
        assert text or not report.diagnostics


NAMES = st.from_regex(r"[a-z](([_.]|__|-{0,3})[a-z0-9]){0,4}", fullmatch=True)
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
def test_generated_stages_are_parsed(stages: list[tuple[str, str | None, str, str]], is_crlf: bool) -> None:
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


@given(st.text(max_size=60))
@example("13.11.0-base")
@example("linux/arm64")
def test_no_reader_crashes_on_any_string(text: str) -> None:
    with suppress(InvalidReferenceError):
        assert parse_reference(text).repository
    with suppress(InvalidTagError):
        assert text.startswith(parse_tag(text).number)
    with suppress(InvalidPlatformError):
        parse_platform(text)
