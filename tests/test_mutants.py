"""The mutants of `nox -s mutation`: how they are found, drawn and tested."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from tests.conftest import ROOT
from tests.mutants import Mutant, draw, find_mutants, package_of

# Maps a source text to the changed line of each of its mutants.
CHANGES = {
    "a < b": ["pass", "a <= b"],
    "a = b in c is not d": ["a = b not in c is not d", "a = b in c is d"],
    "a = b and (c or d)": ["a = b or (c or d)", "a = b and (c and d)"],
    "a = (b) - c": ["a = (b) + c"],
    "a = not (b)": ["a = (b)"],
    "a = -b": ["a = b"],
    "a = 1, 2.5, True": ["a = 2, 2.5, True", "a = 1, 3.5, True", "a = 1, 2.5, False"],
    "a = 'b', '', b'c'": ["a = '', '', b'c'", "a = 'b', 'x', b'c'", "a = 'b', '', b\"\""],
    "a = f'b{\"c\"}'": ["a = ''", "a = f'b{\"\"}'"],
    "a.b = c": ["pass"],
    "a += b": ["pass", "a -= b"],
    "a(b, c=d)": ["pass", "a(None, c=d)", "a(b)"],
    "e = a(c=d, b=b)": ["e = a(b=b)", "e = a(c=d)"],
    "def a(b=c, *, d=e) -> f:\n    return b": ["def a(b=None, *, d=e) -> f:", "def a(b=c, *, d=None) -> f:", "return None"],
    "a = b if c else d": ["a = b if True else d", "a = b if False else d"],
    "a = [b for c in d if e]": ["a = [b for c in d if True]"],
    "for a in b:\n    continue": ["for a in ():", "break"],
    "while a:\n    break": ["while False:", "continue"],
    "try:\n    raise A\nexcept B:\n    pass": ["pass", "except ():"],
}  # fmt: skip


def _changes(source: str) -> list[str]:
    data = source.encode()
    return [mutant.describe(data)[1] for mutant in find_mutants("a.py", data)]


def test_changes() -> None:
    for source, changes in CHANGES.items():
        assert sorted(_changes(source)) == sorted(changes), source


def test_text_that_no_test_can_notice_is_left_alone() -> None:
    source = """
'docstring'
from typing import TYPE_CHECKING, Literal, cast
if TYPE_CHECKING:
    from a import b as c
    d(e)
if __name__ == '__main__':
    f()
if sys.platform == 'win32':
    f()
__all__ = ['g']
@cache('h')
def i(j: 'k' = None) -> 'l':
    'docstring'
    pass
m: 'n'
o = Literal['p']
q = cast('r', s)
t = cast('u', v())
w = zip('x', strict=True)
"""
    assert _changes(source) == ["w = zip('', strict=True)"]


def test_mutants_of_all_packages_are_drawn_again_with_the_same_seed() -> None:
    source = b"a = 1\n" * 100
    paths = [
        f"src/lint_runtime/{name}"
        for name in ("text.py", "rules/a.py", "rules/b.py", "lifecycle/views/c.py")
    ]
    mutants = [mutant for path in paths for mutant in find_mutants(path, source)]
    drawn = draw(mutants, 60, 7)
    assert draw(mutants, 60, 7) == drawn
    assert draw(mutants, 60, 8) != drawn
    assert len({(mutant.path, mutant.last_line) for mutant in drawn}) == len(drawn)
    packages = [package_of(mutant.path) for mutant in drawn]
    counts = {package: packages.count(package) for package in packages}
    assert counts == {"(top level)": 17, "lifecycle/views": 17, "rules": 25}


def test_similar_tests_of_the_package_that_execute_the_line_run_first() -> None:
    mutation = pytest.importorskip("tests.mutation", exc_type=ImportError)
    path = "src/lint_runtime/rules/a.py"
    names = {
        "tests/rules/test_b.py::slow": 2.0,
        "tests/rules/test_b.py::fast": 1.0,
        "tests/rules/test_a.py::a": 3.0,
        "tests/rules/test_a.py::unrelated": 1.0,
        "tests/rules/test_a.py::process": 1.0,
        "tests/test_c.py::c": 1.0,
        "tests/test_c.py::unrelated": 0.5,
        "tests/test_c.py::process": 1.0,
    }
    by_line = {(path, 4): {name for name in names if not name.endswith("unrelated")}}
    processes = {name for name in names if name.endswith("process")}
    assert mutation.plan(Mutant(path, 0, 1, "", 3, 5), mutation.Tests(names, processes, by_line)) == (
        ["tests/rules/test_a.py::a", "tests/rules/test_b.py::fast", "tests/rules/test_b.py::slow"],
        ["tests/rules/test_a.py::process"],
        ["tests/test_c.py::c", "tests/rules/test_a.py::unrelated", "tests/test_c.py::unrelated"],
    )


def test_every_listed_mutant_exists() -> None:
    mutation = pytest.importorskip("tests.mutation", exc_type=ImportError)
    listed = tomli.loads(mutation.EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    sources = {entry["file"]: (ROOT / entry["file"]).read_bytes() for entry in listed}
    mutants = [mutant for path, source in sources.items() for mutant in find_mutants(path, source)]
    assert len(mutation.read_equivalent(mutants, sources)) >= len(listed)


def test_an_equivalent_mutant_that_does_not_exist_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation = pytest.importorskip("tests.mutation", exc_type=ImportError)
    monkeypatch.setattr(mutation, "EQUIVALENT", tmp_path / "equivalent.toml")
    mutants, sources = find_mutants("a.py", b"a = 1"), {"a.py": b"a = 1"}
    entry = '[[mutant]]\nfile = "a.py"\nline = "a = 1"\nchange = "a = 2"\nwhy = "x"\n'
    mutation.EQUIVALENT.write_text(entry)
    assert mutation.read_equivalent(mutants, sources) == {*mutants}
    mutation.EQUIVALENT.write_text(entry.replace("a = 2", "a = 3"))
    with pytest.raises(ValueError, match="no such mutant"):
        mutation.read_equivalent(mutants, sources)
