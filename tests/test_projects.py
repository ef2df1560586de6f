"""Projects: the image that the Astro CLI generates for a manifest, and the edits of the manifest."""

from __future__ import annotations

from datetime import date

from lint_runtime.diagnostics import edited
from lint_runtime.images import Destination, parse_tag
from lint_runtime.lifecycle.model import Lifecycle
from lint_runtime.manifest.model import Manifest
from lint_runtime.manifest.parser import parse_manifest
from lint_runtime.projects import Project, Refusal, project_image, project_stage
from tests.conftest import AS_OF, KNOWN, TABLE

TWO, THREE = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
AIRFLOW, CORE = "apache-airflow", "apache-airflow-core"
BUILDS_NO = "The Astro CLI builds no image with Airflow"
UV = "[tool.uv]\nconstraint-dependencies = ['x']\n"

Settings = tuple[str, ...]
"""The requirements (joined by `|`), the build and `requires-python`. The last two may be missing or ""."""


def _text(settings: Settings, rest: str = "") -> str:
    requirements, build, python = (*settings, "", "")[:3]
    lines = [
        "[project]",
        "name = 'a'  # é",
        f"requires-python = '{python}'" if python else "",
        f"dependencies = [{', '.join(repr(text) for text in requirements.split('|') if text)}]",
        "[tool.astro]",
        f"runtime = '{build}'" if build else "",
        rest,
    ]
    return "\n".join(lines)


def _manifest(settings: Settings, rest: str = "") -> Manifest:
    manifest = parse_manifest(_text(settings, rest).encode())
    assert manifest
    return manifest


def _image(settings: Settings, day: date = AS_OF, rest: str = "") -> str | Refusal | None:
    return project_image(_manifest(settings, rest), TABLE.as_of(day))


def test_the_image_of_a_manifest() -> None:
    pin = f"{AIRFLOW}=={{}}".format
    images: dict[Settings, str | None] = {
        (pin("3.3.*"),): f"{THREE}:3.3",
        (pin("3.1.0"),): f"{THREE}:3.1",
        (pin("3.9.*"), "", "==3.11.*"): f"{THREE}:3.9",
        (pin("3.1.*"), "3.1-2"): f"{THREE}:3.1-2",
        (pin("3.*"), "3.2-4", "==3.11.*"): f"{THREE}:3.2-4",
        (f"{CORE}==3.3.*",): f"{THREE}:3.3",
        # The Python that requires-python admits: the default if possible, or else the newest.
        (pin("3.2.*"), "", ">=3.13"): f"{THREE}:3.2",
        (pin("3.2.*"), "", "!=3.13.*"): f"{THREE}:3.2-10-python-3.14",
        (pin("3.2.*"), "", "<3.13"): f"{THREE}:3.2-10-python-3.12",
        (pin("3.2.*"), "3.2-4", "<3.13"): f"{THREE}:3.2-4-python-3.12",
        (pin("3.2.*"), "", "^3.12"): f"{THREE}:3.2",
        # The build is not listed, so its Python versions are unknown.
        (pin("3.2.*"), "3.2-999", "<3.13"): f"{THREE}:3.2-999",
        (pin("2.*"),): f"{TWO}:13.11.0",
        (pin("2.11.0"),): f"{TWO}:13.4.0",
        (pin("2.7.*"),): f"{TWO}:9.21.0",
        (pin("2.11.*"), "13.5.0", "==3.8.*"): f"{TWO}:13.5.0",
        (pin("2.6.*"), "8.1.0"): f"{TWO}:8.1.0",
        ("",): None,
        ("pandas",): None,
        (pin("3.1.*"), "3.2-4"): None,
        (AIRFLOW,): None,
    }
    assert {settings: _image(settings) for settings in images} == images
    assert _image((pin("2.11.*"),), date(2025, 9, 10)) == f"{TWO}:13.1.0"
    # On that day, no release of Airflow 3.2 was published yet.
    assert _image((pin("3.2.*"), "", "<3.13"), date(2025, 9, 10)) == f"{THREE}:3.2"
    assert _image((pin("3.3.*"),), rest="dockerfile = 'Dockerfile'") is None


