"""Read the settings of the editor."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.config.keys import described, read_config
from lint_runtime.text import did_you_mean, parse_day, quoted

_CONFIG_KEYS = {"table": "table", "warnWithin": "warn-within"}
"""The keys of a configuration file, by the name of the setting with the same values."""

_NAMES = (*_CONFIG_KEYS, "asOf", "inlayHints")


class EditorSettings(NamedTuple):
    """The settings of the editor.

    overrides: the settings that override a configuration file, keyed by field of Config
    as_of: the day to check for, or None for today
    shows_hints: whether to show inlay hints
    problems: the error messages about settings, which are ignored
    """

    overrides: Mapping[str, Any] = {}
    as_of: date | None = None
    shows_hints: bool = True
    problems: tuple[str, ...] = ()


def read_settings(options: Mapping[str, object]) -> EditorSettings:
    """Read and check settings. None and "" mean that a setting is not set."""
    overrides: dict[str, Any] = {}
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in options.items():
        if value in (None, ""):
            continue
        if key := _CONFIG_KEYS.get(name):
            config, wrong = read_config({key: value})
            problems += (problem.replace(key, name, 1) for problem in wrong)
            if not wrong:
                field = key.replace("-", "_")
                overrides[field] = getattr(config, field)
        elif name == "asOf":
            values["as_of"] = parse_day(value) if isinstance(value, str) else None
            if values["as_of"] is None:
                problems.append(f"asOf: must be a date (YYYY-MM-DD), not {described(value)}")
        elif name == "inlayHints":
            values["shows_hints"] = value is not False
            if not isinstance(value, bool):
                problems.append(f"inlayHints: must be true or false, not {described(value)}")
        # By convention, editors keep the log level of a server in `trace`.
        elif name != "trace":
            hint = did_you_mean(name, _NAMES) or f"choose from {', '.join(_NAMES)}"
            problems.append(f"unknown setting {quoted(name)}; {hint}")
    return EditorSettings(overrides, problems=tuple(problems), **values)
