"""Parse the bytes of a `pyproject.toml` into a manifest."""

import re
from collections.abc import Iterator

from lint_runtime.diagnostics import Comment
from lint_runtime.files import MAX_FILE
from lint_runtime.manifest.airflow import (
    check_build,
    check_dockerfile,
    check_removed_key,
    check_requirements,
)
from lint_runtime.manifest.links import check_links, check_pools, check_secrets
from lint_runtime.manifest.model import Manifest, Problem, Requirement, Text
from lint_runtime.manifest.problems import ROOT, Problems
from lint_runtime.manifest.requirements import distribution, is_airflow, read_pin, split_requirement
from lint_runtime.manifest.toml import Document, Table, TomlError, Value, decode
from lint_runtime.text import quoted

_KEYS = (
    *("airflow", "build-secrets", "deployments", "dockerfile", "domain", "env", "organization", "packages"),
    *("pools", "runtime", "target", "targets", "workspace"),
)
_MARK = re.compile(r"(?i)#[ \t]*lint-runtime(?:[ \t]*:|[ \t]+ignore\b)")
_CONTENT = re.compile(r"[^ \t\r\n]")
_PROJECT_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
# Matches a line that seems to declare `tool.astro`. Used if a syntax error above the line ends the parsing.
_DECLARATION = re.compile(
    "(?i)(?:^\ufeff?|[\r\n])[ \t]*(?:"
    r"\[{0,2}[ \t]*[\"']?tool[\"']?[ \t]*\.[ \t]*[\"']?astro(?![\w-])|[\"']?astro[\"']?[ \t]*[.=])"
)


def parse_manifest(data: bytes) -> Manifest | None:
    """Parse a `pyproject.toml`. Returns None if it does not declare the table `tool.astro`.

    If the file cannot be parsed, a line that looks like the declaration of the table counts as one.
    """
    document = Document(decode(data[:MAX_FILE]))
    errors: list[tuple[int, str]] = []
    try:
        document.parse()
    except TomlError as error:
        errors.append((error.offset, str(error)))
    if len(data) > MAX_FILE:
        errors = [(0, f"The file is larger than {MAX_FILE >> 20} MiB")]
    projects, tools = _spellings([document.root], "project"), _spellings([document.root], "tool")
    sections, uv = _spellings(_tables(tools), "astro"), _spellings(_tables(tools), "uv")
    if not sections and not (errors and _DECLARATION.search(document.text.replace("\0", ""))):
        return None
    for name, values in {"project": projects, "tool": tools, ROOT: sections, "tool.uv": uv}.items():
        message = f"'{name}' must be a table"
        errors += ((value.span[0], message) for value in values if value.kind != "table")
    errors += _wrong_types(_tables(projects))
    errors += _impossible_values(document, [*sections, *uv])
    if errors:
        offset, message = min(errors)
        place = document.locate(offset, offset)
        problem = Problem("parse_error", "", place, message, "")
        return Manifest(place, error=problem, comments=_find_comments(document))
    has_constraints = any("constraint-dependencies" in value.data for value in uv)
    return _read(document, projects, sections)._replace(has_constraints=has_constraints)


def _tables(values: list[Value]) -> list[Table]:
    """Return the tables in `values`."""
    return [value.data for value in values if value.kind == "table"]


def _spellings(tables: list[Table], name: str) -> list[Value]:
    """Return the values of all keys that equal `name` in any letter case, in the order of the file."""
    found = [value for table in tables for key, value in table.items() if key.lower() == name]
    return sorted(found, key=lambda value: value.span)


