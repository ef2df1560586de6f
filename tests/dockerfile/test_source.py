from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lint_runtime.dockerfile import source
from lint_runtime.dockerfile.instructions import parse_instructions
from lint_runtime.dockerfile.source import (
    MAX_FILE,
    MAX_HEREDOC_TEXT,
    MAX_LINE,
    MAX_PIECES,
    Source,
    parse_source,
)


def _lines(data: bytes) -> list[tuple[int, int, str]]:
    return [(line.line, line.end_line, line.text) for line in parse_source(data).lines]


def _errors(data: bytes) -> list[tuple[int, str]]:
    return [(error.location.line, error.message) for error in parse_source(data).errors]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"\n\n  \n", [], id="blank lines"),
        pytest.param(b"FROM a", [(1, 1, "FROM a")], id="no final newline"),
        pytest.param(b"FROM a\r\r\n", [(1, 1, "FROM a")], id="several carriage returns"),
        pytest.param(b"\xef\xbb\xbfFROM a\n", [(1, 1, "FROM a")], id="byte-order mark"),
        pytest.param(b"\t FROM a\n", [(1, 1, "FROM a")], id="indented"),
        pytest.param(b"FROM \\\n\n # c\n a\n", [(1, 4, "FROM  a")], id="blank and comment inside"),
        pytest.param(b"FROM\\\na\n", [], id="joined without a space"),
        pytest.param(b"FR\\\nOM a\n", [(1, 2, "FROM a")], id="keyword split"),
        pytest.param(b"\\\n\\\nFROM a\n", [(1, 3, "FROM a")], id="continuations of nothing"),
        pytest.param(b"FROM a \\ \t\n", [(1, 1, "FROM a ")], id="white space after the mark, then the end"),
        pytest.param(b"FROM a \\\\\nFROM b\n", [(1, 1, "FROM a \\\\"), (2, 2, "FROM b")], id="two marks"),
        pytest.param(b"RUN x \\\n# c \\\n\nFROM a\nFROM b\n", [(5, 5, "FROM b")], id="FROM inside RUN"),
        pytest.param(b"# x \\\nFROM a\n", [(2, 2, "FROM a")], id="comments do not go on"),
        pytest.param(b"# escape=`\nFROM `\n a\nRUN x\\\nFROM b", [(2, 3, "FROM  a"), (5, 5, "FROM b")], id="backtick"),
        pytest.param(b"# escape=`\nRUN `\n\\\nFROM a", [(4, 4, "FROM a")], id="a backslash alone, with backtick"),
        pytest.param(b"RUN <<E\nFROM x\nE\nFROM a", [(4, 4, "FROM a")], id="heredoc"),
        pytest.param(b"RUN <<E\nE", [], id="heredoc to the end"),
        pytest.param(b"RUN <<A <<B\nB\nA\nFROM x\nB\nFROM a", [(6, 6, "FROM a")], id="two heredocs"),
        pytest.param(b"RUN <<-E\n\t\tE\nFROM a", [(3, 3, "FROM a")], id="tabs before the terminator"),
        pytest.param(b"RUN <<E\n\tE\nE\nFROM a", [(4, 4, "FROM a")], id="tabs that are not stripped"),
        pytest.param(b"RUN <<E.\nEx\nE.\nFROM a", [(4, 4, "FROM a")], id="a dot in the terminator is a dot"),
        pytest.param(b"ENV A=<<E\nFROM a", [(2, 2, "FROM a")], id="no heredoc in ENV"),
        pytest.param(b"FROM \xff\n", [(1, 1, "FROM \udcff")], id="no UTF-8"),
        pytest.param(b'RUN set; \\\n echo "it \\\n is" && cat <<EOF\nFROM x\nEOF\nFROM b', [(6, 6, "FROM b")], id="a quote opened lines before a heredoc"),
        pytest.param(b"ONBUILD \\\n RUN \\\n cat <<EOF\nFROM x\nEOF\nFROM b", [(6, 6, "FROM b")], id="RUN in a line of its own"),
        pytest.param(b"RUN cat \\\n <<\\\nE\\\nOF\nEOF\nFROM b", [(6, 6, "FROM b")], id="a terminator split over lines"),
        pytest.param(b"RUN cat <\\\nx \\\n<EOF\nFROM b", [(4, 4, "FROM b")], id="what only looks like a heredoc"),
        pytest.param(b"ONBUILD -- RUN cat <<EOF\nFROM x\nEOF\nFROM b", [(4, 4, "FROM b")], id="ONBUILD with --"),
        pytest.param("ONBUILD \u00a0 RUN cat <<EOF\nFROM x\nEOF\nFROM b".encode(), [(4, 4, "FROM b")], id="ONBUILD with a no-break space"),
        pytest.param(b'RUN --mount=from="b c" ["<<EOF"]\nFROM b', [(1, 1, 'RUN --mount=from="b c" ["<<EOF"]'), (2, 2, "FROM b")], id="JSON after a quoted flag"),
        pytest.param(b'RUN <<-"\tE"\n\tE\nFROM b', [], id="a tab in a terminator that tabs are stripped for"),
    ],
)  # fmt: skip
def test_logical_lines(data: bytes, lines: list[tuple[int, int, str]]) -> None:
    assert _lines(data) == lines


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        pytest.param(b"# escape=x\n", [(1, "Invalid '# escape=' value 'x'")], id="escape"),
        pytest.param(b"# syntax=a\n#ESCAPE=ab\n", [(1, "Invalid '# escape=' value 'ab'")], id="second line, at the one the build names"),
        pytest.param(b"# escape=`\n# escape=`\n", [(1, "Repeated directive '# escape='")], id="twice"),
        pytest.param(b"# check=skip=all;error=true\n", [], id="check"),
        pytest.param(b"# check=error=yes\n", [(1, "Invalid '# check=' option 'error=yes'")], id="bad check"),
        pytest.param(b"# a comment\n# escape=x\n", [], id="a comment ends the directives"),
        pytest.param(b"\n# escape=x\n", [], id="a blank line ends the directives"),
        pytest.param(b"#!x\n# escape=x\n", [], id="a shebang ends the directives"),
        pytest.param(b"#!x\n# check=bogus\n", [(2, "Invalid '# check=' option 'bogus'")], id="check after a shebang"),
        pytest.param(b"  # check=bogus\n", [], id="an indented check"),
        pytest.param(b"# syntax=a" + b" " * 30_000 + b"x\n", [], id="a directive with much space in it"),
        pytest.param(b"FROM a\nRUN cat <<$$${X-}{\n", [(2, "Unterminated heredoc: missing '$${'")], id="a brace that opens next to nothing"),
        pytest.param(b"RUN <<E\n" + b"x" * 65_536 + b"\nE\n", [(2, "The line is longer than the 65,535 bytes that the build reads")], id="a long line in a heredoc"),
        pytest.param(b"FROM a\nRUN <<'E F'\n", [(2, "Unterminated heredoc: missing 'E F'")], id="heredoc"),
    ],
)  # fmt: skip
def test_errors(data: bytes, errors: list[tuple[int, str]]) -> None:
    assert _errors(data) == errors