def test_a_manifest_without_an_image() -> None:
    pin = f"{AIRFLOW}=={{}}".format
    write = f"write {AIRFLOW}==2.11.*"
    messages = {
        (pin("2.6.*"),): (f"{BUILDS_NO} 2.6, which is older than 2.7", write),
        (pin("2.11.1"),): (f"{BUILDS_NO} 2.11.1: all builds with it are yanked", write),
        (pin("2.11.9"),): (f"{BUILDS_NO} 2.11.9: no build with it is known", write),
        (pin("1.10.*"),): (f"{BUILDS_NO} 1.10", f"write {AIRFLOW}==3.3.*"),
        (pin("4.0.*"),): (f"{BUILDS_NO} 4.0", f"write {AIRFLOW}==3.3.*"),
        (f"pandas|{CORE}==3.*",): (
            f"The requirement {CORE}==3.* names no minor version of Airflow",
            f"write {CORE}==3.3.*",
        ),
    }
    for settings, message in messages.items():
        refusal = _image(settings)
        assert isinstance(refusal, Refusal), settings
        assert (refusal.message, refusal.help) == message
        assert not refusal.is_about_python
        line = _text(settings).split("\n")[refusal.location.line - 1]
        marked = line[refusal.location.column - 1 : refusal.location.end_column - 1]
        assert marked == settings[0][settings[0].index("==") :]
    # With an escape sequence, the location of the version is unknown.
    escaped = _text((pin("4.0.*"),)).replace(f"'{pin('4.0.*')}'", f'"{AIRFLOW}\\u003d=4.0.*"')
    manifest = parse_manifest(escaped.encode())
    assert manifest
    assert manifest.requirement
    refusal = project_image(manifest, KNOWN)
    assert isinstance(refusal, Refusal)
    assert refusal.location == manifest.requirement.location


def test_advice_depends_on_the_day() -> None:
    pin = f"{AIRFLOW}=={{}}".format
    messages = {
        # Runtime 13.5.0, the only build with Airflow 2.11.1, was not yet yanked, so there is an image.
        (pin("2.11.1"), date(2026, 3, 1)): None,
        # No build with Airflow 2.11.1 was published yet.
        (pin("2.11.1"), date(2025, 9, 10)): (
            f"{BUILDS_NO} 2.11.1: no build with it is known",
            f"write {AIRFLOW}==2.11.*",
        ),
        (pin("2.11.*"), date(2021, 1, 1)): (f"{BUILDS_NO} 2.11: no build with it is known", ""),
        (pin("2.11.1"), date(2030, 1, 1)): (f"{BUILDS_NO} 2.11.1: all builds with it are yanked", ""),
    }
    found = {}
    for pinned, day in messages:
        image = _image((pinned,), day)
        found[pinned, day] = (image.message, image.help) if isinstance(image, Refusal) else None
    assert found == messages


def test_a_manifest_that_admits_no_python_of_the_image() -> None:
    for build, name in (("", "Astro Runtime 3.2-10"), ("3.2-4", "Astro Runtime 3.2-4")):
        manifest = _manifest((f"{AIRFLOW}==3.2.*", build, "==3.11.*"))
        assert manifest.requires_python
        assert project_image(manifest, KNOWN) == Refusal(
            manifest.requires_python.location,
            f"requires-python admits no Python of {name}",
            "admit Python 3.12 or 3.13 or 3.14",
            is_about_python=True,
        )


def test_the_stage_of_a_manifest() -> None:
    requirement = f"{AIRFLOW}==3.1.*"
    image = f"{THREE}:3.1-2"
    manifest = parse_manifest(
        f"[project]\nname = 'a'\ndependencies = [\n  '{requirement}',\n]\n"
        "[tool.astro]\nruntime = '3.1-2'\n".encode()
    )
    assert manifest
    assert manifest.build
    assert manifest.requirement
    stage = project_stage(manifest, image)
    assert (stage.line, stage.end_line, stage.image, stage.subject) == (7, 7, image, "")
    assert stage.image_location == stage.platform_location == manifest.build.location
    assert stage.reference
    assert (stage.reference.repository, stage.reference.tag) == (THREE, "3.1-2")
    # Comments count above the build, above the requirement, and above their keys.
    assert stage.comment_lines == {3, 4, 7}
    derived = project_stage(manifest._replace(build=None), f"{THREE}:3.1")
    assert (derived.line, derived.end_line, derived.subject) == (4, 4, requirement)
    assert derived.image_location == manifest.requirement.specifier_location
    assert derived.comment_lines == {3, 4}
    escaped = manifest.requirement._replace(specifier_location=None)
    unlocated = project_stage(manifest._replace(build=None, requirements=(escaped,)), f"{THREE}:3.1")
    assert unlocated.image_location == manifest.requirement.location


