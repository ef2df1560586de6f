"""What applies to a file, as TOML that says of every value where it comes from."""

import json
import re
from collections.abc import Collection, Iterator, Mapping

from lint_runtime.config import Config
from lint_runtime.diagnostic import Severity, visible
from lint_runtime.keys import OFF
from lint_runtime.platform import Platform, spelled
from lint_runtime.settings import Applied

_OPTIONS = {"build_args": "--build-arg"}


def shown(path: str, applied: Applied | None, given: Collection[str]) -> str:
    """Return the settings that apply to `path`. `given`: the fields of Config that options gave."""
    if applied is None:
        return f"# {visible(path)} is not linted: the configuration excludes it"
    lines = [f"# {visible(path)}"]
    for field, value in zip(Config._fields, applied.config, strict=True):
        origin = _origin(field, applied, given)
        for key, written in _written(field.replace("_", "-"), value):
            lines.append(f"{key} = {written}  # {origin}" if written else f"# {key} is not set")
    return "\n".join(lines)


def _origin(field: str, applied: Applied, given: Collection[str]) -> str:
    key = field.replace("_", "-")
    origins = [_OPTIONS.get(field, f"--{key}")] if field in given else []
    if "select" in given and not origins and field in ("ignore", "extend_select"):
        origins = ["--select"]
    if applied.file and key in applied.file.keys and (not origins or field == "build_args"):
        origins.insert(0, visible(applied.file.path))
    return " and ".join(origins) or "default"


def _written(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the keys and values, as TOML, that stand for the value of a key; "" for none at all."""
    entries = value._asdict() if hasattr(value, "_asdict") else value
    if isinstance(entries, Mapping):
        for name, entry in entries.items():
            if entry != "":
                yield f"{key}.{_key(name)}", OFF_TEXT if entry is None else _value(entry)
        if not any(entry != "" for entry in entries.values()):
            yield key, "{}"
    else:
        yield key, "" if value is None else _value(value)


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, Platform):
        return _value(spelled(value))
    if isinstance(value, (frozenset, tuple)):
        items = sorted(value) if isinstance(value, frozenset) else value
        return f"[{', '.join(map(_value, items))}]"
    if isinstance(value, Severity):
        return _value(value.value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


OFF_TEXT = _value(OFF)
