from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lint_runtime.dockerfile import source
from lint_runtime.dockerfile.instructions import parse_instructions
from lint_runtime.dockerfile.lines import SPACE, LogicalLine
from lint_runtime.dockerfile.source import (
    INSTRUCTIONS,
    LONGEST_LINE,
    MAX_INSTRUCTIONS,
    MAX_LINES,
    MAX_TEXT,
    Source,
    parse_source,
)
from lint_runtime.files import MAX_FILE
from tests.conftest import count_calls


def _source(text: str) -> Source:
    return parse_source(text.encode("utf-8", "surrogateescape"))


def _known(source: Source) -> list[LogicalLine]:
    return [entry.line for entry in source.instructions if entry.keyword in INSTRUCTIONS]


def _lines(text: str) -> list[tuple[int, int, str]]:
    return [(line.line, line.end_line, line.text) for line in _known(_source(text))]


def _numbers(text: str) -> list[int]:
    return [line.line for line in _known(_source(text))]


def _errors(text: str) -> list[tuple[tuple[int, int, int, int], str]]:
    errors = _source(text).errors
    return [(tuple(error.location), error.message) for error in errors]  # type: ignore[misc]


LOGICAL_LINES: dict[str, tuple[str, list[tuple[int, int, str]]]] = {
    "nothing": ("", []),
    "blank lines": ("\n\n  \n", []),
    "no newline at the end": ("FROM a", [(1, 1, "FROM a")]),
    "carriage returns": ("FROM a\r\r\n", [(1, 1, "FROM a")]),
    "byte-order mark": ("\ufeffFROM a\n", [(1, 1, "FROM a")]),
    "two byte-order marks": ("\ufeff\ufeffFROM a\n", []),
    "indented": ("\t FROM a\n", [(1, 1, "FROM a")]),
    "wide indent": ("\u2003FROM a\n", [(1, 1, "FROM a")]),
    "blank line and comment inside": ("FROM \\\n\n # c\n a\n", [(1, 4, "FROM  a")]),
    "joined without a space": ("FROM\\\na\n", []),
    "split keyword": ("FR\\\nOM a\n", [(1, 2, "FROM a")]),
    "continued nothing": ("\\\n\\\nFROM a\n", [(1, 3, "FROM a")]),
    "nothing but continuations": ("\\\n  \\\n", []),
    "continued at the end of the file": ("FROM a \\ \t\n", [(1, 1, "FROM a ")]),
    "comment at the end of the file": ("FROM a \\\n\n# c\n", [(1, 3, "FROM a ")]),
    "comment without a newline at the end": ("FROM a\\\n# c", [(1, 2, "FROM a")]),
    "two escapes": ("FROM a \\\\\nARG b\n", [(1, 1, "FROM a \\\\"), (2, 2, "ARG b")]),
    "three escapes": ("FROM a \\\\\\\nARG b\n", [(1, 1, "FROM a \\\\\\"), (2, 2, "ARG b")]),
    "two escapes with a space between": ("FROM a \\ \\\nb\n", [(1, 2, "FROM a \\ b")]),
    "space and returns after an escape": ("FROM \\ \t\r\r\na\n", [(1, 2, "FROM a")]),
    "return between spaces": ("FROM a \\ \r \nARG b\n", [(1, 1, "FROM a \\ \r "), (2, 2, "ARG b")]),
    "no-break space after an escape": ("FROM a \\\u00a0\nARG b\n", [(1, 1, "FROM a \\\u00a0"), (2, 2, "ARG b")]),
    "FROM inside RUN": ("RUN x \\\n# c \\\n\nFROM a\nFROM b\n", [(5, 5, "FROM b")]),
    "odd space inside RUN": ("RUN x \\\n\v# c\n\u2003\nFROM a\nFROM b\n", [(5, 5, "FROM b")]),
    "FROM glued to RUN": ("RUN\\\nFROM a\nFROM b\n", [(3, 3, "FROM b")]),
    "a comment is not continued": ("# x \\\nFROM a\n", [(2, 2, "FROM a")]),
    "backtick": ("# escape=`\nFROM `\n a\nRUN x\\\nFROM b", [(2, 3, "FROM  a"), (5, 5, "FROM b")]),
    "two backticks": ("# escape=`\nFROM a``\nARG b", [(2, 2, "FROM a``"), (3, 3, "ARG b")]),
    "not UTF-8": ("FROM \udcff\n", [(1, 1, "FROM \udcff")]),
    "odd characters": ("\0\nRUN \ufeff\nFROM a\n", [(3, 3, "FROM a")]),
    "other line ends": ("FROM a\fb\x1cc\x85d\u2028e\n", [(1, 1, "FROM a\fb\x1cc\x85d\u2028e")]),
    "keywords that start alike": ("ARGUMENT a\nFROMAGE b\nFROM c\n", [(3, 3, "FROM c")]),
    "other instructions": ("ADD a\nCMD b\nENV c\nONBUILD CMD FROM a\n", []),
}  # fmt: skip