def _wrong_types(projects: list[Table]) -> Iterator[tuple[int, str]]:
    """Yield an offset and a message for each value of the wrong type.

    The CLI cannot decode a file with such a value, so these are parse errors, not problems of a key.
    """
    for name in ("name", "requires-python"):
        for value in _spellings(projects, name):
            if value.kind != "string":
                yield value.span[0], f"'{name}' must be a string"
    for name in ("dependencies", "dynamic"):
        for value in _spellings(projects, name):
            wrong: Value | None = value
            if value.kind == "array":
                wrong = next((item for item in value.data if item.kind != "string"), None)
            if wrong:
                yield wrong.span[0], f"'{name}' must be an array of strings"


def _impossible_values(document: Document, values: list[Value]) -> Iterator[tuple[int, str]]:
    """Yield an offset and a message for each impossible date or number in `values`, at any depth."""
    # A loop, not recursion: a dotted key may have thousands of parts, and each part is a table.
    while document.impossible and values:
        value = values.pop()
        if value.kind in ("table", "tables", "array"):
            values += value.data.values() if value.kind == "table" else value.data
        elif value.span in document.impossible:
            yield value.span[0], f"The {value.kind} {quoted(value.data)} does not exist"


def _read(document: Document, projects: list[Value], sections: list[Value]) -> Manifest:
    """Return the manifest in a document that has no parse errors.

    projects: the tables named `project` in any letter case, such as `Project`
    sections: the tables named `tool.astro` in any letter case
    """
    problems = Problems(document)
    table = sections[0]
    section: dict[str, Value] = {key: value for other in sections for key, value in other.data.items()}
    fields = [(key.lower(), value) for other in projects for key, value in other.data.items()]
    # If a key appears in several letter cases, the last one in the file wins.
    project = dict(sorted(fields, key=lambda field: field[1].span))
    lacking = projects[0] if projects else table
    name = project.get("name")
    if name is None or not name.data:
        problems.add("required", "project.name", name or lacking, "The project has no name", "add 'name'")
    elif not re.fullmatch(_PROJECT_NAME, name.data):
        message = f"{quoted(name.data)} is not a valid project name"
        advice = "use letters, digits and '-._', with a letter or digit at both ends"
        problems.add("project_name_invalid", "project.name", name, message, advice)

    dependencies, dynamic = project.get("dependencies"), project.get("dynamic")
    items: list[Value] = dependencies.data if dependencies else []
    requirements = tuple(
        _read_requirement(document, item, index, dependencies or lacking)
        for index, item in enumerate(items)
        if is_airflow(item.data)
    )
    stating = check_requirements(problems, requirements, items, dependencies or lacking)
    for item in dynamic.data if dynamic else ():
        if item.data == "dependencies":
            message = "Dynamic dependencies cannot state the Airflow version"
            advice = "list the dependencies, and remove 'dependencies' from 'dynamic'"
            problems.add("dependencies_dynamic", "project.dynamic", item, message, advice)
            break
    check_removed_key(problems, section.get("airflow"), stating)

    problems.unknown_keys(ROOT, section, _KEYS)
    texts: dict[str, Text | None] = {}
    for key in ("domain", "dockerfile", "organization", "runtime", "workspace"):
        problems.string(f"{ROOT}.{key}", section.get(key))
        texts[key] = _read_text(document, section.get(key))
    build, dockerfile = texts["runtime"], texts["dockerfile"]
    if build:
        pin = next((requirement.pin for requirement in requirements if requirement.pin), "")
        check_build(problems, build, section["runtime"], dockerfile, pin)
    if dockerfile:
        check_dockerfile(problems, dockerfile, section["dockerfile"])
    _check_others(problems, section, texts)
    return Manifest(
        document.locate(*table.key),
        problems=tuple(sorted(problems.found, key=lambda problem: (problem.key, problem.code))),
        requirements=requirements,
        build=build,
        requires_python=_read_text(document, project.get("requires-python")),
        dockerfile=dockerfile,
        comments=_find_comments(document),
    )


