"""Parse Airflow requirements and `requires-python`, as the Astro CLI does."""

import re

AIRFLOW = "apache-airflow"
CORE = "apache-airflow-core"

_MAY_BE_AIRFLOW = r"(?i)\s*apache[-_.]+airflow(?:[-_.]+core)?(?![-_.a-z0-9])"
_OTHER_OPERATOR = "[<>!~,=]"
_HEAD = r"([^\[ \t<>=!~;@(]*)\s*(?:\[[^\];]*\]\s*)?([^;]*)"
_CLAUSE = r"(~=|==|!=|<=|>=|<|>)\s*([0-9]{1,18}(?:\.[0-9]{1,18})*)(\.\*)?"
VERSION = r"[0-9]+(?:\.[0-9]+){0,2}"

PythonRange = tuple[tuple[str, tuple[int, ...], bool], ...]
"""The clauses of a specifier, each as operator, version and whether `.*` follows.

For example `(("==", (3, 12), True),)` for `==3.12.*`.
"""


def split_requirement(text: str) -> tuple[str, tuple[int, int]]:
    """Return the name in a requirement, and the offsets of its version specifier or of `@` and a URL.

    text: the requirement without surrounding spaces
    """
    match = next(re.finditer(_HEAD, text))
    return match[1], (match.start(2), match.start(2) + len(match[2].rstrip()))


def is_airflow(text: str) -> bool:
    """Return whether a requirement names `apache-airflow` or `apache-airflow-core`."""
    # Fast path: most requirements name other distributions.
    return bool(re.match(_MAY_BE_AIRFLOW, text)) and distribution(text) in (AIRFLOW, CORE)


def distribution(text: str) -> str:
    """Return the normalized name in a requirement: `apache-airflow` for `Apache_Airflow[celery]==3.3`."""
    return re.sub("[-_.]+", "-", split_requirement(text.strip())[0].lower())


def read_pin(text: str) -> str:
    """Return the version that a requirement pins, or "" if it pins none.

    `==3.3.*` pins the series 3.3, and `==3.*` pins the major version 3. `==3.3` pins the release 3.3.0.
    """
    name, operator, version = re.split("[;@]", text)[0].partition("==")
    name, version = name.strip(), version.strip()
    before, bracket, after = name.partition("[")
    if bracket:
        _, closed, after = after.partition("]")
        if not closed or "]" in before:
            return ""
        name = before + after
    if not operator or re.search(_OTHER_OPERATOR, name):
        return ""
    is_series = version.endswith(".*")
    version = version.removesuffix(".*")
    if not re.fullmatch(VERSION, version):
        return ""
    return version if is_series else version + ".0" * (2 - version.count("."))


def generation(pin: str) -> str:
    """Return the major version of a pin: `3` for `3.3` and `3.3.2`."""
    return pin.partition(".")[0]


def series(pin: str) -> str:
    """Return a pin without the patch version: `3.3` for `3.3.2`, and `3` for `3`."""
    return ".".join(pin.split(".")[:2])


def covers(pin: str, airflow: str) -> bool:
    """Return whether a pin includes an Airflow version: `3`, `3.3` and `3.3.2` include 3.3.2."""
    return f"{airflow}.".startswith(f"{pin}.")


def requirement_for(name: str, version: str) -> str:
    """Return a requirement that pins a version: `name==3.3.*` for 3.3, and `name==3.3.2` for 3.3.2."""
    return f"{name}=={version}{'' if version.count('.') == 2 else '.*'}"


def parse_python_range(text: str) -> PythonRange | None:
    """Parse `requires-python`. Returns None for text that the CLI ignores, such as `^3.12` or `>=3.12,`."""
    clauses = []
    for part in text.split(","):
        match = re.fullmatch(_CLAUSE, part.strip())
        if match is None:
            return None
        operator, version, wildcard = match.groups()
        if (wildcard and operator not in ("==", "!=")) or (operator == "~=" and "." not in version):
            return None
        clauses.append((operator, tuple(map(int, version.split("."))), wildcard is not None))
    return tuple(clauses)


def admits(clauses: PythonRange, python: str) -> bool:
    """Return whether each clause admits some patch release of a Python series such as `3.13`."""
    numbers = _pad(tuple(map(int, python.split("."))))
    return all(_admits(numbers, *clause) for clause in clauses)


def _admits(python: tuple[int, ...], operator: str, version: tuple[int, ...], is_wildcard: bool) -> bool:
    minor = _pad(version[:2])
    is_named = python[:1] == version if is_wildcard and len(version) == 1 else python == minor
    if operator == "==":
        return is_named
    if operator == "!=":
        # Only a wildcard such as `!=3.13.*` excludes a whole series. `!=3.13` excludes one release, 3.13.0.
        return not (is_wildcard and is_named) or len(version) > 2
    if operator == "~=":
        return is_named if len(version) > 2 else minor <= python and python[0] == minor[0]
    if operator in (">=", ">"):
        return python >= minor
    return python < _pad(version) or (operator == "<=" and python == _pad(version))


def _pad(version: tuple[int, ...]) -> tuple[int, ...]:
    """Pad a version to three numbers: 3.13 becomes 3.13.0. Drops trailing zeros after the third number."""
    while len(version) > 3 and version[-1] == 0:
        version = version[:-1]
    return version + (0,) * (3 - len(version))
