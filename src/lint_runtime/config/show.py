"""The settings of a file as TOML, with the origin of each value."""

import re
from collections.abc import Mapping
from typing import Any

from lint_runtime.config.keys import OFF
from lint_runtime.config.model import Requirements
from lint_runtime.config.settings import FileSettings
from lint_runtime.dockerfile.platforms import Platform, spelled
from lint_runtime.text import COMMAND, visible


def render_settings(path: str, settings: FileSettings | None, options: Mapping[str, Any]) -> str:
    """Return the settings of a file as TOML, with the origin of each value.

    path: the path of the file
    settings: the settings, or None if the file is excluded
    options: the values of command-line options, keyed by field of Config
    """
    if settings is None:
        return f"# {visible(path)} is excluded by the configuration"
    lines = [f"# {visible(path)}"]
    for field, value in settings.config._asdict().items():
        key = field.replace("_", "-")
        if value is None:
            lines.append(f"# {key} is not set")
            continue
        table = value._asdict() if isinstance(value, Requirements) else value
        rows = []
        for name, entry in table.items() if isinstance(table, Mapping) else ():
            # Leave out empty specifiers, the default. Keep empty build arguments, which are valid values.
            if entry != "" or field == "build_args":
                toml_name = name if re.fullmatch("[A-Za-z0-9_-]+", name) else _toml(name)
                rows.append((name, f"{key}.{toml_name}", entry))
        for name, toml_key, entry in rows or [("", key, {} if isinstance(table, Mapping) else value)]:
            lines.append(f"{toml_key} = {_toml(entry)}  # {_origin(field, name, settings, options)}")
    return "\n".join(lines)


def _origin(field: str, name: str, settings: FileSettings, options: Mapping[str, Any]) -> str:
    """Return the origin of the value of a field, or of its entry `name` if the field has entries."""
    origins = []
    key = field.replace("_", "-")
    file = settings.config_file
    is_given = field in options and (field != "build_args" or name in options[field])
    is_emptied = "select" in options and field in ("ignore", "extend_select")
    if file and key in file.keys and not is_emptied and (field == "ignore" or not is_given):
        origins.append(visible(file.path))
    if is_given:
        origins.append("--build-arg" if field == "build_args" else f"--{key}")
    elif is_emptied or (file and field == "severity" and settings.config.severity != file.config.severity):
        origins.append("--select")
    if file and field == "ignore":
        before = options.get(field, frozenset()) | (frozenset() if is_emptied else file.config.ignore)
        if settings.config.ignore != before:
            origins.append(f"per-file-ignores in {visible(file.path)}")
    return " and ".join(origins) or "default"


def _toml(value: object) -> str:
    """Return a value as TOML. Escapes control characters and CI commands."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (frozenset, tuple)) and not isinstance(value, Platform):
        items = sorted(value) if isinstance(value, frozenset) else value
        return f"[{', '.join(map(_toml, items))}]"
    if isinstance(value, (bool, int)):
        return str(value).lower()
    text = OFF if value is None else spelled(value) if isinstance(value, Platform) else str(value)
    text = text.replace("\\", r"\\").replace('"', r"\"")
    # Replace surrogates, which stand for bytes that are not UTF-8: TOML cannot represent surrogates.
    text = re.sub("[\ud800-\udfff]", r"\\ufffd", text)
    text = "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}" for character in text
    )
    return '"' + re.sub(COMMAND, r"#\\u0023", text) + '"'
