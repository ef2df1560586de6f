from __future__ import annotations

import pytest

from lint_runtime.diagnostics import Comment
from lint_runtime.dockerfile.comments import parse_comments
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.source import MAX_INSTRUCTIONS, parse_source


def _comments(text: str) -> list[Comment]:
    comments, errors = parse_comments(parse_source(text.encode("utf-8", "surrogateescape")))
    assert errors == []
    return comments


@pytest.mark.parametrize(
    ("text", "columns", "written"),
    [
        pytest.param("# lint-runtime: ignore[a]", (1, 26), "lint-runtime: ignore[a]", id="one space"),
        pytest.param("#lint-runtime:x", (1, 16), "lint-runtime:x", id="no space"),
        pytest.param("#\t LINT-runtime\t : x", (1, 21), "LINT-runtime\t : x", id="capitals and tabs"),
        pytest.param(
            "\u2003 # lint-runtime: x \u2003\r", (3, 20), "lint-runtime: x", id="spaces around the comment"
        ),
        pytest.param("# lint-runtime ignore", (1, 22), "lint-runtime ignore", id="without a colon"),
        pytest.param(
            "# lint-runtime: é\udcff # x", (1, 23), "lint-runtime: é\udcff # x", id="byte that is not UTF-8"
        ),
        pytest.param("# lint-runtime", None, "", id="only the name"),
        pytest.param("# lint-runtime ignored", None, "", id="another word"),
        pytest.param("# a lint-runtime: x", None, "", id="not at the start"),
        pytest.param("## lint-runtime: x", None, "", id="two hashes"),
        pytest.param("RUN a # lint-runtime: x", None, "", id="after an instruction"),
        pytest.param("#\u2003lint-runtime: x", None, "", id="em space after the hash"),
    ],
)
def test_forms(text: str, columns: tuple[int, int] | None, written: str) -> None:
    expected = [] if columns is None else [((2, columns[0], 2, columns[1]), written)]
    comments = _comments(f"FROM a\n{text}\nFROM b\n")
    assert [(tuple(comment.location), comment.text) for comment in comments] == expected


C = "# lint-runtime: x\n"


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        pytest.param(f"{C}FROM a\n", [(1, 2)], id="the next line"),
        pytest.param(f"FROM a\n{C}{C}\n \t\n# c\n  FROM b\n", [(2, 7), (3, 7)], id="after comments and blank lines"),
        pytest.param(f"FROM a\n{C}", [(2, 0)], id="end of the file"),
        pytest.param(f"{C}\n{C}", [(1, 0), (3, 0)], id="nothing else"),
        pytest.param(f"{C}FROM a\n{C}FROM b\n", [(1, 2), (3, 4)], id="two comments, two instructions"),
        pytest.param(f"RUN a \\\n{C} b\nFROM b\n", [(2, 3)], id="inside an instruction"),
        pytest.param(f"{C}RUN <<A <<B\n{C}A\n{C}B\n{C}FROM a\n", [(1, 2), (7, 8)], id="not in heredocs"),
        pytest.param(f"RUN <<A\n{C}", [], id="not in an open heredoc"),
        pytest.param(f"RUN <<A\n{C.strip()}", [], id="not at the end of an open heredoc"),
        pytest.param(f"\u2003FROM a\n{C}\u2003FROM b", [(2, 3)], id="em space before an instruction"),
    ],
)  # fmt: skip
def test_instructions_below(text: str, targets: list[tuple[int, int]]) -> None:
    assert [(comment.location.line, comment.target) for comment in _comments(text)] == targets


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        pytest.param(f"{C}# escape=`\n", ["escape"], id="one directive"),
        pytest.param(
            f"{C}{C}# escape=`\n{C}# syntax=a\nFROM a\n{C}", ["syntax"] * 3 + [""], id="several directives"
        ),
        pytest.param(f"# escape=`\n{C}", [""], id="comment after the directive"),
        pytest.param(f"# escape=`\n{C}# escape=`\n", [""], id="repeated"),
        pytest.param(f"# escape=`\n{C}# check=skip=a\n", ["check"], id="another directive"),
        pytest.param(f"{C}# c\n# escape=`\n", [""], id="after another comment"),
        pytest.param(f"# c\n{C}# escape=`\n", [""], id="after another comment at the top"),
        pytest.param(f"{C}  # escape=`\r\n", ["escape"], id="indented"),
        pytest.param(f"{C}# escape=`\n{C}", ["escape", ""], id="comments before and after the directive"),
        pytest.param(f"{C}FROM a\n# escape=`\n", [""], id="after an instruction"),
    ],
)
def test_directives_that_a_comment_hides(text: str, hidden: list[str]) -> None:
    assert [comment.hidden_directive for comment in _comments(text)] == hidden


def test_the_number_of_comments_is_bounded() -> None:
    text = C * MAX_INSTRUCTIONS
    comments, errors = parse_comments(parse_source(text.encode()))
    assert (len(comments), errors) == (MAX_INSTRUCTIONS, [])
    comments, errors = parse_comments(parse_source(f"{text} {C}{C}".encode()))
    assert len(comments) == MAX_INSTRUCTIONS
    assert [(tuple(error.location), error.message) for error in errors] == [
        ((25_001, 2, 25_001, 19), "More than 25,000 comments for lint-runtime; the rest was not read")
    ]


def test_a_parsed_file_has_its_comments_and_their_errors() -> None:
    assert parse_dockerfile(b"FROM a\n# a comment\n", {}).comments == ()
    (comment,) = parse_dockerfile(b"FROM a\n# LINT-RUNTIME: x\n", {}).comments
    assert comment == Comment(comment.location, "LINT-RUNTIME: x", 0)
    dockerfile = parse_dockerfile(f"FROM a\n{C * (MAX_INSTRUCTIONS + 1)}".encode(), {})
    assert len(dockerfile.comments) == MAX_INSTRUCTIONS
    assert [error.location.line for error in dockerfile.errors] == [MAX_INSTRUCTIONS + 2]
