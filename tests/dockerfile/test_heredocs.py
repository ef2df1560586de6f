from __future__ import annotations

import pytest

from lint_runtime.dockerfile.heredocs import parse_heredocs

LINES: dict[str, tuple[str, list[str]]] = {
    "plain": ("RUN cat <<EOF", ["EOF"]),
    "two": ("RUN <<A <<-B", ["A", "B"]),
    "file descriptor": ("RUN 3<<EOF", ["EOF"]),
    "white space before the word": ("RUN << \t\rEOF", ["EOF"]),
    "form feed before the word": ("RUN <<\fEOF", []),
    "shift with spaces": ("RUN echo $(( 1 << 4 ))", ["4"]),
    "shift without spaces": ("RUN echo $((1<<4))", []),
    "semicolon": ("RUN <<EOF;", ["EOF;"]),
    "in a comment of the shell": ("RUN echo hi # <<EOF", ["EOF"]),
    "single quotes": ("RUN <<'E F'", ["E F"]),
    "escape in single quotes": ("RUN <<'E\\F'G", ["E\\FG"]),
    "double quotes around a part": ('RUN <<"E"OF', ["EOF"]),
    "escape": (r"RUN <<E\OF", ["EOF"]),
    "escape at the end": ("RUN <<E\\", ["E"]),
    "escaped space": (r"RUN <<E\ F", ["E F"]),
    "escaped quote in quotes": (r'RUN <<"E\"F"', ['E"F']),
    "other escapes in quotes": (r'RUN <<"E\$\\\F"', ["E$\\\\F"]),
    "escaped quote before it": (r'RUN "\" <<E"', []),
    "escaped escape before a quote": (r'RUN "\\" <<E', ["E"]),
    "variable": ("RUN <<$X", ["$X"]),
    "variable in braces": ("RUN <<${X}", ["${X}"]),
    "variable with a modifier": ("RUN <<${X:-a}", []),
    "text around it": ("RUN <<A${X:-a}B", ["AB"]),
    "variables in quotes": ('RUN <<"A${X-b}$Y"', ["A$Y"]),
    "variables in single quotes": ("RUN <<'A${X-b}'", ["A${X-b}"]),
    "space in braces": ("RUN <<${X/ /}EOF", ["EOF"]),
    "in braces": ("RUN ${X:-a <<EOF} <<E", ["E"]),
    "quoted brace in braces": ("RUN ${X:-'}' <<EOF} <<E", ["E"]),
    "brace in double quotes in braces": ('RUN ${X:-"}" <<EOF} <<E', ["E"]),
    "escaped brace in braces": ("RUN ${X:-\\} <<EOF} <<E", ["E"]),
    "braces in braces": ("RUN ${X:-${Y}} <<E", ["E"]),
    "special variables": ("RUN $1x $@ $- $ <<E", ["E"]),
    "special variables in braces": ("RUN ${#} ${12} <<E", ["E"]),
    "here-string": ("RUN <<<EOF", []),
    "redirection glued to it": ("RUN <<A<B", []),
    "glued to a word": ("RUN cat<<EOF", []),
    "in single quotes": ("RUN '<<EOF'", []),
    "in double quotes": ('RUN "<<EOF"', []),
    "escaped": (r"RUN \<<EOF", []),
    "no word": ("RUN <<", []),
    "empty word": ("RUN <<''", []),
    "open single quote": ("RUN it's <<EOF", []),
    "open double quote": ('RUN "a$(b <<EOF', []),
    "open brace": ("RUN ${a <<EOF", []),
    "open brace at the end": ("RUN <<EOF ${a:-", []),
    "open brace without a name": ("RUN <<EOF ${", []),
    "braces without a name": ("RUN ${} <<EOF", []),
    "double braces": ("RUN ${{a}} <<EOF", []),
    "modifier without a name": ("RUN ${:-a} <<EOF", []),
    "array": ("RUN ${a[@]} <<EOF", []),
    "case conversion": ("RUN ${a^} <<EOF", []),
    "substring": ("RUN ${a:0:3} <<EOF", ["EOF"]),
    "colon alone": ("RUN ${a:} <<EOF} <<E", ["E"]),
    "replacements": ("RUN ${a/b/c} ${a//b/c} <<EOF", ["EOF"]),
    "replacement without a second slash": ("RUN ${a/b} <<EOF", []),
    "other modifiers": ("RUN ${a#b} ${a%b} ${a+b} ${a?b} ${a-b} <<EOF", ["EOF"]),
    "colon and hash": ("RUN ${a:#b} <<EOF", []),
    "colon and percent": ("RUN ${a:%b} <<EOF", []),
    "nested 50 deep": ("RUN " + "${a:-" * 50 + "}" * 50 + " <<EOF", ["EOF"]),
    "nested 51 deep": ("RUN " + "${a:-" * 51 + "}" * 51 + " <<EOF", []),
    "nested deep in quotes": ("RUN " + '"${a:-' * 400 + '}"' * 400 + " <<EOF", []),
    "byte-order mark before the keyword": ("\ufeffRUN <<E", []),
    "ENV": ("ENV <<E", []),
    "ADD": ("ADD <<E /x", ["E"]),
    "COPY in lower case": ("copy <<E /x", ["E"]),
    "ONBUILD RUN": ("ONBUILD RUN <<E", ["E"]),
    "ONBUILD ENV": ("ONBUILD ENV <<E", []),
    "ONBUILD twice": ("ONBUILD ONBUILD RUN <<E", []),
    "ONBUILD with --": ("ONBUILD -- RUN cat <<E", ["E"]),
    "ONBUILD with a no-break space": ("ONBUILD \u00a0 RUN cat <<E", ["E"]),
    "ONBUILD alone": ("ONBUILD", []),
}  # fmt: skip


def test_heredocs() -> None:
    terminators = {
        name: [terminator for terminator, _ in parse_heredocs(line, "\\")]
        for name, (line, _) in LINES.items()
    }
    assert terminators == {name: expected for name, (_, expected) in LINES.items()}


# The escape character is a backtick. It escapes the space before `<<E`, so `<<E` is part of the flag. If a JSON array
# follows the flag, there is no heredoc. If not, the line is split into words without regard to the backtick, and `<<E`
# is a heredoc.
@pytest.mark.parametrize(
    ("line", "terminators"),
    [
        ('RUN --mount=target=/x` <<E ["c"]', []),
        ('ONBUILD RUN --mount=target=/x` <<E ["c"]', []),
        ('RUN --mount=target=/x` <<E \u2003["c"]', []),
        ('RUN --mount=target=/x` <<E ["c"', ["E"]),
        ('RUN --mount=target=/x` <<E 1', ["E"]),
        ("RUN --mount=target=/x` <<E " + "[" * 100_000, ["E"]),
    ],
    ids=["array", "after ONBUILD", "wide space", "open array", "number", "too many arrays"],
)  # fmt: skip
def test_the_json_form_has_no_heredocs(line: str, terminators: list[str]) -> None:
    assert [terminator for terminator, _ in parse_heredocs(line, "`")] == terminators


def test_tabs_are_stripped_after_a_dash() -> None:
    assert parse_heredocs("RUN <<A <<-B", "\\") == (("A", False), ("B", True))
