"""The public API: the arguments, results, errors and side effects of `check`."""

from __future__ import annotations

import pickle
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lint_runtime
from lint_runtime import Diagnostic, Edit, Fix, Location, Result, Severity, check
from lint_runtime.diagnostics import Suppression, SuppressionKind, Target
from tests.conftest import AS_OF, loaded_modules, run_process

RUNTIME = "quay.io/astronomer/astro-runtime"
SOURCE = f"ARG TAG=13.5.0\nFROM {RUNTIME}:$TAG AS x\n"


def _rules(*arguments: Any, **options: Any) -> list[str]:
    return [finding.rule for finding in check(*arguments, **{"today": AS_OF, **options}).findings]


def test_a_finding_has_all_fields() -> None:
    result = check(SOURCE, "some/Dockerfile", today=AS_OF)
    assert (result.path, result.suppressed) == ("some/Dockerfile", ())
    (finding,) = result.findings
    reason = "Webserver throwing 500s for existing user sessions when upgrading from previous versions"
    assert finding == Diagnostic(
        "some/Dockerfile",
        Target(Location(1, 9, 1, 15), f"{RUNTIME}:13.5.0", frozenset((1, 2)), (Location(2, 6, 2, 43),)),
        "yanked-release",
        Severity.ERROR,
        'Astro Runtime 13.5.0 was yanked: "Webserver throwing 500s for existing user sessions when …"',
        "write ARG TAG=13.11.0",
        (
            f'yanked on or before 2026-09-25: "{reason}"',
            "13.x: maintenance ends on 2027-04-30 (announced 2026-09-25)",
        ),
        Fix("Write ARG TAG=13.11.0", (Edit(Location(1, 9, 1, 15), "13.11.0"),)),
    )
    assert (finding.line, finding.column) == finding.location.start == (1, 9)
    assert finding.location.end == (1, 15)
    assert finding.images == (Location(2, 6, 2, 43),)
    assert finding.subject == f"{RUNTIME}:13.5.0"
    assert finding.sentence == f"{finding.message}; write ARG TAG=13.11.0 (used in line 2)"
    assert finding.details == (
        "help: write ARG TAG=13.11.0",
        "note: used in line 2",
        *(f"note: {note}" for note in finding.notes),
    )
    bare = finding._replace(help="", notes=())
    assert (bare.sentence, bare.details) == (
        f"{finding.message} (used in line 2)",
        ("note: used in line 2",),
    )
    assert str(finding.severity) == "error"


def test_severities_have_an_order() -> None:
    ranked = [Severity.INFO, Severity.WARNING, Severity.ERROR]
    assert [[one.at_least(other) for other in ranked] for one in ranked] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_suppressed_findings_are_listed_separately() -> None:
    result = check(f"# lint-runtime: ignore[yanked-release] -- why\n{SOURCE}", today=AS_OF)
    assert [finding.rule for finding in result.findings] == ["outdated-release"]
    (finding,) = result.suppressed
    assert finding.rule == "yanked-release"
    assert finding.suppression == Suppression(SuppressionKind.COMMENT, "why")


def test_images_of_stages_come_before_images_of_copies() -> None:
    copied = f"COPY --from={RUNTIME}:12.1.0 /a /b\n"
    result = check(f"{SOURCE}FROM python\n{copied}FROM {RUNTIME}:11.1.0\n", today=AS_OF)
    assert [str(image.tag) for image in result.images] == ["13.5.0", "11.1.0", "12.1.0"]
    assert result.images[0].lifecycle
    assert result.images[0].lifecycle.name == "Astro Runtime 13.5.0"


def test_findings_are_sorted() -> None:
    source = f"FROM {RUNTIME}:9 AS x\nFROM --platform=arm64 {RUNTIME}:5.0.0"
    findings = check(source, today=AS_OF).findings
    assert [(finding.line, finding.column) for finding in findings] == [(1, 6), (1, 6), (2, 6), (2, 23)]
    assert list(findings) == sorted(findings, key=lambda finding: finding.sort_key)


def test_bytes_and_text_are_the_same() -> None:
    source = f"# é\n{SOURCE}"
    assert check(source.encode(), today=AS_OF) == check(source, today=AS_OF)


@given(st.binary(max_size=200) | st.text(max_size=200) | st.text(st.characters(categories=["Cs", "Cc"])))
@example(b"\xff\xfe\x00")
@example("FROM \ud800")
@example("\ufeff" * 3)
def test_any_bytes_and_any_text_can_be_checked(source: bytes | str) -> None:
    result = check(source, today=AS_OF)
    # None of these sources uses a Runtime image, but all have findings.
    assert result.images == ()
    assert result.findings
    assert {finding.path for finding in result.findings} == {"Dockerfile"}