@pytest.mark.parametrize(("size", "is_refused"), [(MAX_LINE, False), (MAX_LINE + 1, True)])
def test_a_line_is_refused_from_one_byte_too_many_on(size: int, *, is_refused: bool) -> None:
    data = b"RUN " + b"x" * (size - 4) + b"\nFROM a\n"
    message = "The line is longer than the 65,535 bytes that the build reads"
    assert _errors(data) == ([(1, message)] if is_refused else [])
    assert _lines(data) == [(2, 2, "FROM a")]


def test_bytes_are_counted_not_characters() -> None:
    assert _errors(b"RUN " + "é".encode() * 33_000)


def test_a_file_too_large_is_read_in_part_and_said_so() -> None:
    data = b"FROM a\n" + b"#" * 99 + b"\n" + b"RUN x\n" * (MAX_FILE // 6)
    assert _errors(data) == [(1, "The file is larger than 16 MiB; only the first part was read")]


def test_an_instruction_of_too_many_lines_is_cut_and_said_so() -> None:
    data = b"FROM a\\\n" + b"x\\\n" * (MAX_PIECES + 5) + b"x\nFROM b\n"
    assert _errors(data) == [(1, "The instruction has more than 250,000 lines; the rest was not read")]
    assert len(_lines(data)) == 1


@pytest.mark.parametrize(
    ("data", "froms"),
    [
        pytest.param("RUN a\n\nRUN b\n# c\nFROM a\n", [5], id="after whole instructions"),
        pytest.param("RUN a \\\nFROM a\nFROM b\n", [3], id="not where an instruction goes on"),
        pytest.param("RUN a \\\\\nFROM a\n", [2], id="after two escapes, which end it"),
        pytest.param("RUN a \\\\\\\nFROM a\n", [2], id="after three escapes, which end it"),
        pytest.param(
            "RUN a \\ \t\r\r\nFROM a\nFROM b\n", [3], id="after spaces and returns behind an escape"
        ),
        pytest.param("RUN a \\ \r \nFROM a\n", [2], id="after a return between spaces, which ends it"),
        pytest.param("RUN a \\\n\v# c\nFROM a\nFROM b\n", [4], id="not behind an indented comment inside"),
        pytest.param("RUN a \\\n\u2003\nFROM a\nFROM b\n", [4], id="not behind a wide blank line inside"),
        pytest.param("# c \\\nFROM a\n", [2], id="after a comment that ends in an escape"),
        pytest.param(
            "RUN a" + " \\\nb" * 60 + "\nFROM a\n", [62], id="after more lines than one match takes"
        ),
        pytest.param(
            "RUN a" + " \\\nb" * 60 + "\\\\\nFROM a\n", [62], id="after as many that two escapes end"
        ),
        pytest.param("\\\r\nFROM a\n", [1], id="behind an escape alone, with a return"),
        pytest.param(
            "RUN a\n" * 600 + "FROM a\n", [601], id="after more instructions than one match takes"
        ),
        pytest.param(
            "RUN a <\\\n<E\nFROM a\nE\nFROM b\n", [5], id="not in a heredoc whose << is cut in two"
        ),
        pytest.param("RUN a <\\\n# c\n<E\nFROM a\nE\nFROM b\n", [6], id="nor with a comment in between"),
        pytest.param("RUN a \\\nb <<E\nFROM a\nE\nFROM b\n", [5], id="not in a heredoc of a later line"),
        pytest.param("FR\\\nOM a\n", [1], id="a keyword cut in two"),
        pytest.param("RUN\\\nFROM a\nFROM b\n", [3], id="not behind a keyword alone"),
        pytest.param("ARGUMENT a\nFROMAGE b\nFROM c\n", [3], id="after keywords that begin alike"),
        pytest.param("\0\nRUN \ufeff\nFROM a\n", [3], id="after odd characters"),
        pytest.param("# escape=`\nRUN a\\\nFROM b\nRUN `\nFROM c\n", [3], id="with the other escape"),
        pytest.param(
            f"RUN a\nRUN {'x' * MAX_LINE}\nRUN b\nFROM a\n", [4], id="after a line that is too long"
        ),
    ],
)
def test_lines_passed_over_hide_no_from(data: str, froms: list[int]) -> None:
    assert [line for line, _, _ in _lines(data.encode())] == froms


def test_lines_that_are_too_long_are_reported_anywhere() -> None:
    long = "x" * MAX_LINE + "yz\n"
    data = f"RUN a\n{long}RUN <<E\nb\n{long}E\nRUN c \\\n{long}d\nFROM a\n"
    message = "The line is longer than the 65,535 bytes that the build reads"
    assert _errors(data.encode()) == [(2, message), (5, message), (8, message)]


def test_a_file_of_too_many_heredocs_is_cut_and_said_so() -> None:
    data = b"FROM a\n" + b"RUN <<E\nE\n" * (MAX_HEREDOC_TEXT // 7 + 1) + b"FROM b\n"
    line = 2 * (MAX_HEREDOC_TEXT // 7) + 2
    message = "More than 1,048,576 characters of instructions with '<<'; the rest was not read"
    assert _errors(data) == [(line, message)]
    assert len(_lines(data)) == 1


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        pytest.param(0, 4, (1, 3, 1, 7), id="the indented keyword"),
        pytest.param(5, 7, (1, 8, 3, 2), id="a word split over lines"),
        pytest.param(6, 9, (3, 1, 3, 4), id="the rest of it"),
        pytest.param(11, 13, (5, 3, 5, 5), id="the last line"),
    ],
)
def test_places(start: int, end: int, place: tuple[int, int, int, int]) -> None:
    (line,) = parse_source(b"  FROM a\\\n# c\nbcd\\\n\n  ef\n").lines
    assert line.text == "FROM abcd  ef"
    assert tuple(line.locate(start, end)) == place


def test_columns_count_characters_and_leave_the_byte_order_mark_out() -> None:
    (line,) = parse_source("\ufeffFROM é a\n".encode()).lines
    assert tuple(line.locate(7, 8)) == (1, 8, 1, 9)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"COPY --from=a b c\n", [1], id="COPY with a source"),
        pytest.param(b"COPY a b\nADD --from=a b c\nRUN true\n", [], id="no source, no COPY, no flag"),
        pytest.param(b"\t copy\t--FROM=a b c\n", [1], id="in any case, indented"),
        pytest.param("\u2003COPY --from=a b c\n".encode(), [1], id="indented by an odd space"),
        pytest.param(b"COPY \\\n --from=a b c\n", [1], id="the flag in the next line"),
        pytest.param(b"COPY\\\n --from=a b c\n", [1], id="the keyword alone in its line"),
        pytest.param(b"CO\\\nPY --from=a b c\n", [1], id="a keyword cut in two"),
        pytest.param(b"COPY -\\\n-from=a b c\n", [1], id="the dashes cut in two"),
        pytest.param(b"COPY --\\\nfrom=a b c\n", [1], id="the flag cut behind them"),
        pytest.param(b"COPY --fr\\\n# c\n\nom=a b c\n", [1], id="the flag cut in its name, with a comment inside"),
        pytest.param(b"RUN --network=none \\\n# c\n\n --mount=from=a \\\n true\n", [1], id="a later flag after a comment"),
        pytest.param(b"# escape=`\nRUN `\n --mount=from=a `\n true\n", [2], id="with the other escape"),
        pytest.param(b"RUN true\n" * 600 + b"RUN --mount=from=a true\n", [601], id="after more than one match takes"),
        pytest.param(b"RUN <<E\nCOPY --from=a b c\nE\n", [], id="not in a heredoc"),
        pytest.param(b"RUN --mount=from=a <<E\nFROM x\nE\nFROM y\n", [1, 4], id="before a heredoc of its own"),
        pytest.param(b"RUN --mount=from=a \\\n cat <<E\nFROM x\nE\nFROM y\n", [1, 5], id="with the heredoc in a later line"),
        pytest.param(b"COPY --from=a <<E b\nFROM x\nE\nFROM y\n", [1, 4], id="COPY before a heredoc"),
        pytest.param(b'RUN --mount=from=a ["<<E"]\nFROM y\n', [1, 2], id="JSON that looks like one"),
        pytest.param(b"RUN a \\\n COPY --from=a b c\nFROM y\n", [3], id="not inside another instruction"),
        pytest.param(b"# COPY --from=a b c\n", [], id="not in a comment"),
    ],
)  # fmt: skip
def test_instructions_with_sources_are_lines_that_matter(data: bytes, lines: list[int]) -> None:
    assert [line for line, _, text in _lines(data) if "from" in text.lower()] == lines


