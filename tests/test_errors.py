"""The errors that end a command early."""

from __future__ import annotations

from lint_runtime.errors import UnusableError, missing


def test_an_error_has_a_line_for_each_message() -> None:
    error = UnusableError("a is wrong", "b is, too")
    assert (str(error), error.messages) == ("a is wrong; b is, too", ("a is wrong", "b is, too"))


def test_a_missing_extra_is_named() -> None:
    assert str(missing("Dancing", "dance")) == (
        "Dancing requires the extra 'dance'; in a clone, run: pip install '.[dance]'"
    )
    assert "'report'" in str(missing("HTML"))