def test_a_result_can_be_pickled() -> None:
    source = f"# lint-runtime: ignore[yanked-release]\n{SOURCE}FROM {RUNTIME}:13.x-y AS y\nFROM {RUNTIME}:9.7.0\n"
    result = check(source, today=AS_OF)
    assert len(result.images) == 3
    copy = pickle.loads(pickle.dumps(result))  # noqa: S301
    assert type(copy) is Result
    # Leave out the images: the error of an invalid tag is an exception, which doesn't equal its copy.
    assert copy._replace(images=()) == result._replace(images=())
    assert repr(copy) == repr(result)
    assert [str(image.tag_error) for image in copy.images] == [
        str(image.tag_error) for image in result.images
    ]


@pytest.fixture
def far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set a local time zone whose day differs from the day in UTC for twelve hours."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "EAST-12")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_from_utc")
@pytest.mark.parametrize(
    ("today", "is_yanked"),
    [
        pytest.param(date(2026, 9, 24), False, id="the day before"),
        pytest.param(date(2026, 9, 25), True, id="the day of publication"),
        pytest.param(datetime(2026, 9, 24, 23, 59), False, id="a naive time"),
        pytest.param(datetime(2026, 9, 25, 0, 0), True, id="a naive midnight"),
        pytest.param(datetime(2026, 9, 24, 23, 59, tzinfo=timezone.utc), False, id="a time in UTC"),
        pytest.param(
            datetime(2026, 9, 24, 23, 0, tzinfo=timezone(timedelta(hours=-1))), True, id="west of UTC"
        ),
        pytest.param(
            datetime(2026, 9, 25, 0, 59, tzinfo=timezone(timedelta(hours=1))), False, id="east of UTC"
        ),
    ],
)
def test_a_day_is_a_date_or_the_utc_day_of_a_time(today: date, *, is_yanked: bool) -> None:
    assert _rules(SOURCE, today=today, select=["yanked-release"]) == ["yanked-release"] * is_yanked


def test_rules_days_and_build_args() -> None:
    assert _rules(SOURCE, build_args={"TAG": "13.11.0"}) == []
    assert _rules(SOURCE, build_args=MappingProxyType({"TAG": "13.11.0"})) == []
    assert _rules(SOURCE, ignore=["yanked-release"]) == ["outdated-release"]
    assert _rules(SOURCE, ignore={"yanked-release", "outdated-release"}) == []
    assert _rules(SOURCE, select=(name for name in ["outdated-release"])) == ["outdated-release"]
    (ending,) = check(SOURCE, today=AS_OF, select=["maintenance-ending"], warn_within=217).findings
    assert "in 217 days" in ending.message
    assert _rules(SOURCE, select=["maintenance-ending"], warn_within=216) == []
    last_day = date(2027, 4, 30)
    assert _rules(SOURCE, today=last_day, select=["maintenance-ending"], warn_within=0) == [
        "maintenance-ending"
    ]


CONFIGURED = {
    "select": ["yanked-release", "outdated-release", "maintenance-ending"],
    "ignore": ["yanked-release"],
    "warn-within": 217,
    "build-args": {"TAG": "13.6.0"},
}