def _project(settings: Settings, day: date = AS_OF, rest: str = "") -> Project:
    return Project(_manifest(settings, rest), _text(settings, rest), TABLE.as_of(day))


def _target(tag: str, airflow: str = "") -> Destination:
    parsed = parse_tag(tag)
    lifecycle = KNOWN.release(parsed.version) if parsed.version else KNOWN.series(parsed.series or "")
    assert lifecycle
    return Destination(lifecycle, parsed, "", airflow=airflow)


# Keys: the settings, and a tuple of the new tag and, if known, its exact Airflow version.
# Values: the text of the change, and the settings after it, or None if the change has no edits.
CHANGES: dict[tuple[Settings, Settings], tuple[str, Settings | None]] = {
    (("==3.1.*",), ("3.3",)): ("apache-airflow==3.3.*", ("==3.3.*",)),
    (("==3.1.*",), ("3.3-8",)): ("apache-airflow==3.3.*", ("==3.3.*",)),
    (("==3.1.*", "3.1-2"), ("3.3-8",)): (
        "apache-airflow==3.3.* and runtime = '3.3-8'",
        ("==3.3.*", "3.3-8"),
    ),
    (("==3.1.*", "3.1-2"), ("3.1-21",)): ("runtime = '3.1-21'", ("==3.1.*", "3.1-21")),
    (("==3.*", "3.1-2"), ("3.3-8",)): ("runtime = '3.3-8'", ("==3.*", "3.3-8")),
    (("==2.*", "13.5.0"), ("13.11.0",)): ("runtime = '13.11.0'", ("==2.*", "13.11.0")),
    (("==2.*", "13.5.0"), ("3.3-8",)): (
        "apache-airflow==3.* and runtime = '3.3-8'",
        ("==3.*", "3.3-8"),
    ),
    (("==2.*",), ("3.3",)): ("apache-airflow==3.3.*", ("==3.3.*",)),
    # A pin to a patch version is replaced by a pin to the new patch version, if that version is known.
    (("==3.1.0", "3.1-2"), ("3.3-8", "3.3.2")): (
        "apache-airflow==3.3.2 and runtime = '3.3-8'",
        ("==3.3.2", "3.3-8"),
    ),
    (("==3.1.0", "3.1-2"), ("3.3-8",)): ("apache-airflow==3.3.* and runtime = '3.3-8'", None),
    (("==2.11.0",), ("13.11.0", "2.11.2")): ("apache-airflow==2.11.2", ("==2.11.2",)),
    # The pin covers the target, but the CLI would choose a newer build.
    (("==2.11.*",), ("13.4.0",)): ("", None),
    (("==2.*",), ("12.12.0",)): ("", None),
    (("==3.1.*", "3.1-2", ">=3.10"), ("3.1-21",)): ("runtime = '3.1-21'", ("==3.1.*", "3.1-21", ">=3.10")),
    # There are edits only if the CLI would choose the Python of the target.
    (("==3.1.*", "", "==3.12.*"), ("3.3-8-python-3.12",)): (
        "apache-airflow==3.3.*",
        ("==3.3.*", "", "==3.12.*"),
    ),
    (("==3.1.*", "", "==3.12.*"), ("3.3-8",)): (
        "apache-airflow==3.3.* and a requires-python that admits Python 3.14",
        None,
    ),
    (("==3.1.*", "", "==3.11.*"), ("3.3-8",)): (
        "apache-airflow==3.3.* and a requires-python that admits Python 3.14",
        None,
    ),
    (("==2.11.*", "13.11.0", "<3.12"), ("3.3-8",)): (
        "apache-airflow==3.3.*, runtime = '3.3-8' and a requires-python that admits Python 3.14",
        None,
    ),
    # Images of Airflow 2 do not depend on requires-python.
    (("==3.1.*", "3.1-2", "==3.9.*"), ("13.11.0",)): (
        "apache-airflow==2.11.* and runtime = '13.11.0'",
        ("==2.11.*", "13.11.0", "==3.9.*"),
    ),
    (("==3.1.*", "3.1-2"), ("3.3-8-python-3.13",)): (
        "apache-airflow==3.3.*, runtime = '3.3-8' and a requires-python that admits Python 3.13",
        None,
    ),
    (("==2.11.*", "13.5.0"), ("13.11.0-python-3.11",)): ("runtime = '13.11.0'", None),
    # Only a requires-python that was written by the CLI changes with the series.
    **{
        ((old, build, bound), (tag,)): (
            f"apache-airflow{new}, runtime = '{tag}' and requires-python = '{after}'"
            if after != bound
            else f"apache-airflow{new} and runtime = '{tag}'",
            (new, tag, after),
        )
        for old, build, bound, new, tag, after in (
            ("==3.0.*", "3.0-18", ">=3.10", "==3.3.*", "3.3-8", ">=3.12"),
            ("==3.0.*", "3.0-18", ">=3.11", "==3.3.*", "3.3-8", ">=3.12"),
            ("==3.0.*", "3.0-18", ">=3.11", "==3.1.*", "3.1-21", ">=3.11"),
            ("==3.0.*", "3.0-18", ">=3.12", "==3.3.*", "3.3-8", ">=3.12"),
            ("==3.0.*", "3.0-18", ">=3.9", "==3.3.*", "3.3-8", ">=3.9"),
            ("==3.1.*", "3.1-2", ">=3.10", "==3.2.*", "3.2-10", ">=3.12"),
            ("==3.3.*", "3.3-2", ">=3.12", "==3.1.*", "3.1-21", ">=3.11"),
            ("==3.3.*", "3.3-2", ">=3.10", "==3.0.*", "3.0-18", ">=3.11"),
            ("==3.0.*", "3.0-2", ">=3.10,<3.13", "==3.1.*", "3.1-21", ">=3.10,<3.13"),
            ("==2.11.*", "13.11.0", ">=3.10,<3.13", "==3.3.*", "3.3-8", ">=3.12"),
            ("==2.11.*", "13.11.0", ">=3.10", "==3.3.*", "3.3-8", ">=3.10"),
            ("==2.8.*", "10.9.0", ">=3.10,<3.12", "==2.9.*", "11.12.0", ">=3.10,<3.13"),
            ("==2.8.*", "10.9.0", ">=3.10,<3.13", "==2.11.*", "13.11.0", ">=3.10,<3.13"),
            ("==2.9.*", "11.3.0", ">=3.10,<3.13", "==2.11.*", "13.11.0", ">=3.10,<3.13"),
            ("==2.9.*", "11.3.0", ">=3.10,<3.13", "==2.8.*", "10.9.0", ">=3.10,<3.12"),
            ("==3.3.*", "3.3-2", ">=3.12", "==2.11.*", "13.11.0", ">=3.10,<3.13"),
            ("==3.3.*", "3.3-2", ">=3.12", "==2.7.*", "9.21.0", ">=3.10,<3.12"),
            ("==2.*", "13.5.0", ">=3.10,<3.13", "==3.*", "3.3-8", ">=3.12"),
            ("==3.*", "3.1-2", ">=3.12", "==2.*", "13.11.0", ">=3.10,<3.13"),
            ("==3.*", "3.1-2", ">=3.10", "==2.*", "13.11.0", ">=3.10,<3.13"),
            ("==3.*", "3.1-2", ">=3.11", "==2.*", "13.11.0", ">=3.11"),
        )
    },
    # The CLI ignores this requires-python.
    (("==3.1.*", "3.1-2", "^3.12"), ("3.3-8",)): (
        "apache-airflow==3.3.* and runtime = '3.3-8'",
        ("==3.3.*", "3.3-8", "^3.12"),
    ),
}


