"""The values of an Astro manifest, with their locations in the file."""

from typing import NamedTuple

from lint_runtime.diagnostics import Comment, Location
from lint_runtime.manifest import requirements


class Text(NamedTuple):
    """A string in the manifest.

    text: the string without surrounding spaces
    location: the location between the quotes. Without escape sequences, it excludes spaces around the text.
    key: the location of the key
    is_literal: whether the string has no escape sequences, so that the file has `text` at `location`
    """

    text: str
    location: Location
    key: Location
    is_literal: bool


class Requirement(NamedTuple):
    """A requirement for `apache-airflow` or `apache-airflow-core`.

    text: the requirement without surrounding spaces
    location: the location of the string without quotes and, if it has no escape sequences, without
        surrounding spaces
    key: the location of the key `dependencies`
    number: the index in `dependencies`
    distribution: the normalized name, `apache-airflow` or `apache-airflow-core`
    name: the name as written
    specifier_location: the location of the version specifier, or of `@` and the URL after it. None if the
        string has escape sequences
    pin: the pinned version, or "". For example `3.3` for `==3.3.*`, and `3.3.0` for `==3.3`
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

    code: the error code of the CLI, such as `airflow_unpinned`, or "parse_error"
    key: the dotted key with the problem, such as `project.dependencies[0]`, or "" for a parse error
    location: the location of the value. For an array or table, the location of its key or header. For a
        missing key, the location of the key or header of the table that lacks the key
    message: one sentence that says what is wrong
    help: what to do instead, or ""
    """

    code: str
    key: str
    location: Location
    message: str
    help: str


class Manifest(NamedTuple):
    """A `pyproject.toml` with the table `tool.astro`.

    location: the location of the table's header or key. If there is an error, the location of the error
    error: the reason that the CLI cannot parse the file, or None. If there is an error, the only other
        fields with values are `location` and `comments`
    problems: the reasons for the CLI to refuse the manifest, sorted by key and code
    requirements: the requirements for Airflow, in the order of the file
    build: `tool.astro.runtime`, or None if it is missing or blank
    requires_python: `project.requires-python`, or None if it is missing or blank
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
        """Whether the CLI accepts the manifest, as far as this file alone can tell."""
        return not self.error and not self.problems

    @property
    def requirement(self) -> Requirement | None:
        """The requirement that states the Airflow version, or None if no requirement is for Airflow.

        This is the first requirement with a pin. If none has a pin, it is the first requirement.
        """
        pinned = (requirement for requirement in self.requirements if requirement.pin)
        return next(pinned, self.requirements[0] if self.requirements else None)

    @property
    def pin(self) -> str:
        """The pinned Airflow version, such as `3.3` or `3.3.2`. "" without a pin."""
        return self.requirement.pin if self.requirement else ""

    @property
    def series(self) -> str:
        """The pin without its patch version: `3.3` for `3.3.2`, and `3` for `3`. "" without a pin."""
        return requirements.series(self.pin)

    @property
    def generation(self) -> str:
        """The major version of the pin, such as `3`. "" without a pin."""
        return requirements.generation(self.pin)
