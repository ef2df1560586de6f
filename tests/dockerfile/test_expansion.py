from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_runtime.dockerfile.expansion import (
    BROKEN,
    MAX_ORIGINS,
    UNTRACED,
    BrokenVariableError,
    Expansion,
    ExpansionError,
    NoValueError,
    Origin,
    Scope,
)

VARIABLES = {
    "V": Expansion("a.b.c"),
    "EMPTY": Expansion(""),
    "STARS": Expansion("a*b*c"),
    "HASH": Expansion("#*"),
    "DEPENDS": Expansion("x", missing=frozenset({"GIVEN"})),
    "MACHINE": Expansion("amd64", varies=True),
    "GAPS": Expansion("x", has_gaps=True),
    "BROKEN": BROKEN,
    "Ä1": Expansion("umlaut"),
    "_": Expansion("line"),
    "12": Expansion("number"),
}


def _scope(escape: str = "\\") -> Scope:
    scope = Scope(escape, VARIABLES)
    scope.declared.add("GIVEN")
    return scope


FORMS = {
    "plain": "plain",
    "$V": "a.b.c",
    "${V}": "a.b.c",
    "x$V-y": "xa.b.c-y",
    "$V$V": "a.b.ca.b.c",
    "$Ä1": "umlaut",
    "$Ä1b": "",
    "$_": "line",
    "$12x": "numberx",
    "$UNSET": "",
    "$1x": "x",
    "$@x": "x",
    "$": "$",
    "a$.": "a$.",
    "${UNSET-w}": "w",
    "${EMPTY-w}": "",
    "${EMPTY:-w}": "w",
    "${V:-w}": "a.b.c",
    "${UNSET:-${V}}": "a.b.c",
    "${UNSET:-'}'}": "}",
    '${UNSET:-"}"}': "}",
    "${UNSET:-\\}}": "}",
    "${V+w}": "w",
    "${V:+w}": "w",
    "${EMPTY+w}": "w",
    "${EMPTY:+w}": "",
    "${UNSET+w}": "",
    "${UNSET:+w}": "",
    "${V?m}": "a.b.c",
    "${V:?m}": "a.b.c",
    "${EMPTY?m}": "",
    "${V#*.}": "b.c",
    "${V##*.}": "c",
    "${V%.*}": "a.b",
    "${V%%.*}": "a",
    "${V#?}": ".b.c",
    "${V#x}": "a.b.c",
    "${V##*}": "",
    "${V#*}": "a.b.c",
    "${V#$HASH}": "",
    "${UNSET#x}": "",
    r"${STARS#*\*}": "b*c",
    r"${STARS%%\**}": "a",
    '${V#"a."}': "b.c",
    r'${STARS#"a\*"}': "a*b*c",
    r'${V#"a\."}x': "a.b.cx",
    "${V/./}": "ab.c",
    "${V//./}": "abc",
    "${V//./-}": "a-b-c",
    "${V/./$EMPTY}": "ab.c",
    "${V//*/x}": "x",
    "${V/b*/x}": "a.x",
    "${V/?./x}": "xb.c",
    "${V/x/y}": "a.b.c",
    r"${V/\//x}": "a.b.c",
    "${V/./'}'}": "a}b.c",
    "'$V'": "$V",
    "'a'b": "ab",
    "''": "",
    '"$V"': "a.b.c",
    '"a\'b"': "a'b",
    r"\$V": "$V",
    r'"\$V\x"': r"$V\x",
    r'"\"\\"': '"\\',
    r"a\b": "ab",
    "a\\": "a",
    r"\'a": "'a",
    "\ufeffx": "x",
    "x\ufeff": "x\ufeff",
}


def test_forms() -> None:
    assert {word: _scope().expand(word, 0).text for word in FORMS} == FORMS


