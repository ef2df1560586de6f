"""Mutants: small changes of source text, each of which a test should notice."""

from __future__ import annotations

import ast
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# Maps each operator to the pattern of its source text and to the text of the replacing operator.
_SWAPS: dict[type[ast.AST], tuple[bytes, str]] = {
    ast.Lt: (b"<", "<="),
    ast.LtE: (b"<=", "<"),
    ast.Gt: (b">", ">="),
    ast.GtE: (b">=", ">"),
    ast.Eq: (b"==", "!="),
    ast.NotEq: (b"!=", "=="),
    ast.Is: (b"is", "is not"),
    ast.IsNot: (rb"is\s+not", "is"),
    ast.In: (b"in", "not in"),
    ast.NotIn: (rb"not\s+in", "in"),
    ast.And: (b"and", "or"),
    ast.Or: (b"or", "and"),
    ast.Add: (rb"\+", "-"),
    ast.Sub: (b"-", "+"),
    ast.Mult: (rb"\*", "//"),
    ast.Div: (b"/", "*"),
    ast.FloorDiv: (b"//", "*"),
    ast.Mod: (b"%", "*"),
    ast.Pow: (rb"\*\*", "*"),
    ast.BitOr: (rb"\|", "&"),
    ast.BitAnd: (b"&", "|"),
}

# Functions whose first argument only matters to type checkers.
_TYPING = {"cast", "NewType", "TypeVar"}