def test_logical_lines() -> None:
    seen = {name: (text, _lines(text)) for name, (text, _) in LOGICAL_LINES.items()}
    assert seen == LOGICAL_LINES


def test_columns_start_after_the_indent_in_the_first_line_and_at_1_in_others() -> None:
    (line,) = _known(_source("\u2003 FROM \\\n# c\n\n  a\\\n\\\n b\n"))
    assert line == LogicalLine(1, 6, "FROM   a b", 3, (1, 4, 6), (0, 5, 8))
    (line,) = _known(_source("\\\n  FROM a\n"))
    assert line == LogicalLine(1, 2, "  FROM a", 1, (1, 2), (0, 0))


HEREDOCS: dict[str, tuple[str, list[int], list[range]]] = {
    "one": ("RUN <<E\nFROM x\nE\nFROM a", [4], [range(2, 4)]),
    "to the end of the file": ("RUN <<E\nE", [], [range(2, 3)]),
    "COPY": ("COPY <<E /x\nFROM x\nE\nFROM a", [4], [range(2, 4)]),
    "ADD": ("ADD <<E /x\nFROM x\nE\nFROM a", [4], [range(2, 4)]),
    "two": ("RUN <<A <<B\nB\nA\nFROM x\nB\nFROM a", [6], [range(2, 4), range(4, 6)]),
    "tabs before the terminator": ("RUN <<-E\n\t\tE\nFROM a", [3], [range(2, 3)]),
    "space before the terminator": ("RUN <<-E\n \tE\n\tE\r\r\nFROM a", [4], [range(2, 4)]),
    "tabs that are not stripped": ("RUN <<E\n\tE\nE\nFROM a", [4], [range(2, 4)]),
    "space after the terminator": ("RUN <<E\nE \nE\r\nFROM a", [4], [range(2, 4)]),
    "a dot is a dot": ("RUN <<E.\nEx\nE.\nFROM a", [4], [range(2, 4)]),
    "a hash as the terminator": ("RUN <<#\n\n# \n#\nFROM a", [5], [range(2, 5)]),
    "a terminator that ends in an escape": ("RUN <<'E\\'\nE\nE\\\nFROM a", [4], [range(2, 4)]),
    "ENV has none": ("ENV A=<<E\nFROM a", [2], []),
    "after a quote over two lines": ("RUN set; \\\n echo \"it \\\n is\" && cat <<E\nFROM x\nE\nFROM b", [6], [range(4, 6)]),
    "ONBUILD RUN in several lines": ("ONBUILD \\\n RUN \\\n cat <<E\nFROM x\nE\nFROM b", [6], [range(4, 6)]),
    "a terminator split over lines": ("RUN cat \\\n <<\\\nE\\\nOF\nEOF\nFROM b", [6], [range(5, 6)]),
    "<< split over lines": ("RUN a <\\\n# c\n<E\nFROM a\nE\nFROM b\n", [6], [range(4, 6)]),
    "two < apart": ("RUN cat <\\\nx \\\n<E\nFROM b", [4], []),
    "RUN with a mount": ("RUN --mount=from=a <<E\nFROM x\nE\nFROM y\n", [1, 4], [range(2, 4)]),
    "COPY with a source": ("COPY --from=a <<E b\nFROM x\nE\nFROM y\n", [1, 4], [range(2, 4)]),
    "FROM has none": ("FROM a <<E\nFROM b\n", [1, 2], []),
}  # fmt: skip