REFUSED_FORMS = {
    "${": "missing '}'",
    "a${": "missing '}'",
    "${}": "missing name after '${'",
    "${:x}": "missing name after '${'",
    "${{x}}": "missing name after '${'",
    "${V": "unsupported modifier ''",
    "${V:": "unsupported modifier ':'",
    "${V:0:3}": "unsupported modifier ':0'",
    "${V!x}": "unsupported modifier '!'",
    "${!V}": "unsupported modifier 'V'",
    "${V,,}": "unsupported modifier ','",
    "${V:#x}": "unsupported modifier ':#'",
    "${V:}": "unsupported modifier ':}'",
    "${V:/a/b}": "unsupported modifier ':/'",
    "${V:-x": "missing '}'",
    "${V#x": "missing '}'",
    "${V/x}": "missing '/'",
    "${V/x/y": "missing '}'",
    "'x": "unterminated single quote",
    '"x': "unterminated double quote",
    '"${V': "unsupported modifier ''",
    r"${V#\x}": r"invalid escape '\x' in a pattern",
    r"${V%\x}": r"invalid escape '\x' in a pattern",
    r"${V/\x/y}": r"invalid escape '\x' in a pattern",
    r"${V#x\\\y}": r"invalid escape '\y' in a pattern",
}


def _reason(word: str) -> str:
    with pytest.raises(ExpansionError) as refused:
        _scope().expand(word, 0)
    assert not isinstance(refused.value, NoValueError)
    return str(refused.value)


def test_refused_forms() -> None:
    assert {word: _reason(word) for word in REFUSED_FORMS} == REFUSED_FORMS


@pytest.mark.parametrize(
    ("word", "reason", "missing", "unknown"),
    [
        ("${EMPTY:?give it}", "'EMPTY' has no value: 'give it'", set(), set()),
        ("${UNSET?}", "'UNSET' has no value", set(), {"UNSET"}),
        ("${GIVEN:?$NOBODY}", "'GIVEN' has no value", {"GIVEN"}, {"NOBODY"}),
        ("$DEPENDS${UNSET?}", "'UNSET' has no value", {"GIVEN"}, {"UNSET"}),
    ],
)
def test_required_values(word: str, reason: str, missing: set[str], unknown: set[str]) -> None:
    with pytest.raises(NoValueError) as refused:
        _scope().expand(word, 0)
    assert str(refused.value) == reason
    assert (set(refused.value.missing), set(refused.value.unknown)) == (missing, unknown)


def test_the_backtick_escapes_if_it_is_the_escape_character() -> None:
    assert _scope("`").expand("`$V\\x", 0).text == "$V\\x"
    assert _scope("`").expand('"`$V\\$V`x"', 0).text == "$V\\a.b.c`x"


@pytest.mark.parametrize(
    ("word", "missing", "unknown"),
    [
        pytest.param("$GIVEN", {"GIVEN"}, set(), id="declared without a value"),
        pytest.param("$NOBODY", set(), {"NOBODY"}, id="not declared"),
        pytest.param("$DEPENDS", {"GIVEN"}, set(), id="used by a default"),
        pytest.param("${GIVEN:-x}${GIVEN+y}", set(), set(), id="with an alternative"),
        pytest.param("${DEPENDS:+x}", set(), set(), id="only tested for a value"),
        pytest.param("${DEPENDS:-x}", {"GIVEN"}, set(), id="used instead of an alternative"),
        pytest.param("${GIVEN#x}${NOBODY/a/b}", {"GIVEN"}, {"NOBODY"}, id="with a pattern"),
    ],
)
def test_names_without_a_value(word: str, missing: set[str], unknown: set[str]) -> None:
    expansion = _scope().expand(word, 0)
    assert (set(expansion.missing), set(expansion.unknown)) == (missing, unknown)


