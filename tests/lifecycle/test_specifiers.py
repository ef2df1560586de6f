"""Version specifiers of requirements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_runtime.lifecycle.specifiers import (
    InvalidSpecifierError,
    admits,
    admits_runtime,
    parse_runtime_specifier,
    parse_specifier,
)
from tests.feeds import version


def test_valid_specifiers() -> None:
    assert {str(parse_specifier(text)) for text in (">=2.9,<4", "<4, >=2.9 ,")} == {"<4,>=2.9"}
    assert str(parse_runtime_specifier(" >= 12.1 ,, < 3.1-5 ")) == "<3!3.1.5,>=2!12.1"
    assert str(parse_runtime_specifier("!=3.0")) == "!=3!3.0"
    assert str(parse_runtime_specifier("!=3.0.0")) == "!=2!3.0.0"
    assert str(parse_runtime_specifier("==13.*")) == "==2!13.*"
    assert str(parse_runtime_specifier("\t<30")) == "<2!30"


def test_invalid_specifiers() -> None:
    ambiguous = "3 is ambiguous; write 3.0 (Airflow 3) or 3.0.0 (Runtime 3)"
    example, runtime_examples = "expected e.g. '>=2.9,<4'", "expected e.g. '>=12' or '>=3.1-5,<3.3'"
    cases: list[tuple[Callable[[str], object], str, str]] = [
        (parse_specifier, "", "it is empty"),
        (parse_specifier, " , ", "it is empty"),
        (parse_specifier, "2.9", example),
        (parse_specifier, ">=x", example),
        (parse_specifier, "===2.9", "use '==' instead of '==='"),
        (parse_specifier, ">=1234567890", "a number is too long"),
        (parse_runtime_specifier, "", "it is empty"),
        (parse_runtime_specifier, ",", "it is empty"),
        (parse_runtime_specifier, "12", runtime_examples),
        (parse_runtime_specifier, ">=12,x", runtime_examples),
        (parse_runtime_specifier, ">=012", runtime_examples),
        (parse_runtime_specifier, "~=13", runtime_examples),
        (parse_runtime_specifier, ">=13.1.2.3", runtime_examples),
        (parse_runtime_specifier, ">=3.1-5.*", runtime_examples),
        (parse_runtime_specifier, ">=3", ambiguous),
        (parse_runtime_specifier, "==3.*", ambiguous),
        (parse_runtime_specifier, ">=12,<1234567890", "a number is too long"),
    ]
    for parse, text, message in cases:
        with pytest.raises(InvalidSpecifierError) as caught:
            parse(text)
        assert (text, str(caught.value)) == (text, message)
    assert str(parse_specifier(">=123456789")) == ">=123456789"


def test_specifiers_of_runtime_versions() -> None:
    releases = ["3.0.4", "12.5.0", "13.0.0", "13.11.0", "3.0-1", "3.1-4", "3.1-5", "3.2-1"]
    admitted = {
        ">=12": ["12.5.0", "13.0.0", "13.11.0", "3.0-1", "3.1-4", "3.1-5", "3.2-1"],
        "<3.0": ["3.0.4", "12.5.0", "13.0.0", "13.11.0"],
        ">=3.0.0,<13": ["3.0.4", "12.5.0"],
        ">3.1-4": ["3.1-5", "3.2-1"],
        "==3.1.*": ["3.1-4", "3.1-5"],
        "~=13.4": ["13.11.0"],
        "!=13.0.0,<=13.11.0": ["3.0.4", "12.5.0", "13.11.0"],
    }
    found = {
        specifier: [release for release in releases if admits_runtime(specifier, version(release))]
        for specifier in admitted
    }
    assert found == admitted


def test_a_minor_version_may_be_any_of_its_patches() -> None:
    assert admits("==2.9.99", "2.9")
    assert admits(">=2.9.1,<2.9.2", "2.9")
    assert not admits("==2.9.100", "2.9")
    assert not admits(">=2.10", "2.9")
    assert admits("==2.9.1", "2.9.1")
    assert not admits("==2.9.1", "2.9.2")
    assert admits(">=3.12.0rc1", "3.12.0rc2")
