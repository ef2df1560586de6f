"""What applies to a file, as TOML that says of every value where it comes from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lint_runtime.config.keys import OFF
from lint_runtime.config.model import Config
from lint_runtime.config.settings import Applied
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import Platform, spelled
from lint_runtime.text import COMMAND, visible

_OPTIONS = {"build_args": "--build-arg"}


def shown(path: str, applied: Applied | None, given: Mapping[str, Any]) -> str:
    """Return the settings that apply to `path`. `given`: what options gave, by field of Config."""
    if applied is None:
        return f"# {visible(path)} is excluded by the configuration"
    lines = [f"# {visible(path)}"]
    for field, value in zip(Config._fields, applied.config, strict=True):
        for name, key, written in _written(field.replace("_", "-"), value):
            origin = " and ".join(_origins(field, name, applied, given)) or "default"
            lines.append(f"{key} = {written}  # {origin}" if written else f"# {key} is not set")
    return "\n".join(lines)


def _origins(field: str, name: str, applied: Applied, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield where a value comes from. `name`: which entry of a table it is."""
    key = field.replace("_", "-")
    file = applied.file
    is_in_file = file is not None and key in file.keys
    is_given = field in given and (field != "build_args" or name in given[field])
    is_replaced = is_given and field != "ignore"
    is_emptied = "select" in given and field in ("ignore", "extend_select")
    if file and is_in_file and not is_replaced and not is_emptied:
        yield visible(file.path)
    if is_given:
        yield _OPTIONS.get(field, f"--{key}")
    elif is_emptied or (file and field == "severity" and applied.config.severity != file.config.severity):
        yield "--select"
    if file and field == "ignore":
        before = given.get(field, frozenset()) | (frozenset() if is_emptied else file.config.ignore)
        if applied.config.ignore != before:
            yield f"per-file-ignores in {visible(file.path)}"


def _written(key: str, value: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the entries, keys and values, as TOML, that make up the value of a key; "" for no value."""
    table = value._asdict() if hasattr(value, "_asdict") else value
    if not isinstance(table, Mapping):
        yield "", key, "" if value is None else _value(value)
        return
    entries = {name: OFF if entry is None else entry for name, entry in table.items() if entry != ""}
    # An ARG may well be given as nothing.
    entries = dict(table) if key == "build-args" else entries
    for name, entry in entries.items():
        yield name, f"{key}.{_key(name)}", _value(entry)
    if not entries:
        yield "", key, "{}"


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, Platform):
        return _value(spelled(value))
    if isinstance(value, (frozenset, tuple)):
        items = sorted(value) if isinstance(value, frozenset) else value
        return f"[{', '.join(map(_value, items))}]"
    if isinstance(value, (bool, int)):
        return str(value).lower()
    return _string(value.value if isinstance(value, Severity) else str(value))


def _string(text: str) -> str:
    """Write a string so that nothing in it reaches a terminal, nor the log of a CI system, as a command."""
    escaped = re.sub(COMMAND, r"#\\u0023", "".join(map(_character, text)))
    return f'"{escaped}"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        # A byte of the command line that is not text; TOML has no way to write it.
        return "\\ufffd"
    return character if character.isprintable() else f"\\U{code:08x}"