PIECES = st.sampled_from(
    ["COPY", "RUN", "ADD", "FROM", "ARG", " ", " ", "\t", "-", "--", "from", "--from=a", "--mount=from=a"]
    + [
        "fr",
        "om=a",
        "\\\n",
        "\\\n",
        "\n",
        "\n",
        "# c",
        "<<E",
        "E",
        '"',
        "\\",
        "`\n",
        "\u2003",
        "é",
        "\r",
        " true",
    ]
)


def _line_by_line(data: bytes) -> Source:
    """Read every line for itself."""
    with mock.patch.object(source._Reader, "_skip", return_value=False):
        return parse_source(data)


@given(st.lists(PIECES, max_size=25).map("".join))
@example("COPY -\\\n-from=a b c\n")
@example("\u2003RUN \\\n--mount=from=a true\n")
def test_skipping_lines_loses_no_source(text: str) -> None:
    for directive in ("", "# escape=`\n"):
        data = (directive + text).encode()
        quick, careful = parse_source(data), _line_by_line(data)
        assert parse_instructions(quick) == parse_instructions(careful)
        assert quick.heredoc_lines == careful.heredoc_lines
        assert quick.errors == careful.errors


def test_what_is_skipped_at_once_is_bounded_and_loses_nothing() -> None:
    data = ("RUN " + 'a\\"' * 20_000 + "\n") * 20 + "FROM a\n" + ("RUN b \\\n  c\n" * 50_000) + "FROM d\n"
    assert [line for line, _, _ in _lines(data.encode())] == [21, 100_022]


