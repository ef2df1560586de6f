from __future__ import annotations

import pytest

from lint_runtime.dockerfile.expansion import (
    BrokenVariableError,
    Expansion,
    ExpansionError,
    Origin,
    Variable,
)
from lint_runtime.dockerfile.parser import Scope

VARIABLES = {
    "V": Variable("a.b.c"),
    "EMPTY": Variable(""),
    "STARS": Variable("a*b*c"),
    "DEPENDS": Variable("x", missing=frozenset({"GIVEN"})),
    "MACHINE": Variable("amd64", varies=True),
    "BROKEN": Variable(None),
    "Ä1": Variable("umlaut"),
}


def _scope(escape: str = "\\") -> Scope:
    scope = Scope(escape, VARIABLES)
    scope.declare("GIVEN")
    return scope


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("plain", "plain"),
        ("$V", "a.b.c"),
        ("${V}", "a.b.c"),
        ("x$V-y", "xa.b.c-y"),
        ("$Ä1", "umlaut"),
        ("$UNSET", ""),
        ("$1x", "x"),
        ("$@", ""),
        ("$", "$"),
        ("a$.", "a$."),
        ("${UNSET-w}", "w"),
        ("${EMPTY-w}", ""),
        ("${EMPTY:-w}", "w"),
        ("${V:-w}", "a.b.c"),
        ("${UNSET:-${V}}", "a.b.c"),
        ("${UNSET:-'}'}", "}"),
        ("${V+w}", "w"),
        ("${EMPTY+w}", "w"),
        ("${EMPTY:+w}", ""),
        ("${UNSET+w}", ""),
        ("${V?m}", "a.b.c"),
        ("${V#*.}", "b.c"),
        ("${V##*.}", "c"),
        ("${V%.*}", "a.b"),
        ("${V%%.*}", "a"),
        ("${V#?}", ".b.c"),
        ("${V#x}", "a.b.c"),
        ("${V##*}", ""),
        ("${V#*}", "a.b.c"),
        (r"${STARS#*\*}", "b*c"),
        (r"${STARS%%\**}", "a"),
        ("${V/./}", "ab.c"),
        ("${V//./}", "abc"),
        ("${V//./-}", "a-b-c"),
        ("${V//*/x}", "x"),
        ("${V/b*/x}", "a.x"),
        ("${V/?./x}", "xb.c"),
        (r"${V/\//x}", "a.b.c"),
        ("'$V'", "$V"),
        ('"$V"', "a.b.c"),
        (r"\$V", "$V"),
        (r'"\$V\x"', r"$V\x"),
        (r"a\b", "ab"),
        ("a\\", "a"),
        ("\ufeffx", "x"),
    ],
)
def test_forms(word: str, text: str) -> None:
    assert _scope().expand(word, 0).text == text


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("${", "missing '}'"),
        ("${}", "missing name after"),
        ("${:x}", "missing name after"),
        ("${{x}}", "missing name after"),
        ("${V", "unsupported modifier"),
        ("${V:0:3}", "unsupported modifier ':0'"),
        ("${V!x}", "unsupported modifier '!'"),
        ("${!V}", "unsupported modifier 'V'"),
        ("${V,,}", "unsupported modifier ','"),
        ("${V:#x}", "unsupported modifier ':#'"),
        ("${V:-x", "missing '}'"),
        ("${V/x}", "missing '/'"),
        ("'x", "single quote"),
        ('"x', "double quote"),
        ("${EMPTY:?give it}", "'EMPTY' has no value: 'give it'"),
        ("${UNSET?}", "'UNSET' has no value"),
        (r"${V#\x}", "invalid escape"),
        (r"${V/\x/y}", "invalid escape"),
    ],
)
def test_refused_forms(word: str, reason: str) -> None:
    with pytest.raises(ExpansionError, match=reason.replace("?", r"\?")):
        _scope().expand(word, 0)


def test_the_backtick_escapes_where_it_is_the_escape_character() -> None:
    assert _scope("`").expand("`$V\\x", 0).text == "$V\\x"


@pytest.mark.parametrize(
    ("word", "missing", "unknown"),
    [
        pytest.param("$GIVEN", {"GIVEN"}, set(), id="declared without a value"),
        pytest.param("$NOBODY", set(), {"NOBODY"}, id="not declared"),
        pytest.param("$DEPENDS", {"GIVEN"}, set(), id="by way of a default"),
        pytest.param("${GIVEN:-x}${GIVEN+y}", set(), set(), id="provided for"),
        pytest.param("${DEPENDS:+x}", set(), set(), id="only asked whether there is one"),
        pytest.param("${GIVEN#x}${NOBODY/a/b}", {"GIVEN"}, {"NOBODY"}, id="with a pattern"),
    ],
)
def test_names_without_a_value(word: str, missing: set[str], unknown: set[str]) -> None:
    expansion = _scope().expand(word, 0)
    assert (set(expansion.missing), set(expansion.unknown)) == (missing, unknown)


def test_a_required_value_is_missing_when_refused() -> None:
    with pytest.raises(ExpansionError) as refused:
        _scope().expand("${GIVEN?}", 0)
    assert refused.value.missing == {"GIVEN"}


def test_what_follows_the_machine_is_marked() -> None:
    assert _scope().expand("linux/$MACHINE", 0) == Expansion(
        "linux/amd64", varies=True, origins=(Origin(0, 6, 0, 0),)
    )
    assert not _scope().expand("$V", 0).varies


def test_a_broken_variable_breaks_what_uses_it() -> None:
    with pytest.raises(BrokenVariableError):
        _scope().expand("${UNSET:-$BROKEN}", 0)


@pytest.mark.parametrize(
    ("word", "value", "reason"),
    [
        pytest.param("$A$A", "x" * 600_000, "1,048,576 characters", id="one word"),
        pytest.param("${A//x/" + "y" * 300 + "}", "x" * 4000, "1,048,576 characters", id="a replacement"),
        pytest.param("${A#x}", "x" * 5000, "256 and 4,096 characters", id="a long value for a pattern"),
        pytest.param("${A#" + "*a" * 200 + "}", "x", "256 and 4,096 characters", id="a long pattern"),
        pytest.param("${B:-" * 51 + "}" * 51, "", "nested more than 50 deep", id="nesting"),
    ],
)
def test_bounds(word: str, value: str, reason: str) -> None:
    with pytest.raises(ExpansionError, match=reason):
        Scope("\\", {"A": Variable(value)}).expand(word, 0)


def test_all_words_of_a_file_share_one_budget() -> None:
    scope = Scope("\\", {"A": Variable("x" * 1_000_000)})
    for _ in range(8):
        scope.expand("$A", 0)
    with pytest.raises(ExpansionError, match="8,388,608 characters"):
        scope.expand("$A", 0)


def test_a_pattern_that_would_make_a_backtracking_matcher_hang() -> None:
    scope = Scope("\\", {"A": Variable("a" * 4000)})
    assert scope.expand("${A##" + "*a" * 60 + "*b}", 0).text == "a" * 4000