def test_settings_as_in_a_configuration_file() -> None:
    mirrored = "FROM registry.example/rt:9.7.0 AS a\nFROM registry.example/q/astro-runtime:13.11.0 AS a\n"
    images = {"registry.example/rt": RUNTIME, "registry.example/q/*": "quay.io/astronomer/*"}
    result = check(mirrored, today=AS_OF, config={"images": images})
    assert [finding.rule for finding in result.findings] == ["end-of-basic-support"]
    assert [image.original for image in result.images] == [RUNTIME, RUNTIME]
    assert check(mirrored, today=AS_OF).images == ()
    assert _rules(SOURCE, config=CONFIGURED) == ["maintenance-ending", "outdated-release"]
    severity = {"severity": {"yanked-release": "info"}}
    assert [finding.severity for finding in check(SOURCE, today=AS_OF, config=severity).findings] == [
        Severity.WARNING
    ]


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        pytest.param({}, ["maintenance-ending", "outdated-release"], id="none"),
        pytest.param({"select": ["outdated-release"]}, ["outdated-release"], id="select"),
        pytest.param({"ignore": ["outdated-release"]}, ["maintenance-ending"], id="ignore"),
        pytest.param({"warn_within": 216}, ["outdated-release"], id="warn_within"),
        pytest.param({"build_args": {"TAG": "13.11.0"}}, ["maintenance-ending"], id="build_args"),
        pytest.param({"build_args": {}}, ["maintenance-ending", "outdated-release"], id="no ARGs"),
        pytest.param(
            {"select": [], "ignore": []}, ["maintenance-ending", "outdated-release"], id="no rules"
        ),
    ],
)
def test_an_argument_replaces_the_key_of_its_name(options: dict[str, Any], rules: list[str]) -> None:
    assert _rules(SOURCE, config=CONFIGURED, **options) == rules
    assert CONFIGURED["warn-within"] == 217


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        pytest.param([None], {}, "source must be bytes or a str, not NoneType", id="no source"),
        pytest.param([bytearray(b"FROM a")], {}, "source must be bytes or a str, not bytearray", id="a byte array"),
        pytest.param([SOURCE, b"Dockerfile"], {}, "path must be a str, not bytes", id="a path of bytes"),
        pytest.param([SOURCE], {"today": "2026-09-25"}, "today must be a date, not str", id="a date as text"),
        pytest.param([SOURCE], {"today": None}, "today must be a date, not NoneType", id="no date"),
        pytest.param([SOURCE], {"select": "prerelease"}, "several names, not one string", id="a string as select"),
        pytest.param([SOURCE], {"ignore": "prerelease"}, "several names, not one string", id="a string as ignore"),
        pytest.param([SOURCE], {"select": 1}, "not iterable", id="a number as rules"),
        pytest.param([SOURCE], {"build_args": ["TAG"]}, "build_args must be a mapping, not list", id="a list as ARGs"),
        pytest.param([SOURCE], {"build_args": 0}, "build_args must be a mapping, not int", id="a number as ARGs"),
        pytest.param([SOURCE], {"config": [("select", [])]}, "config must be a mapping, not list", id="a list as settings"),
        pytest.param([SOURCE], {"config": ""}, "config must be a mapping, not str", id="an empty configuration"),
    ],
)  # fmt: skip
def test_arguments_of_the_wrong_type_raise_a_type_error(
    arguments: list[Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        check(*arguments, **{"today": AS_OF, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": ["yanked"]}, "unknown rule 'yanked'; did you mean yanked-release?"),
        ({"ignore": ["prerelaese"]}, "unknown rule 'prerelaese'; did you mean prerelease?"),
        ({"select": [1]}, "select: must contain only strings, not 1"),
        ({"warn_within": -1}, "warn-within: must be a number of days"),
        ({"warn_within": "90"}, "warn-within: must be a number of days"),
        ({"build_args": {"TAG": 1}}, "build-args.TAG: must be a string, not 1"),
        ({"config": {"selct": []}}, "unknown key 'selct'; did you mean select?"),
        ({"config": {"severity": {"yanked-release": "of"}}}, "unknown severity 'of'; did you mean off?"),
        ({"config": {"images": {"a.example/b": "quay.io/c"}}}, "'quay.io/c' is not a repository of Astro Runtime"),
        ({"config": {"table": "t.json"}}, "table: check does not support this key"),
        ({"config": {"exclude": ["x"]}}, "exclude: check does not support this key"),
        ({"config": {"per-file-ignores": {"x": []}}}, "per-file-ignores: check does not support this key"),
    ],
)  # fmt: skip
def test_invalid_settings_raise_a_value_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check(SOURCE, today=AS_OF, **options)


def test_one_error_names_all_problems() -> None:
    with pytest.raises(
        ValueError, match=r"unknown rule 'a'.*; .*a number of days.*; table: check does not"
    ):
        check(SOURCE, today=AS_OF, select=["a"], warn_within=-1, config={"table": "x"})


def _opened(work: Callable[[], object]) -> list[str]:
    """Return the audit events of I/O, imports and processes while a function runs."""
    events: list[str] = []
    is_active = True

    def hook(event: str, _arguments: tuple[Any, ...]) -> None:
        if is_active and event.partition(".")[0] in (
            "open",
            "os",
            "socket",
            "subprocess",
            "shutil",
            "import",
        ):
            events.append(event)

    # A hook can't be removed, so `is_active` switches it off.
    sys.addaudithook(hook)
    work()
    is_active = False
    return events


def test_nothing_is_opened_imported_or_started() -> None:
    source = (
        f"# lint-runtime: ignore[outdated-release]\n{SOURCE}RUN <<E\nE\nFROM {RUNTIME}:13.6.0-rc1\nFORM x\n"
    )

    def work() -> Result:
        config: dict[str, object] = {
            "require": {"airflow": ">=2"},
            "images": {"a.example/*": "quay.io/astronomer/*"},
        }
        return check(source, "/no/such/Dockerfile", today=AS_OF, config=config)

    # Call `work` once before the measured call: the first call imports modules and reads the data in the package.
    result = work()
    assert {"yanked-release", "prerelease", "unknown-instruction"} <= {
        finding.rule for finding in result.findings
    }
    assert _opened(lambda: open("/dev/null").close()) == ["open"]
    assert _opened(work) == []


@pytest.mark.process
def test_importing_the_package_imports_no_linter() -> None:
    before = loaded_modules("pass")
    assert loaded_modules("import lint_runtime") - before == {"lint_runtime"}
    loaded = loaded_modules("from lint_runtime import Severity, __version__")
    assert "lint_runtime.diagnostics" in loaded
    assert "lint_runtime.api" not in loaded


@pytest.mark.process
def test_public_names_are_imported_when_they_are_used() -> None:
    code = """
import lint_runtime, pickle
names = [*lint_runtime.__all__, "__version__"]
assert {*names} <= {*dir(lint_runtime)}
assert {*names} & {*vars(lint_runtime)} == set()
values = [getattr(lint_runtime, name) for name in names]
assert values == [vars(lint_runtime)[name] for name in names]
from lint_runtime import *
import datetime
result = check("FROM quay.io/astronomer/astro-runtime:9.1.0", today=datetime.date(2026, 9, 25))
print(pickle.dumps((result, Result, Severity.ERROR)).hex())
"""
    (pickled,) = run_process(sys.executable, "-c", code).out.split()
    result, kind, severity = pickle.loads(bytes.fromhex(pickled))  # noqa: S301 (our own process)
    assert isinstance(result, Result)
    assert (kind, severity, result.findings[0].severity) == (Result, Severity.ERROR, Severity.ERROR)


def test_a_name_that_is_not_public() -> None:
    with pytest.raises(AttributeError, match="module 'lint_runtime' has no attribute 'chek'"):
        lint_runtime.chek  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(lint_runtime, "__path_of_nothing__")


def test_public_names() -> None:
    assert lint_runtime.__all__ == ["Diagnostic", "Edit", "Fix", "Location", "Result", "Severity", "check"]
    assert Result._fields == ("path", "findings", "suppressed", "images")


# Astro manifests

MANIFEST = """[project]
name = "demo"
dependencies = ["apache-airflow==3.2.*"]

[tool.astro]
"""


def test_a_manifest_has_the_image_of_its_requirement() -> None:
    result = check(f'{MANIFEST}runtime = "3.2-6"\n', "demo/pyproject.toml", today=AS_OF)
    (image,) = result.images
    assert image.reference.tag == "3.2-6"
    assert {finding.path for finding in result.findings} == {"demo/pyproject.toml"}
    assert result.findings[0].fix == Fix(
        "Write runtime = '3.2-10'", (Edit(Location(6, 12, 6, 17), "3.2-10"),)
    )
    assert check('[tool.black]\nruntime = "3.2-6"\n', "pyproject.toml", today=AS_OF)[1:] == ((), (), ())
    comment = "# lint-runtime: ignore[outdated-release]"
    assert _rules(f'{MANIFEST}{comment}\nruntime = "3.2-6"\n', "pyproject.toml") == ["security-fixes-only"]


def test_neighbors_are_compared_with_the_file() -> None:
    manifest = f'{MANIFEST}dockerfile = "docker/Dockerfile"\n'
    dockerfile = b"FROM astrocrpublic.azurecr.io/runtime:3.3-8\n"
    assert _rules(manifest, "pyproject.toml") == []
    neighbors = MappingProxyType({"docker/Dockerfile": dockerfile})
    assert _rules(manifest, "x/pyproject.toml", neighbors=neighbors) == ["airflow-mismatch"]
    assert "undeclared-dockerfile" in _rules(dockerfile, neighbors={"pyproject.toml": MANIFEST.encode()})
    assert _rules(dockerfile, neighbors={"pyproject.toml": b"[tool.black]\n"}) == _rules(dockerfile) == []
    with pytest.raises(TypeError, match="neighbors must be a mapping, not list"):
        check(manifest, today=AS_OF, neighbors=[])  # type: ignore[arg-type]