def test_heredocs_are_skipped() -> None:
    sources = {name: _source(text) for name, (text, *_) in HEREDOCS.items()}
    numbers = {name: [line.line for line in _known(source)] for name, source in sources.items()}
    assert numbers == {name: expected for name, (_, expected, _) in HEREDOCS.items()}
    heredocs = {name: list(source.heredoc_lines) for name, source in sources.items()}
    assert heredocs == {name: expected for name, (_, _, expected) in HEREDOCS.items()}
    assert {name: source.errors for name, source in sources.items()} == dict.fromkeys(HEREDOCS, ())


@pytest.mark.parametrize(
    ("text", "place", "terminator", "heredoc"),
    [
        ("FROM a\n RUN <<'E F' \nFROM b\n", (2, 2, 2, 14), "E F", range(3, 4)),
        ("RUN \\\n <<E\nFROM b", (1, 1, 2, 5), "E", range(3, 4)),
        ("FROM a\nRUN cat <<$$${X-}{\n", (2, 1, 2, 19), "$${", range(3, 3)),
        ('RUN <<-"\tE"\n\tE\n', (1, 1, 1, 12), "\\tE", range(2, 3)),
        ('RUN <<"E\r"\nE\r\n', (1, 1, 1, 11), "E\\r", range(2, 3)),
    ],
)
def test_unterminated_heredocs(
    text: str, place: tuple[int, int, int, int], terminator: str, heredoc: range
) -> None:
    assert _errors(text) == [(place, f"Unterminated heredoc: missing '{terminator}'")]
    assert _source(text).heredoc_lines == (heredoc,)
    assert _numbers(text) == ([1] if text.startswith("FROM") else [])


def test_two_unterminated_heredocs() -> None:
    messages = ["Unterminated heredoc: missing 'A'", "Unterminated heredoc: missing 'B'"]
    assert [message for _, message in _errors("RUN <<A <<B\nB\n")] == messages
    assert _source("RUN <<A <<B\nB\n").heredoc_lines == (range(2, 3), range(3, 3))


def _buildkit_lines(text: str, escape: str) -> list[tuple[int, int, str]]:
    """Join lines like parser.go in BuildKit. Returns (first line, last line, text) of each joined line."""
    joined: list[tuple[int, int, str]] = []
    current, first, last = "", 0, 0
    for number, raw in enumerate(text.removesuffix("\n").split("\n"), start=1):
        line = raw.rstrip("\r")
        trimmed = line.lstrip(SPACE)
        if trimmed.startswith("#") or not trimmed:
            if first:
                last = number
            continue
        is_first = not first
        first = first or number
        current += trimmed if is_first else line
        end = current.rstrip(" \t")
        own = line.rstrip(" \t")
        if own.endswith(escape) and not own.endswith(escape * 2):
            current, last = end[:-1], number
            continue
        joined.append((first, number, current))
        current, first = "", 0
    return [*joined, *([(first, last, current)] if first else [])]


FRAGMENTS = st.sampled_from(
    [
        "FROM",
        "ARG ",
        " a",
        "a",
        "\\",
        "\\\n",
        "`\n",
        "`",
        "\n",
        "\n",
        "\r\n",
        " ",
        "\t",
        "# c",
        "\u2003",
        "\v",
        "é",
    ]
    + ["\0", "\x1c", "\udcff", " \\ \n", "#", "\n\n", "RUN x"]
)


@given(st.lists(FRAGMENTS, max_size=25).map("".join))
@example("FROM a\\\n# c\n\n b")
def test_lines_are_joined_as_in_buildkit(text: str) -> None:
    for escape, directive in (("\\", ""), ("`", "# escape=`\n")):
        lines = _buildkit_lines(directive + text, escape)
        kept = [line for line in lines if re.match("(?:FROM|ARG)(?:[\t\v\f\r ]|$)", line[2].strip(SPACE))]
        assert _lines(directive + text) == kept