def _check_others(problems: Problems, section: dict[str, Value], texts: dict[str, Text | None]) -> None:
    """Check the keys of `tool.astro` that do not affect the image.

    section: the values of `tool.astro`
    texts: the strings of `tool.astro` that were checked already; None for a missing or blank string
    """
    target, workspace = section.get("target"), section.get("workspace")
    default_target = ""
    if target and target.kind == "table":
        message = "'target' must be the name of a target"
        advice = f"write the settings of a target below [{ROOT}.targets]"
        problems.add("target_not_a_name", f"{ROOT}.target", target, message, advice)
    else:
        default_target = problems.string(f"{ROOT}.target", target)
    # The CLI does not trim the workspace, so a workspace of only spaces counts.
    has_workspace = bool(workspace and workspace.kind == "string" and workspace.data)
    links = section.get("deployments")
    uses_login = check_links(problems, links, default_target, has_workspace=has_workspace)
    if texts["domain"] and not has_workspace and not uses_login:
        message = "'domain' has no use without a workspace or a link to an Astro Deployment"
        key, place = f"{ROOT}.domain", section["domain"]
        problems.add("domain_without_workspace", key, place, message, "add 'workspace'")
    if texts["organization"] and not has_workspace:
        message = "'organization' has no use without a workspace"
        key, place = f"{ROOT}.organization", section["organization"]
        problems.add("organization_without_workspace", key, place, message, "add 'workspace'")
    problems.strings(f"{ROOT}.packages", section.get("packages"))
    problems.table(f"{ROOT}.env", section.get("env"))
    targets = problems.table(f"{ROOT}.targets", section.get("targets"), is_named=True)
    for name, value in targets.items() if targets else ():
        problems.table(f"{ROOT}.targets.{name}", value)
    check_pools(problems, section.get("pools"))
    check_secrets(problems, section.get("build-secrets"), has_dockerfile=texts["dockerfile"] is not None)


def _stripped(document: Document, value: Value) -> tuple[int, int, bool]:
    """Return the offsets of the text in a string, and whether that text has no escape sequences.

    The offsets exclude the quotes. Without escape sequences, they exclude surrounding spaces, too.
    """
    start, end = document.content(value.span)
    is_literal = document.text[start:end] == value.data
    if is_literal:
        text = value.data.strip()
        start += value.data.index(text)
        end = start + len(text)
    return start, end, is_literal


def _read_text(document: Document, value: Value | None) -> Text | None:
    """Return a string without surrounding spaces, or None if it is missing, blank or of another type."""
    if value is None or value.kind != "string" or not (text := value.data.strip()):
        return None
    start, end, is_literal = _stripped(document, value)
    return Text(text, document.locate(start, end), document.locate(*value.key), is_literal)


def _read_requirement(document: Document, value: Value, number: int, key: Value) -> Requirement:
    text = value.data.strip()
    start, end, is_literal = _stripped(document, value)
    name, (first, last) = split_requirement(text)
    return Requirement(
        text=text,
        location=document.locate(start, end),
        key=document.locate(*key.key),
        number=number,
        distribution=distribution(text),
        name=name,
        specifier_location=document.locate(start + first, start + last) if is_literal else None,
        pin=read_pin(text),
    )


def _find_comments(document: Document) -> tuple[Comment, ...]:
    """Return the `# lint-runtime` comments, each with the line that it applies to."""
    text = document.text
    if not _MARK.search(text):
        return ()
    found: list[Comment] = []
    target, next_start = 0, len(text)
    # Go from the end of the file to the start. A comment alone on its line applies to the value below it.
    for start, end in reversed(document.comments):
        if match := _CONTENT.search(text, end, next_start):
            target = document.locate(match.start(), match.start()).line
        place = document.locate(start, end)
        line_start = start - place.column + 1
        if text[line_start:start].strip():
            # A value precedes the comment on its line, so the comment applies to that value.
            target = place.line
        if _MARK.match(text, start, end):
            found.append(Comment(place, text[start + 1 : end].strip(), target))
        next_start = line_start
    return tuple(reversed(found))