class Mutant(NamedTuple):
    """A change in one place of a file.

    path: the path of the file, relative to the checkout
    start: the offset of the first replaced byte
    end: the offset just past the last replaced byte
    text: the replacement
    first_line: the number of the first line of the statement that is changed
    last_line: the number of the line that contains `end`
    """

    path: str
    start: int
    end: int
    text: str
    first_line: int
    last_line: int

    def apply(self, source: bytes) -> bytes:
        """Return the source text of the file with the change."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def describe(self, source: bytes) -> tuple[str, str]:
        """Return the affected lines, without indentation: before the change, and after it."""
        head = source[source.rfind(b"\n", 0, self.start) + 1 : self.start]
        tail = source[self.end :].partition(b"\n")[0]
        before, after = (
            "\n".join(line.strip() for line in (head + text + tail).decode().splitlines())
            for text in (source[self.start : self.end], self.text.encode())
        )
        return before, after


def _children(node: ast.AST) -> list[ast.AST]:
    """Return the child nodes that affect the behavior of a program. Leaves out annotations, for example."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body]
        case ast.ClassDef():
            return [*node.body]
        case ast.AnnAssign():
            return [node.value] if node.value else []
        case ast.If(test=test) if _never_runs_in_tests(test):
            return [*node.orelse]
        case ast.Call() if ast.unparse(node.func) in _TYPING:
            return [*node.args[1:]]
        case ast.JoinedStr():
            return [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
        case (
            ast.Expr(value=ast.Constant())  # a docstring
            | ast.keyword(arg="strict")  # an assertion: it fails only if the code is wrong
            | ast.Assign(targets=[ast.Name(id="__all__" | "__slots__" | "__version__")])
            | ast.Subscript(value=ast.Name(id="Annotated" | "Literal"))
        ):
            return []
    return [*ast.iter_child_nodes(node)]


def _never_runs_in_tests(test: ast.expr) -> bool:
    return bool(re.match("TYPE_CHECKING|__name__|sys.platform == 'win32'", ast.unparse(test)))


class _Finder:
    """Finds the possible changes in one file. A change is a start offset, an end offset and the new text."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._line_starts = [0, *(match.end() for match in re.finditer(b"\n", source))]

    def _start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        return self._line_starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        return self._line_starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def _replace(self, node: ast.expr | ast.stmt, *texts: str) -> Iterator[tuple[int, int, str]]:
        for text in texts:
            yield self._start(node), self._end(node), text

    def _swap(self, operator: ast.AST, left: ast.expr, right: ast.expr) -> Iterator[tuple[int, int, str]]:
        pattern, text = _SWAPS.get(type(operator), (b"$^", ""))
        # Between the two operands, there is only the operator, except for parentheses and comments.
        if match := re.compile(pattern).search(self._source, self._end(left), self._start(right)):
            yield *match.span(), text

    def _drop(self, keyword: ast.keyword) -> tuple[int, int, str]:
        start, end = self._start(keyword), self._end(keyword)
        comma = re.compile(rb"\s*,\s*").match(self._source, end)
        before = re.search(rb"(,\s*)?\Z", self._source[:start])
        return (start, comma.end(), "") if comma else (before.start() if before else start, end, "")

    def _quoted(self, node: ast.expr, text: str) -> str:
        # Keep the kind of quotes: a string in an f-string must not contain the quotes of the f-string.
        match = re.compile(rb"""[a-zA-Z]*(['"])""").match(self._source, self._start(node))
        quote = match[1].decode() if match else '"'
        return f"{quote}{text}{quote}"

    def changes(self, node: ast.AST) -> Iterator[tuple[int, int, str]]:  # noqa: C901 (a table)
        """Yield the changes of a node, but not the changes of its child nodes."""
        match node:
            case ast.Compare():
                for operator, (left, right) in zip(
                    node.ops, pairwise([node.left, *node.comparators]), strict=True
                ):
                    yield from self._swap(operator, left, right)
            case ast.BoolOp():
                for left, right in pairwise(node.values):
                    yield from self._swap(node.op, left, right)
            case ast.BinOp():
                yield from self._swap(node.op, node.left, node.right)
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                match = re.compile(rb"not\b\s*|-").match(self._source, self._start(node))
                yield *(match.span() if match else (0, 0)), ""
            case ast.If(test=test) | ast.IfExp(test=test) if not _never_runs_in_tests(test):
                yield from self._replace(test, "True", "False")
            case ast.While(test=test) if not isinstance(test, ast.Constant):
                yield from self._replace(test, "False")
            case ast.comprehension():
                for condition in node.ifs:
                    yield from self._replace(condition, "True")
            case ast.For():
                yield from self._replace(node.iter, "()")
            case ast.ExceptHandler() if node.type:
                yield from self._replace(node.type, "()")
            case ast.AugAssign():
                yield from self._replace(node, "pass")
                yield from self._swap(node.op, node.target, node.value)
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Raise() | ast.Delete():
                yield from self._replace(node, "pass")
            case ast.Expr() if not isinstance(node.value, ast.Constant):
                yield from self._replace(node, "pass")
            case ast.Break():
                yield from self._replace(node, "continue")
            case ast.Continue():
                yield from self._replace(node, "break")
            case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
                yield from self._replace(value, "None")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    if default and not isinstance(default, ast.Constant):
                        yield from self._replace(default, "None")
            case ast.Call() if ast.unparse(node.func) not in _TYPING:
                for argument in node.args:
                    if not isinstance(argument, ast.Constant | ast.Starred):
                        yield from self._replace(argument, "None")
                yield from (self._drop(keyword) for keyword in node.keywords if keyword.arg != "strict")
            case ast.JoinedStr():
                yield from self._replace(node, self._quoted(node, ""))
            case ast.Constant(value=bool() as value):
                yield from self._replace(node, str(not value))
            case ast.Constant(value=int() | float() as value):
                yield from self._replace(node, str(value + 1))
            case ast.Constant(value=str() as value):
                yield from self._replace(node, self._quoted(node, "" if value else "x"))
            case ast.Constant(value=bytes() as value):
                yield from self._replace(node, 'b""' if value else 'b"x"')


def find_mutants(path: str, source: bytes) -> list[Mutant]:
    """Return all mutants of a file, in source order."""
    finder = _Finder(source)
    mutants = set()

    def visit(node: ast.AST, first_line: int) -> None:
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            first_line = node.lineno
        for start, end, text in finder.changes(node):
            mutants.add(Mutant(path, start, end, text, first_line, source.count(b"\n", 0, end) + 1))
        for child in _children(node):
            visit(child, first_line)

    visit(ast.parse(source), 1)
    return sorted(mutants)


def package_of(path: str) -> str:
    """Return the directory of a module within the package, or "(top level)"."""
    return "/".join(path.removeprefix("src/lint_runtime/").split("/")[:-1]) or "(top level)"


def draw(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return about `count` mutants of different lines.

    One half is distributed evenly over the packages. The other half is distributed in proportion to the number
    of lines with mutants in each package.
    """
    lines: dict[str, dict[tuple[str, int], list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    for mutant in mutants:
        lines[package_of(mutant.path)][mutant.path, mutant.last_line].append(mutant)
    total = sum(map(len, lines.values()))
    generator = random.Random(seed)  # noqa: S311 (it is not for secrets)
    drawn: list[Mutant] = []
    for _, places in sorted(lines.items()):
        share = round(count * (1 / len(lines) + len(places) / total) / 2)
        chosen = generator.sample(sorted(places), min(share, len(places)))
        drawn += [generator.choice(places[place]) for place in chosen]
    return drawn