def test_changes_of_a_manifest() -> None:
    found = {}
    for (before, target), (_, after) in CHANGES.items():
        settings = (f"{AIRFLOW}{before[0]}", *before[1:])
        change = _project(settings).change(_target(*target))
        new = edited(_text(settings), change.edits[0]) if change.edits else None
        is_meant = after is not None and new == _text((f"{AIRFLOW}{after[0]}", *after[1:]))
        found[before, target] = (change.text, after if is_meant else new)
    assert found == CHANGES


def test_changes_of_several_requirements() -> None:
    cases = {
        (f"pandas|{AIRFLOW}==3.1.*", "3.3-8"): (
            f"{AIRFLOW}==3.3.* and runtime = '3.3-8'",
            f"pandas|{AIRFLOW}==3.3.*",
        ),
        (f"{AIRFLOW} == 3.1.*|{AIRFLOW}[a]==3.1.* ; b|{CORE}", "3.3-8"): (
            f"{AIRFLOW}==3.3.* and runtime = '3.3-8'",
            f"{AIRFLOW} ==3.3.*|{AIRFLOW}[a]==3.3.* ; b|{CORE}",
        ),
        (f"{CORE}|{AIRFLOW}==3.1.*", "3.3-8"): (
            f"{AIRFLOW}==3.3.* and runtime = '3.3-8'",
            f"{CORE}|{AIRFLOW}==3.3.*",
        ),
        ("Apache_Airflow==3.1.*", "3.3-8"): (
            "Apache_Airflow==3.3.* and runtime = '3.3-8'",
            "Apache_Airflow==3.3.*",
        ),
        # apache-airflow-core exists only for Airflow 3.
        (f"{CORE}[a] ==3.1.*", "13.11.0"): (
            f"{AIRFLOW}==2.11.* and runtime = '13.11.0'",
            f"{AIRFLOW}[a] ==2.11.*",
        ),
        (f"{CORE}==3.1.*", "3.3-8"): (f"{CORE}==3.3.* and runtime = '3.3-8'", f"{CORE}==3.3.*"),
    }
    found = {}
    for before, tag in cases:
        settings = (before, "3.1-2")
        change = _project(settings).change(_target(tag))
        new = edited(_text(settings), change.edits[0] if change.edits else ())
        for _, after in cases.values():
            if new == _text((after, tag)):
                new = after
        found[before, tag] = (change.text, new)
    assert found == cases