@pytest.mark.parametrize(
    ("data", "unknown"),
    [
        pytest.param("FROM a\nFORM b\nFRM c\n", (2, "FORM b"), id="the first one"),
        pytest.param("from a\nRUN\nrun x\n\tExpose 1\nONBUILD RUN x\n", None, id="none"),
        pytest.param("FROM a\nRU\\\nN x\n FO\\\nO x\n", (4, "FOO x"), id="cut in two"),
        pytest.param("FROM a\nRUN a \\\n  foo \\\n  bar\n", None, id="not a continued line"),
        pytest.param("FROM a\nRUN <<E\nfoo\nE\n", None, id="not in a heredoc"),
        pytest.param("\u00a0FROM a\n# b\n\u00a0# c\n你 好\n", (4, "你 好"), id="not a comment"),
        pytest.param("FROM a\nRUN\u00a0x\n", (2, "RUN\u00a0x"), id="a keyword with an odd space in it"),
        pytest.param("FROM a\nRUN\u00a0\n", None, id="an odd space behind a keyword"),
        pytest.param("# syntax=a\nFORM b\n", None, id="a frontend that may know it"),
        pytest.param("#!/x\n# syntax=a\nFORM b\n", None, id="a frontend below a shebang"),
        pytest.param("#syntax=\nFORM b\n", (2, "FORM b"), id="no frontend"),
        pytest.param("# syntax=a\nFORM b\n".replace("a", " "), (2, "FORM b"), id="a blank one"),
    ],
)
def test_instructions_that_the_build_does_not_know(data: str, unknown: tuple[int, str] | None) -> None:
    line = parse_source(data.encode()).unknown
    assert (line and (line.line, line.text)) == unknown