@pytest.mark.parametrize(
    ("word", "varies", "has_gaps"),
    [
        ("linux/$MACHINE", True, False),
        ("${MACHINE:+x}", False, False),
        ("$V", False, False),
        ("$EMPTY", False, True),
        ("a${UNSET}", False, True),
        ("$GAPS", False, True),
        ("a$", False, False),
        ("${UNSET:-x}", False, False),
        ("${V#*}", False, False),
        ("${V##*}", False, True),
        ('"$EMPTY"', False, True),
    ],
)
def test_texts_that_vary_or_have_gaps(word: str, varies: bool, has_gaps: bool) -> None:
    expansion = _scope().expand(word, 0)
    assert (expansion.varies, expansion.has_gaps) == (varies, has_gaps)


TRACED = {
    "A": Expansion("ab", origins=(Origin(0, 2, 7, 5),)),
    "B": Expansion("cd", origins=(Origin(0, 2, 7, 7),)),
}
TRACED["C"] = Expansion("xab", origins=(Origin(0, 1, 8, 1), Origin(1, 2, 7, 5)))


@pytest.mark.parametrize(
    ("word", "text", "origins"),
    [
        ("abc", "abc", [(0, 3, 9, 0)]),
        ("", "", [(0, 0, 9, 0)]),
        ("\ufeff'a'", "a", [(0, 1, 9, 2)]),
        ("x$A", "xab", [(0, 1, 9, 0), (1, 2, 7, 5)]),
        ("$A$B", "abcd", [(0, 4, 7, 5)]),
        ("$B$A", "cdab", [(0, 2, 7, 7), (2, 2, 7, 5)]),
        ("$A$A", "abab", [(0, 2, 7, 5), (2, 2, 7, 5)]),
        ("$A.$C", "ab.xab", [(0, 2, 7, 5), (2, 1, 9, 2), (3, 1, 8, 1), (4, 2, 7, 5)]),
        ("a$.b", "a$.b", [(0, 4, 9, 0)]),
        ("a\\bc", "abc", [(0, 1, 9, 0), (1, 2, 9, 2)]),
        ("'ab'\"cd\"", "abcd", [(0, 2, 9, 1), (2, 2, 9, 5)]),
        ('"\\x\\$"', "\\x$", [(0, 2, 9, 1), (2, 1, 9, 4)]),
        ("$U$A", "ab", [(0, 2, 7, 5)]),
        ("${U:-$A}", "ab", [(0, 2, 7, 5)]),
        ("${A#a}", "b", [(0, 0, 7, 5), (0, 0, 9, 4)]),
        ("x${A/a/$B}", "xcdb", [(0, 1, 9, 0), (1, 0, 7, 5), (1, 0, 9, 5), (1, 0, 7, 7)]),
        ("${A#a}${A%a}", "bab", [(0, 0, 7, 5), (0, 0, 9, 4), (1, 0, 7, 5), (1, 0, 9, 10)]),
    ],
)
def test_origins(word: str, text: str, origins: list[tuple[int, int, int, int]]) -> None:
    expansion = Scope("\\", TRACED).expand(word, 9)
    assert (expansion.text, [tuple(origin) for origin in expansion.origins]) == (text, origins)


