from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_runtime.dockerfile.shell_pattern import PatternError, replaced, trimmed


def _glob(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)


@given(st.text("ab\n", max_size=8), st.text("ab*?", max_size=5))
def test_patterns_match_as_regular_expressions_do(value: str, pattern: str) -> None:
    ends = range(len(value) + 1)
    expression = re.compile(_glob(pattern), re.DOTALL)
    prefixes = [value[:end] for end in ends if expression.fullmatch(value[:end])] or [""]
    suffixes = [value[start:] for start in ends if expression.fullmatch(value[start:])] or [""]
    assert trimmed(value, pattern, at_end=False, longest=False) == value[len(prefixes[0]) :]
    assert trimmed(value, pattern, at_end=False, longest=True) == value[len(prefixes[-1]) :]
    assert trimmed(value, pattern, at_end=True, longest=True) == value[: len(value) - len(suffixes[0])]
    assert trimmed(value, pattern, at_end=True, longest=False) == value[: len(value) - len(suffixes[-1])]
    first = "".join(replaced(value, pattern, r"\1", everywhere=False))
    assert first == expression.sub(r"\\1", value, count=1)
    everywhere = "".join(replaced(value, pattern, r"\1", everywhere=True))
    assert everywhere == _go_replaced(value, expression, r"\1")


def _go_replaced(value: str, expression: re.Pattern[str], replacement: str) -> str:
    """Replace every match like Go, which skips an empty match right after another match."""
    parts: list[str] = []
    end, last = 0, -1
    for match in expression.finditer(value):
        if match.start() == match.end() == last:
            continue
        parts += (value[end : match.start()], replacement)
        end = last = match.end()
    return "".join([*parts, value[end:]])


@pytest.mark.parametrize(
    ("value", "pattern", "prefix", "suffix", "result"),
    [
        (r"*a*", r"\*", "a*", "*a", "-a*"),
        (r"?a?", r"\?", "a?", "?a", "-a?"),
        (r"\a\\", r"\\", r"a\\", "\\a\\", r"-a\\"),
        (r"/a/", r"\/", "a/", "/a", "-a/"),
        (r"}a}", r"\}", "a}", "}a", "-a}"),
        (".a.", ".", "a.", ".a", "-a."),
        ("[a]", "[a]", "", "", "-"),
    ],
)
def test_escapes(value: str, pattern: str, prefix: str, suffix: str, result: str) -> None:
    assert trimmed(value, pattern, at_end=False, longest=False) == prefix
    assert trimmed(value, pattern, at_end=True, longest=False) == suffix
    assert "".join(replaced(value, pattern, "-", everywhere=False)) == result


@pytest.mark.parametrize("pattern", ["\\a", "\\", "a\\ "])
def test_refused_escapes(pattern: str) -> None:
    reason = re.escape(f"invalid escape '\\{pattern[pattern.index(chr(92)) + 1 :]}' in a pattern")
    with pytest.raises(PatternError, match=reason):
        trimmed("a", pattern, at_end=False, longest=False)
    with pytest.raises(PatternError, match=reason):
        replaced("a", pattern, "", everywhere=True)


def test_a_backslash_at_the_end_of_a_suffix_escapes_what_precedes_it() -> None:
    assert trimmed("ab*", "*\\", at_end=True, longest=False) == "ab"


def test_patterns_that_make_a_backtracking_matcher_hang() -> None:
    value = "a" * 4000
    assert trimmed(value, "*a" * 60 + "*b", at_end=False, longest=True) == value
    assert trimmed(value, "b*" + "a*" * 60, at_end=True, longest=True) == value
    # Trying the pattern at each offset would take hours.
    value = "a" * 4_000_000
    assert replaced(value, "a*b", "x", everywhere=True) == [value]