def test_notes_and_commands_of_a_change() -> None:
    note = "the constraints in [tool.uv] follow at the next 'astro local start'"
    cases: dict[tuple[Settings, str], tuple[tuple[str, ...], str]] = {
        (("==3.1.*", "3.1-2"), "3.3-8"): ((note,), "astro local upgrade airflow 3.3"),
        (("==2.8.*", "10.9.0"), "13.11.0"): ((note,), "astro local upgrade airflow 2.11"),
        # No command changes only the build, or upgrades Airflow 2 to Airflow 3.
        (("==3.1.*", "3.1-2"), "3.1-21"): ((), ""),
        (("==2.11.*", "13.11.0"), "3.3-8"): ((note,), ""),
    }
    for with_constraints in (True, False):
        found = {}
        for before, tag in cases:
            settings = (f"{AIRFLOW}{before[0]}", before[1])
            change = _project(settings, rest=UV * with_constraints).change(_target(tag))
            found[before, tag] = (change.notes, change.command)
        assert found == {
            case: (notes * with_constraints, command) for case, (notes, command) in cases.items()
        }


def test_settings_that_cannot_be_edited() -> None:
    settings = (f"{AIRFLOW}==3.0.*", "3.0-3", ">=3.11")
    text = f"{AIRFLOW}==3.3.*, runtime = '3.3-8' and requires-python = '>=3.12'"
    escapes = {
        "'3.0-3'": '"3.0\\u002d3"',
        f"'{AIRFLOW}==": f'"{AIRFLOW}\\u003d=',
        "'>=3.11'": '">\\u003d3.11"',
    }
    for written, escaped in escapes.items():
        edited_text = _text(settings).replace(written, escaped)
        if written.startswith("'apache"):
            edited_text = edited_text.replace("==3.0.*'", '==3.0.*"').replace(
                "u003d=3.0.*'", 'u003d=3.0.*"'
            )
        manifest = parse_manifest(edited_text.encode())
        assert manifest
        change = Project(manifest, edited_text, KNOWN).change(_target("3.3-8"))
        assert (change.text, change.edits) == (text, None), written
    # The tag is unknown.
    target = _target("3.3-8")._replace(tag=None)
    change = _project((f"{AIRFLOW}==3.1.*",)).change(target)
    assert (change.text, change.edits) == (f"{AIRFLOW}==3.3.*", None)


