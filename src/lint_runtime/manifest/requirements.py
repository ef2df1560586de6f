"""Read requirements in `dependencies`: which ones name Airflow, and the version that they pin."""

import re

AIRFLOW = "apache-airflow"
CORE = "apache-airflow-core"

_MAY_BE_AIRFLOW = r"(?i)\s*apache[-_.]+airflow(?:[-_.]+core)?(?![-_.a-z0-9])"
_OTHER_OPERATOR = "[<>!~,=]"
_HEAD = r"([^\[ \t<>=!~;@(]*)\s*(?:\[[^\];]*\]\s*)?([^;]*)"
VERSION = r"[0-9]+(?:\.[0-9]+){0,2}"


def split_requirement(text: str) -> tuple[str, tuple[int, int]]:
    """Return the name in a stripped requirement, and the offsets of its specifier or of `@` and a URL."""
    match = next(re.finditer(_HEAD, text))
    return match[1], (match.start(2), match.start(2) + len(match[2].rstrip()))


def is_airflow(text: str) -> bool:
    """Return whether a requirement names `apache-airflow` or `apache-airflow-core`."""
    # Fast path: most requirements name other distributions.
    return bool(re.match(_MAY_BE_AIRFLOW, text)) and distribution(text) in (AIRFLOW, CORE)


def distribution(text: str) -> str:
    """Return the normalized name of the distribution that a requirement names."""
    return re.sub("[-_.]+", "-", split_requirement(text.strip())[0].lower())


def read_pin(text: str) -> str:
    """Return the version that a requirement pins, or "" if it pins none.

    `==3.3.*` pins the series 3.3, `==3.*` the generation 3. `==3.3` pins the release 3.3.0.
    """
    name, operator, version = re.split("[;@]", text, maxsplit=1)[0].partition("==")
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
    """Return whether a pin such as `3` or `3.3` includes an Airflow version."""
    return f"{airflow}.".startswith(f"{pin}.")


def requirement_for(name: str, version: str) -> str:
    """Return the requirement that pins a series, a generation or a release."""
    return f"{name}=={version}{'' if version.count('.') == 2 else '.*'}"
