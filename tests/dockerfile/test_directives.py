from __future__ import annotations

import pytest

from lint_runtime.dockerfile.directives import parse_directive, parse_directives

LINES: dict[str, tuple[str, str] | None] = {
    "# escape=`": ("escape", "`"),
    "#ESCAPE = ` ": ("escape", "`"),
    "#\u2003syntax\t=a b\r": ("syntax", "a b"),
    "# check=skip=a": ("check", "skip=a"),
    "# syntax=  ": ("syntax", " "),
    "# syntax=\r": None,
    "# syntax=": None,
    "# syntax": None,
    "# other=a": None,
    "# 1syntax=a": None,
    "syntax=a": None,
    " # syntax=a": None,
    "": None,
}


def test_lines() -> None:
    assert {line: parse_directive(line) for line in LINES} == LINES


DIRECTIVES = {
    "none": ("FROM a", "\\", False),
    "escape": ("# escape=`\n", "`", False),
    "indented escape": (" # escape=`\n", "`", False),
    "all three": ("# syntax=a\n# check=skip=a\n# escape=`\n", "`", True),
    "syntax": ("# syntax=a\n", "\\", True),
    "indented syntax": (" # syntax=a\n", "\\", False),
    "syntax last": ("# escape=`\n# syntax=a\n", "`", True),
    "space before the frontend": ("# syntax= a\n", "\\", True),
    "wide space before the frontend": ("# syntax=\u2003 a\n", "\\", False),
    "syntax after a shebang": ("#!x\n# syntax=a\n", "\\", True),
    "escape after a shebang": ("#!x\n# escape=`\n", "\\", False),
    "shebang further down": ("# syntax=a\n#!x\n# check=error=x\n", "\\", True),
    "after a comment": ("# a comment\n# escape=`\n", "\\", False),
    "after a blank line": ("\n# escape=`\n# syntax=a\n", "\\", False),
    "after an instruction": ("FROM a\n# escape=`\n# syntax=a\n", "\\", False),
    "30,000 spaces": ("# syntax=a" + " " * 30_000 + "x\n", "\\", True),
}  # fmt: skip


def test_directives() -> None:
    read = {name: (text, *parse_directives(text)) for name, (text, *_) in DIRECTIVES.items()}
    seen = {name: (text, escape, bool(frontend)) for name, (text, escape, frontend, _) in read.items()}
    assert seen == DIRECTIVES
    assert [errors for *_, errors in read.values() if errors] == []


FRONTENDS: dict[str, tuple[int, int, str] | None] = {
    "# syntax=docker/dockerfile\n": None,
    "# syntax=docker/dockerfile:1.7-labs\n": None,
    f"#SYNTAX = docker.io/docker/dockerfile:1@sha256:{'a' * 64} --x\n": None,
    "# syntax=index.docker.io/docker/dockerfile-upstream:master\n": None,
    "//syntax=docker/dockerfile:1\n": None,
    "# syntax=docker/dockerfile-upstreams\n": (1, 10, "docker/dockerfile-upstreams"),
    "# syntax=library/dockerfile\n": (1, 10, "library/dockerfile"),
    "# syntax=r.io/docker/dockerfile:1 r.io/docker/dockerfile:1\n": (1, 10, "r.io/docker/dockerfile:1"),
    "# check=skip=a\n#\tSyntax\t=  syntax\n": (2, 13, "syntax"),
    "#!/x\n//  syntax = x\n": (2, 14, "x"),
    "// syntax=x": (1, 11, "x"),
    "# a\n// syntax=x\n": None,
    "// escape=`\n# syntax=x\n": None,
    "FROM a\n// syntax=x\n": None,
}


def test_frontends_that_are_not_docker_s() -> None:
    seen = {}
    for text in FRONTENDS:
        _, frontend, errors = parse_directives(text)
        assert errors == []
        seen[text] = frontend and (*frontend.location.start, frontend.text)
        assert not frontend or frontend.location.end == (
            frontend.location.line,
            frontend.location.column + len(frontend.text),
        )
    assert seen == FRONTENDS


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("docker/dockerfile:", "no tag after ':'; write one, or remove the ':'"),
        ("docker/Dockerfile:1", "the repository name must be lowercase"),
        ("https://docker.io/x", "invalid registry 'https:'"),
        ("a" * 64, "64 hexadecimal digits are an image ID"),
        ("x@sha256:1", "the digest after '@' must be sha256: and 64 hexadecimal digits"),
    ],
)
def test_frontends_with_an_invalid_image(image: str, reason: str) -> None:
    _, frontend, (error,) = parse_directives(f"# escape=`\n# syntax={image} x\n")
    assert frontend is None
    assert tuple(error.location) == (2, 10, 2, 10 + len(image))
    assert error.message == f"Invalid '# syntax=' image '{image}': {reason}"


@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        ("# escape=x\n", (1, 1, 1, 1), "Invalid '# escape=' value 'x'", "use \\ or `"),
        # BuildKit reports an error in a directive one line too early, so the location starts on the line before.
        ("# syntax=a\n#ESCAPE=ab\n", (1, 1, 2, 1), "Invalid '# escape=' value 'ab'", "use \\ or `"),
        ("# check=skip=a\n# syntax=a\n# escape=x", (2, 1, 3, 1), "Invalid '# escape=' value 'x'", "use \\ or `"),
        ("# escape=`\n# escape=`\n", (1, 1, 2, 1), "Repeated directive '# escape='", "remove one of them"),
        ("# escape=`\n# syntax=a\n# Syntax=b\n# escape=x\n", (2, 1, 3, 1), "Repeated directive '# syntax='", "remove one of them"),
    ],
)  # fmt: skip
def test_errors(text: str, place: tuple[int, int, int, int], message: str, advice: str) -> None:
    (error,) = parse_directives(text)[2]
    assert (tuple(error.location), error.message, error.help) == (place, message, advice)


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ("# check=skip=all;error=true\n", 0, []),
        ("# check=\tskip\t=;\texperimental\t=a\n", 0, []),
        ("# check=error\t=\tT\t;skip=a b\n", 0, []),
        ("# check=error= T\n", 1, ["error="]),
        ("# check=error=yes\n", 1, ["error=yes"]),
        ("# check=error\n", 1, ["error"]),
        ("# check=skip;Skip=a\n", 1, ["skip", "Skip=a"]),
        ("# check=skip=a;;x;y\n", 1, ["", "x;y"]),
        ("#!x\n# check=bogus\n", 2, ["bogus"]),
        ("# syntax=a\n# escape=`\n# check=bogus b\n", 3, ["bogus"]),
        ("  # check=bogus\n", 0, []),
        ("# check=skip=a\n# check=bogus", 0, []),
    ],
)
def test_checks(text: str, line: int, wrong: list[str]) -> None:
    errors = [error for error in parse_directives(text)[2] if "Repeated" not in error.message]
    assert [tuple(error.location) for error in errors] == [(line, 1, line, 1)] * len(wrong)
    assert [error.message for error in errors] == [f"Invalid '# check=' option '{text}'" for text in wrong]
    assert {error.help for error in errors} <= {"use skip=, experimental= or error=true"}
