"""Read the settings of the editor."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.config.keys import described, read_config, rules_of
from lint_runtime.text import did_you_mean, parse_day, quoted

_CONFIG_KEYS = {"table": "table", "warnWithin": "warn-within"}
"""Maps a setting to the key of a configuration file that takes the same values."""

_CHOICES: dict[str, tuple[str, tuple[object, ...]]] = {
    "diagnosticMode": ("diagnostic_mode", ("openFiles", "workspace")),
    "runOn": ("run_on", ("type", "save")),
    "inlayHints": ("inlay_hints", ("full", "short", "off")),
    "syntaxFindings": ("syntax_findings", (True, False)),
    "suppressActions": ("suppress_actions", (True, False)),
}
"""Maps a setting to its field of EditorSettings and its possible values."""

_NAMES = (*_CONFIG_KEYS, "asOf", *_CHOICES)


class EditorSettings(NamedTuple):
    """The settings of the editor.

    overrides: the settings that override a configuration file, keyed by field of Config
    as_of: the day to check for, or None for today
    diagnostic_mode: which files are checked: `openFiles` or `workspace`
    run_on: when an open document is checked: on `type` or on `save`
    inlay_hints: the length of hints: `full`, `short` or `off`
    syntax_findings: whether to show findings of the topic `syntax`
    suppress_actions: whether to offer suppressions
    problems: the error messages about unknown and invalid settings. These settings have no effect.
    """

    overrides: Mapping[str, Any] = {}
    as_of: date | None = None
    diagnostic_mode: str = "openFiles"
    run_on: str = "type"
    inlay_hints: str = "full"
    syntax_findings: bool = True
    suppress_actions: bool = True
    problems: tuple[str, ...] = ()


def read_settings(options: Mapping[str, object]) -> EditorSettings:
    """Read and check settings. None and "" mean that a setting is not set."""
    overrides: dict[str, Any] = {}
    values: dict[str, Any] = {}
    problems: list[str] = []
    given = {name: value for name, value in options.items() if value not in (None, "")}
    for name, value in given.items():
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
        elif name in _CHOICES:
            field, choices = _CHOICES[name]
            if isinstance(value, type(choices[0])) and value in choices:
                values[field] = value
            else:
                wanted = "true or false" if True in choices else f"one of {', '.join(map(str, choices))}"
                problems.append(f"{name}: must be {wanted}, not {described(value)}")
        # Ignore `trace`: by convention, editors keep the log level of a server in it.
        elif name != "trace":
            hint = did_you_mean(name, _NAMES) or f"choose from {', '.join(_NAMES)}"
            problems.append(f"unknown setting {quoted(name)}; {hint}")
    if values.get("syntax_findings") is False:
        overrides["ignore"] = rules_of({"syntax"})
    return EditorSettings(overrides, problems=tuple(problems), **values)