def test_the_number_of_origins_is_bounded() -> None:
    scope = Scope("\\", TRACED)
    assert len(scope.expand("$A." * (MAX_ORIGINS // 2), 9).origins) == MAX_ORIGINS
    assert scope.expand("$A." * (MAX_ORIGINS // 2) + "$A", 9).origins == UNTRACED
    # Without a bound, each expansion would double the number of origins.
    for _ in range(40):
        scope.variables["A"] = scope.expand("${A#$A}", 9)
        assert len(scope.variables["A"].origins) <= MAX_ORIGINS
    assert {origin.word for origin in scope.variables["A"].origins} == {None}
    exactly = {"A": Expansion("a" * 63, origins=tuple(Origin(at, 1, 7, 2 * at) for at in range(63)))}
    assert len(Scope("\\", exactly).expand("${A#a}", 9).origins) == 64
    assert Scope("\\", exactly).expand("${A/a/b}", 9).origins == UNTRACED


def test_the_number_of_names_is_bounded() -> None:
    scope = Scope("\\", {})
    scope.declared |= {f"A{number:02}" for number in range(65)}
    word = "".join(f"${kind}{number:02}" for kind in "AB" for number in range(65))
    expansion = scope.expand(word, 0)
    assert (len(expansion.missing), len(expansion.unknown)) == (64, 64)
    assert "A64" not in expansion.missing
    with pytest.raises(NoValueError) as refused:
        scope.expand(word + "${C?}", 0)
    assert (len(refused.value.missing), len(refused.value.unknown)) == (64, 64)


def test_a_broken_variable_breaks_each_word_that_uses_it() -> None:
    for word in ("$BROKEN", "${UNSET:-$BROKEN}", "${BROKEN+x}", "${BROKEN:-x}", "${BROKEN#x}"):
        with pytest.raises(BrokenVariableError):
            _scope().expand(word, 0)
    assert _scope().expand("'$BROKEN'", 0).text == "$BROKEN"


@pytest.mark.parametrize(
    ("word", "value", "reason"),
    [
        pytest.param("$A$A", "x" * 4_194_305, "8,388,608 characters", id="one word"),
        pytest.param("${A//x/" + "y" * 300 + "}", "x" * 30_000, "8,388,608 characters", id="replacement"),
        pytest.param("${A#" + "x" * 256 + "}", "x" * 32_769, "8,388,608 characters", id="long value for a pattern"),
        pytest.param("${A#" + "a" * 32_769 + "}", "x", "8,388,608 characters", id="long pattern"),
        pytest.param("${B:-" * 51 + "}" * 51, "", "nested more than 50 deep", id="nesting"),
    ],
)  # fmt: skip
def test_bounds(word: str, value: str, reason: str) -> None:
    with pytest.raises(ExpansionError, match=reason):
        Scope("\\", {"A": Expansion(value)}).expand(word, 0)


@pytest.mark.parametrize(
    ("word", "value", "size"),
    [
        pytest.param("$A$A", "x" * 4_194_304, 8_388_608, id="one word"),
        pytest.param("$A", "x" * 9_000_000, 9_000_000, id="one variable"),
        pytest.param("${A#" + "x" * 256 + "}", "x" * 32_600, 32_344, id="long value for a pattern"),
        pytest.param("${A#" + "a" * 32_000 + "}", "x", 1, id="long pattern"),
        pytest.param("${B:-" * 50 + "x" + "}" * 50, "", 1, id="nesting"),
        pytest.param("${B:-x}" * 60, "", 60, id="side by side"),
    ],
)
def test_texts_within_the_bounds(word: str, value: str, size: int) -> None:
    assert len(Scope("\\", {"A": Expansion(value)}).expand(word, 0).text) == size


def test_all_words_of_a_file_share_one_budget() -> None:
    scope = Scope("\\", {"A": Expansion("x" * 1_048_575)})
    for _ in range(7):
        scope.expand("y$A", 0)
    # Expanded text counts toward the limit even if the result doesn't contain the text.
    assert scope.expand("${UNSET:+y$A}", 0).text == ""
    with pytest.raises(ExpansionError, match="8,388,608 characters"):
        scope.expand("y$UNSET", 0)
    assert scope.expand("plain", 0).text == "plain"


def test_a_refused_word_is_charged() -> None:
    scope = Scope("\\", {"A": Expansion("x" * 1_048_575)})
    for _ in range(8):
        with suppress(ExpansionError):
            scope.expand('"y$A"${', 0)
    with pytest.raises(ExpansionError, match="8,388,608 characters"):
        scope.expand("y$UNSET", 0)


def test_a_pattern_that_makes_a_backtracking_matcher_hang() -> None:
    scope = Scope("\\", {"A": Expansion("a" * 4000)})
    assert scope.expand("${A##" + "*a" * 60 + "*b}", 0).text == "a" * 4000


@given(st.text("$V{}:-+?#%/'\"\\*a", max_size=25))
def test_no_word_breaks_the_expansion(word: str) -> None:
    with suppress(ExpansionError):
        Scope("\\", {"V": Expansion("abc")}).expand(word, 0)