def test_the_required_airflow_version() -> None:
    cases: dict[tuple[Settings, str], tuple[str, Settings] | None] = {
        (("==3.1.*", "3.2-4"), "3.2"): (f"Write {AIRFLOW}==3.2.*", ("==3.2.*", "3.2-4")),
        (("==3.0.*", "3.2-4", ">=3.11"), "3.2.1"): (
            f"Write {AIRFLOW}==3.2.1 and requires-python = '>=3.12'",
            ("==3.2.1", "3.2-4", ">=3.12"),
        ),
        (("==3.1.*",), "3.2"): (f"Write {AIRFLOW}==3.2.*", ("==3.2.*",)),
        # The CLI builds no image with these versions, or refuses the manifest.
        (("==2.11.*",), "2.6"): None,
        (("==3.1.*",), "3"): None,
        (("==3.1.*", "3.1-2"), "3.2"): None,
        # The requirement has this version already.
        (("==3.1.*",), "3.1"): None,
    }
    found: dict[tuple[Settings, str], tuple[str, Settings] | None] = {}
    for before, pin in cases:
        settings = (f"{AIRFLOW}{before[0]}", *before[1:])
        fix = _project(settings).require(pin)
        found[before, pin] = None
        if fix:
            assert fix.risk == "the image may be right"
            after = (cases[before, pin] or ("", ()))[1]
            is_meant = after and edited(_text(settings), fix.edits) == _text(
                (f"{AIRFLOW}{after[0]}", *after[1:])
            )
            found[before, pin] = (fix.title, after if is_meant else ())
    assert found == cases


def test_the_python_in_another_series() -> None:
    pythons: dict[tuple[Settings, str], str | None] = {
        (("==3.1.*",), "3.3"): "",
        (("==3.1.*", "", "==3.12.*"), "3.1"): "",
        (("==3.1.*", "", "<3.12"), "3.1"): "3.11",
        (("==3.1.*", "", "==3.12.*"), "3.3"): "3.12",
        (("==3.1.*", "", "!=3.14.*"), "3.3"): "3.13",
        (("==3.1.*", "", "==3.11.*"), "3.3"): None,
        # A requires-python that was written by the CLI changes with the series. The CLI ignores `^3.12`.
        (("==3.0.*", "", ">=3.11"), "3.3"): "",
        (("==2.11.*", "", ">=3.10,<3.13"), "3.3"): "",
        (("==3.1.*", "", "^3.12"), "3.3"): "",
        # requires-python only matters for images of Airflow 3, and only if the requirement names a minor version.
        (("==3.*", "3.1-2", "==3.12.*"), "3.3"): "",
        (("==3.1.*", "", "==3.9.*"), "13"): "",
    }

    def python(settings: Settings, series: str) -> str | None:
        lifecycle: Lifecycle | None = KNOWN.series(series)
        assert lifecycle
        return _project((f"{AIRFLOW}{settings[0]}", *settings[1:])).python(lifecycle)

    assert {case: python(*case) for case in pythons} == pythons


def test_the_newest_build() -> None:
    builds = {"3.1.*": "3.1-21", "3.1.0": "3.1-2", "2.11.0": "13.4.0", "2.*": "13.11.0", "3.*": "3.3-8"}
    found = {pin: str(_project((f"{AIRFLOW}=={pin}",)).newest_build) for pin in builds}
    assert found == builds
    assert _project((f"{AIRFLOW}==3.1.4",)).newest_build is None
    assert str(_project((f"{AIRFLOW}==2.11.1",), date(2026, 3, 1)).newest_build) == "13.5.0"
