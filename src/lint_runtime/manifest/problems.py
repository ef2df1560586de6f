"""Collect the problems of a manifest, and check the types of its values."""

from collections.abc import Collection, Mapping

from lint_runtime.manifest.model import Problem
from lint_runtime.manifest.toml import Document, Table, Value
from lint_runtime.text import did_you_mean, quoted

ROOT = "tool.astro"


class Problems:
    """The problems found so far.

    document: the document in which to locate the values
    found: the problems, in the order in which they were added
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = []

    def add(self, code: str, key: str, value: Value, message: str, help: str) -> None:  # noqa: A002
        """Add a problem located at `value`. For a missing key, `value` is the table that lacks the key."""
        # Arrays and tables may span many lines, so point to their key.
        span = value.key if value.kind in ("array", "table") else value.span
        self.found.append(Problem(code, key, self.document.locate(*span), message, help))

    def unknown_keys(self, key: str, table: Mapping[str, Value], known: Collection[str]) -> None:
        """Report each key of a table that is not one of the known keys."""
        for name, value in table.items():
            if name not in known:
                # Point to the key: its value is not the problem.
                at_key = value._replace(span=value.key)
                advice = f"remove it; known keys are {', '.join(known)}"
                # Search small tables only: a search takes 40 µs, and a file may have a million keys.
                if len(table) < 100:
                    advice = did_you_mean(name, known) or advice
                self.add("unknown_key", f"{key}.{name}", at_key, f"Unknown key {quoted(name)}", advice)

    def string(self, key: str, value: Value | None) -> str:
        """Return a string, or "" if there is none. Reports empty strings and values of another type."""
        if value is None:
            return ""
        name = quoted(key.rpartition(".")[2])
        if value.kind != "string":
            self.add("expected_string", key, value, f"{name} must be a string", "put the value in quotes")
        elif not value.data:
            self.add("empty_string", key, value, f"{name} is empty", "write a value, or remove the key")
        return value.data if value.kind == "string" else ""

    def boolean(self, key: str, value: Value | None) -> bool:
        """Return a boolean, or False if there is none. Reports values of another type."""
        if value and value.kind != "boolean":
            message = f"{quoted(key.rpartition('.')[2])} must be true or false"
            self.add("expected_bool", key, value, message, "write true or false")
        return value is not None and value.data is True

    def table(self, key: str, value: Value | None, *, is_named: bool = False) -> Table | None:
        """Return a table, or None if there is none. Reports values of another type.

        is_named: whether each key of the table names a table, as in `[tool.astro.pools.name]`
        """
        table: Table | None = value.data if value and value.kind == "table" else None
        if value and table is None:
            advice = f"write a table for each, as in [{key}.name]"
            advice = advice if is_named else "write '{ … }' with its settings"
            self.add("expected_table", key, value, f"{quoted(key)} must be a table", advice)
        return table

    def strings(self, key: str, value: Value | None) -> list[tuple[str, Value]]:
        """Return the key, such as `tool.astro.packages[0]`, and the value of each string in an array.

        Leaves out and reports blank strings and values of another type.
        """
        if value is None:
            return []
        if value.kind not in ("array", "tables"):
            message = f"{quoted(key.rpartition('.')[2])} must be an array of strings"
            self.add("expected_string_array", key, value, message, "put the strings in brackets")
            return []
        strings = []
        for index, item in enumerate(value.data):
            name = f"{key}[{index}]"
            if item.kind != "string":
                self.add("expected_string", name, item, "The element must be a string", "put it in quotes")
            elif not item.data.strip():
                self.add("empty_string", name, item, "The element is blank", "write a value, or remove it")
            else:
                strings.append((name, item))
        return strings