LINES = st.sampled_from([
    "RUN a", "RUN a \\", "  run a -- \\", " \\", "\\", "RUN a \\\\", "RUN a \\ b", "RUN a `", "RUN a <\\",
    "<b", "RUN a]", "]", "RUN \\", "--mount=from=a b", "RUN --mount=from=a b", "RUN\\",
    "COPY --chown=a:b c d", "COPY --chown=fromage c d", "COPY --chown=a --from=b c d",
    "COPY --from=a b c", "CMD [1]", "cmd [1] \\", "ENV A=1", "ENV", "USER \t", "EXPOSE 1",
    "ONBUILD RUN --mount=from=a b", "ARG A", "FROM a", "FROM \\", "FRO", "MAKE FROM b", "RUN a\r",
    "RUN a \\ \r", "RUN a \\\t", "\u2003RUN a", "RUN\xa0--mount=from=a b", "RUN \xa0--mount=from=a b",
    "# b", " # b \\", "\t", "", "b",
])  # fmt: skip


@given(st.lists(LINES, max_size=12).map("\n".join))
@example("RUN a <\\\n<b\nFROM b\nb\nFROM c\n")
@example("RUN a <\\\n<b\n# c\n")
@example("RUN a \\\n\u2003# b\nFROM b\nRUN a\n")
@example("RUN a \\\\\nFROM b\nRUN a\n")
@example("CMD [1]\nRUN a\n")
@example("COPY --chown=fromage a b\nRUN a\n")
@example("ONBUILD RUN --mount=from=a b\nRUN a\n")
@example("RUN --mount=from=a b\nRUN a\n")
@example("RUN a\nMAKE FROM b\n")
@example("RUN a \\\t\nFROM b\nRUN a\n")
@example("RUN \\\n--mount=from=a b\nRUN a\n")
def test_skipping_instructions_does_not_change_the_result(text: str) -> None:
    for start in ("FROM a\n", "# escape=`\nFROM a\n"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(source, "_USELESS", dict.fromkeys("\\`", "(?!)"))
            expected = _source(start + text)
        assert _source(start + text) == expected


def test_instructions_without_images_take_no_calls() -> None:
    few, many = (count_calls(_source, "FROM a\n" + "RUN a \\\n  b\n" * count) for count in (10, 100))
    assert few == many


TOO_LONG = f"The line is longer than the {LONGEST_LINE:,} bytes that the build reads"


def test_a_line_may_have_65_535_bytes() -> None:
    longest = "RUN " + "x" * 65_530 + "\r"
    assert _errors(f"{longest}\nFROM a\n") == []
    assert _errors(f"{longest}x\nFROM a\n") == [((1, 1, 1, 1), TOO_LONG)]
    assert _numbers(f"{longest}x\nFROM a\n") == [2]
    # The limit counts bytes, and this character has four.
    assert _errors("FROM a\n# " + "\U0001f600" * 16_383) == []
    assert _errors("FROM a\n# " + "\U0001f600" * 16_384) == [((2, 1, 2, 1), TOO_LONG)]


def test_lines_that_are_too_long_are_reported_and_read_as_blank() -> None:
    long = "x" * LONGEST_LINE + "yz\n"
    text = f"RUN a\n{long}RUN <<E\nb\n{long}E\nRUN c \\\n{long}d\nFROM a\n{long.strip()}"
    assert _errors(text) == [((number, 1, number, 1), TOO_LONG) for number in (2, 5, 8, 11)]
    assert _numbers(text) == [10]


def test_a_file_may_have_16_mebibytes() -> None:
    text = b"FROM a\n" + (b"#" * 65_000 + b"\n") * (MAX_FILE // 65_001)
    text += b"#" * (MAX_FILE - len(text))
    assert parse_source(text).errors == ()
    (error,) = parse_source(text + b"\nFROM b\n").errors
    assert tuple(error.location) == (1, 1, 1, 1)
    assert error.message == "The file is larger than 16 MiB; only the first part was read"
    assert len(parse_source(text + b"\nFROM b\n").instructions) == 1


def test_an_instruction_may_have_250_000_lines() -> None:
    text = "# c\nFROM a\\\n" + "x\\\n" * (MAX_LINES - 2)
    assert _errors(f"{text}x\nARG b\n") == []
    assert _numbers(f"{text}x\nARG b\n") == [2, MAX_LINES + 2]
    message = "The instruction has more than 250,000 lines; the rest was not read"
    assert _errors(f"{text}x\\\nx\nARG b\n") == [((2, 1, 2, 1), message)]
    (line,) = _known(_source(f"{text}x\\\nx\nARG b\n"))
    assert len(line.text) == MAX_LINES + 5


def test_a_file_may_have_25_000_instructions() -> None:
    text = "FROM a\nRUN b\n" * MAX_INSTRUCTIONS
    assert _errors(text) == []
    message = "More than 25,000 instructions that name images or arguments; the rest was not read"
    assert _errors(f"{text} ARG b\nFROM c\n") == [((50_001, 2, 50_001, 3), message)]
    assert len(_source(f"{text} ARG b\nFROM c\n").instructions) == MAX_INSTRUCTIONS


def test_a_mebibyte_is_searched_for_heredocs() -> None:
    text = "FROM a\n" + ("RUN <<E" + "x" * 1017 + "\nE" + "x" * 1017 + "\n") * (MAX_TEXT // 1024)
    assert _errors(text) == []
    message = "More than 1,048,576 characters of instructions with '<<'; the rest was not read"
    assert _errors(f"{text} RUN <<E\nE\nFROM b\n") == [((2050, 1, 2050, 1), message)]
    assert _numbers(f"{text} RUN <<E\nE\nFROM b\n") == [1]


def test_many_lines_take_time_in_proportion_to_their_number() -> None:
    text = ("RUN " + 'a\\"' * 20_000 + "\n") * 20 + "FROM a\n" + "RUN b \\\n  c\n" * 50_000 + "FROM d\n"
    assert _numbers(text) == [21, 100_022]


FLAGS = {
    "COPY with a source": ("COPY --from=a b c\n", True),
    "COPY without": ("COPY a b\n", False),
    "ADD": ("ADD --from=a b c\n", False),
    "in capitals": ("\t copy\t--FROM=a b c\n", False),
    "ONBUILD": ("\t onbuild  copy\t--from=a b c\n", True),
    "ONBUILD of another instruction": ("ONBUILD ADD --from=a b c\n", False),
    "ONBUILD of nothing": ("ONBUILD\n", True),
    "mount without a source": ("RUN --network=none --mount=type=cache,target=/a true\n", True),
    "wide indent": ("\u2003COPY --from=a b c\n", True),
    "wide space before the flag": ("COPY \u2003--from=a b c\n", True),
    "in the next line": ("COPY \\\n --from=a b c\n", True),
    "after a keyword alone in its line": ("COPY\\\n --from=a b c\n", True),
    "after a split keyword": ("CO\\\nPY --from=a b c\n", True),
    "split dashes": ("COPY -\\\n-from=a b c\n", True),
    "split name": ("COPY --fr\\\n# c\n\nom=a b c\n", True),
    "third flag": ("COPY --chown=1 \u2003--link --from=a b c\n", True),
    "after what is copied": ("COPY --chown=1 b --from=a c\n", False),
    "quote after the flags": ("COPY --chown=1 b 'c'\n", False),
    "single quote in a flag": ("COPY --fr'om'=a b c\n", True),
    "double quote in a flag": ('COPY --chown="1" b c\n', True),
    "escape in a flag": ("COPY --fr\\om=a b c\n", True),
    "other escape in a flag": ("COPY --fr`om=a b c\n", False),
    "backtick in a flag": ("# escape=`\nCOPY --fr`om=a b c\n", True),
    "backslash in a flag": ("# escape=`\nCOPY --fr\\om=a b c\n", False),
    "RUN with a mount": ("RUN --mount=from=a true\n", True),
    "RUN with another flag": ("RUN --network=none true\n", False),
    "argument of a command": ("RUN echo --mount=from=a\n", False),
    "inside another instruction": ("RUN a \\\n COPY --from=a b c\n", False),
    "in a comment": ("# COPY --from=a b c\n", False),
    "in a heredoc": ("RUN <<E\nCOPY --from=a b c\nE\n", False),
}  # fmt: skip


def test_copy_and_run_are_kept_if_their_flags_may_name_an_image() -> None:
    kept = {name: (text, len(_source(text).instructions) == 1) for name, (text, _) in FLAGS.items()}
    assert kept == FLAGS


def test_flags_with_non_ascii_letters_take_linear_time() -> None:
    assert len(_source("RUN " + "--é\u00a0é " * 10_000 + "x --from\n").instructions) == 0


UNKNOWN: dict[str, tuple[str, tuple[str, tuple[int, ...]] | None]] = {
    "first one": ("FROM a\nFORM b\nFRM c\n", ("FORM", (2, 1, 2, 5))),
    "none": ("from a\nRUN\nrun x\n\tExpose 1\nONBUILD RUN x\n", None),
    "split keyword": ("FROM a\nRU\\\nN x\n FO\\\nO x\n", ("FOO", (4, 2, 5, 2))),
    "after a lone escape": ("FROM a\n\\\n  foo x\n", ("foo", (3, 3, 3, 6))),
    "not a continued line": ("FROM a\nRUN a \\\n  foo \\\n  bar\n", None),
    "not in a heredoc": ("FROM a\nRUN <<E\nfoo\nE\n", None),
    "not a comment": ("\u00a0FROM a\n# b\n\u00a0# c\n你 好\n", ("你", (4, 1, 4, 2))),
    "no-break space inside": ("FROM a\nRUN\u00a0x\n", ("RUN\u00a0x", (2, 1, 2, 6))),
    "no-break space after a keyword": ("FROM a\nRUN\u00a0\n", None),
    "one word": ("FROM a\nfoo\\\n\\\n", ("foo", (2, 1, 2, 4))),
    "NUL": ("FROM a\nR\0 b\nFOO c\n", ("R\0", (2, 1, 2, 3))),
    "an escape character alone": ("FROM a\n \\\n\n# c\n", ("", (2, 2, 2, 2))),
    "something like FROM comes later": ("FOO b\nFROM\u00a0a\n", ("FOO", (1, 1, 1, 4))),
    "a word that starts with FROM comes later": ("FOO b\nFROMAGE a\n", ("FOO", (1, 1, 1, 4))),
    "a frontend that may know it": ("# syntax=a\nFORM b\n", None),
    "a frontend that may know FROMAGE": ("# syntax=a\nFROMAGE b\n", None),
    "a frontend after a shebang": ("#!/x\n# syntax=a\nFORM b\n", None),
    "no frontend": ("#syntax=\nFORM b\n", ("FORM", (2, 1, 2, 5))),
}  # fmt: skip


def test_unknown_instructions() -> None:
    unknown = {name: _source(text).unknown for name, (text, _) in UNKNOWN.items()}
    words = {name: item and item.instruction.written_keyword for name, item in unknown.items()}
    seen = {name: word and (word.text, tuple(word.location)) for name, word in words.items()}
    assert seen == {name: expected for name, (_, expected) in UNKNOWN.items()}
    word = words["after a lone escape"]
    assert word
    assert word.locate(0, 3) == word.location


LOOKALIKES = {
    "FROM\u00a0a\n": ((1, 1, 1, 7), "FROM is followed by U+00A0"),
    "a\n \u200bfrom a\u2003\n": ((2, 2, 2, 10), "FROM is preceded by U+200B"),
    "\ufeff\ufeff FROM\n": ((1, 1, 1, 7), "FROM is preceded by U+FEFF"),
    "# syntax=a\nFROM\u00a0a\n": ((2, 1, 2, 7), "FROM is followed by U+00A0"),
    "\x1cFROM a\x1c\n": ((1, 1, 1, 9), "FROM is preceded by U+001C"),
    "FROMé a\n": None,
    "éFROM a\n": None,
    "\udcffFROM a\n": None,
    "FROM\udcff a\n": None,
    "xFROM\n": None,
    "FROM;\n": None,
}


def test_instructions_that_look_like_from() -> None:
    errors = {text: parse_instructions(_source(text)).errors for text in LOOKALIKES}
    assert {text: len(found) for text, found in errors.items()} == {
        text: int(expected is not None) for text, expected in LOOKALIKES.items()
    }
    seen = {text: (tuple(found[0].location), found[0].message) for text, found in errors.items() if found}
    suffix = ", so the build does not recognize it"
    assert seen == {text: (row[0], row[1] + suffix) for text, row in LOOKALIKES.items() if row}
    assert {error.help for found in errors.values() for error in found} == {
        "replace that character with a space"
    }
