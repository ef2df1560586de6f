"""The content of an Astro manifest, with the place of each value."""

from typing import NamedTuple

from lint_runtime.diagnostics import Comment, Location
from lint_runtime.manifest import requirements


class Text(NamedTuple):
    """A string in the manifest.

    text: the string without surrounding spaces
    location: the text between the quotes, without surrounding spaces
    key: the key of the string
    is_literal: whether the source text at `location` equals `text`. False after an escape sequence.
    """

    text: str
    location: Location
    key: Location
    is_literal: bool


class Requirement(NamedTuple):
    """A requirement for `apache-airflow` or `apache-airflow-core`.

    text: the requirement without surrounding spaces
    location: the text between the quotes, without surrounding spaces
    key: the key `dependencies`
    number: the index in the array
    distribution: the normalized name
    name: the name as written
    specifier_location: the version specifier, or `@` and a URL. None if the string has escape sequences
    pin: the pinned version, such as `3.3` for `==3.3.*` and `3.3.0` for `==3.3`, or ""
    """

    text: str
    location: Location
    key: Location
    number: int
    distribution: str
    name: str
    specifier_location: Location | None
    pin: str


class Problem(NamedTuple):
    """A reason for the Astro CLI to refuse a manifest.

    code: the code of the CLI, such as `airflow_unpinned`, or "parse_error"
    key: the dotted key, such as `project.dependencies[0]`, or "" for the file
    location: the value, or the key of an array or table; the table that lacks a required key
    message: one sentence on the problem
    help: the text to write, or ""
    """

    code: str
    key: str
    location: Location
    message: str
    help: str


class Manifest(NamedTuple):
    """A `pyproject.toml` with the table `tool.astro`.

    location: the header or key of the table
    error: the reason that the file cannot be parsed, or None. With an error, only comments are set.
    problems: the reasons for the CLI to refuse the manifest, by key and code
    requirements: the requirements that name Airflow, in the order of the file
    build: `tool.astro.runtime`, or None if it is missing or blank
    requires_python: `project.requires-python`, or None
    dockerfile: `tool.astro.dockerfile`, or None if it is missing or blank
    has_constraints: whether `tool.uv` has `constraint-dependencies`
    comments: the comments that mention this tool
    """

    location: Location
    error: Problem | None = None
    problems: tuple[Problem, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    build: Text | None = None
    requires_python: Text | None = None
    dockerfile: Text | None = None
    has_constraints: bool = False
    comments: tuple[Comment, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the CLI loads the manifest, without other files and without a network."""
        return not self.error and not self.problems

    @property
    def requirement(self) -> Requirement | None:
        """The requirement that states the Airflow version: the first with a pin, else the first."""
        pinned = (requirement for requirement in self.requirements if requirement.pin)
        return next(pinned, self.requirements[0] if self.requirements else None)

    @property
    def pin(self) -> str:
        """The pinned Airflow version, or ""."""
        return self.requirement.pin if self.requirement else ""

    @property
    def series(self) -> str:
        """The Airflow series of the pin, only the major version if the pin has no more, or ""."""
        return requirements.series(self.pin)

    @property
    def generation(self) -> str:
        """The major version of Airflow, or ""."""
        return requirements.generation(self.pin)
