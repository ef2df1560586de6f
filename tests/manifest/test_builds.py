"""Runtime tags, Python ranges and base images as the Astro CLI reads them."""

from __future__ import annotations

import pytest

from lint_runtime.manifest.builds import BaseImage, parse_build, read_base_image
from lint_runtime.manifest.requirements import (
    admits,
    covers,
    distribution,
    is_airflow,
    parse_python_range,
    requirement_for,
    split_requirement,
)
from tests.manifest.cases import CASES

RUNTIME = "astrocrpublic.azurecr.io/runtime"


@pytest.mark.parametrize(
    ("tag", "build"),
    [
        ("3.3-8", ("3", "3.3", True)),
        (" 3.3 ", ("3", "3.3", False)),
        ("3", ("3", "", False)),
        ("13.11.0", ("2", "", True)),
        ("13.11", ("2", "", False)),
        ("4", ("2", "", False)),
        ("3.0.4", None),
        ("2.0.0", None),
        ("4.0-1", None),
        ("3.3-8-python-3.12", None),
        ("3.3-", None),
        ("latest", None),
        ("", None),
        ("\uff13.3-8", None),
        ("9" * 5000, None),
    ],
)
def test_a_tag_is_a_build_or_a_series(tag: str, build: tuple[str, str, bool] | None) -> None:
    assert parse_build(tag) == build


@pytest.mark.parametrize(
    ("tag", "pin", "disagreement"),
    [
        ("3.3-8", "3.3", ""),
        ("3.3-8", "3.3.1", ""),
        ("3.3-8", "3", ""),
        ("3.3-8", "3.2.1", "series"),
        ("3.3-8", "2.11", "generation"),
        ("3.3-8", "03.3", "generation"),
        ("13.11.0", "2.9", ""),
        ("13.11.0", "3", "generation"),
        ("3", "3.3", ""),
    ],
)
def test_a_build_may_contradict_a_pin(tag: str, pin: str, disagreement: str) -> None:
    build = parse_build(tag)
    assert build is not None
    assert build.disagreement(pin) == disagreement


@pytest.mark.parametrize(
    ("text", "name", "specifier"),
    [
        ("apache-airflow==3.3.*", "apache-airflow", "==3.3.*"),
        ("Apache_Airflow [celery, x] == 3.3 ; os_name == 'a'", "Apache_Airflow", "== 3.3"),
        ("apache.airflow-Core @ https://x/y", "apache.airflow-Core", "@ https://x/y"),
        ("apache-airflow(>=3)", "apache-airflow", "(>=3)"),
        ("apache-airflow,x;y", "apache-airflow,x", ""),
        ("apache-airflow[x", "apache-airflow", "[x"),
        ("apache-airflow-providers-http~=1", "apache-airflow-providers-http", "~=1"),
    ],
)
def test_a_requirement_has_a_name_and_a_specifier(text: str, name: str, specifier: str) -> None:
    found, (start, end) = split_requirement(text)
    assert (found, text[start:end]) == (name, specifier)
    normalized = name.lower().replace("_", "-").replace(".", "-")
    assert distribution(f" {text}") == normalized
    assert is_airflow(f" {text}") == (normalized in ("apache-airflow", "apache-airflow-core"))


def test_a_pin_covers_versions_and_makes_a_requirement() -> None:
    versions = ("2.11.0", "3.3", "3.3.2", "3.3.20", "3.30.0")
    covered = {pin: [v for v in versions if covers(pin, v)] for pin in ("2", "3", "3.3", "3.3.2")}
    assert covered == {"2": ["2.11.0"], "3": [*versions[1:]], "3.3": [*versions[1:4]], "3.3.2": ["3.3.2"]}
    made = [requirement_for("x", pin) for pin in covered]
    assert made == ["x==2.*", "x==3.*", "x==3.3.*", "x==3.3.2"]


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("==3.13", "3.13"),
        ("==3.13.2", "3.13"),
        ("==3.*", "3.9 3.12 3.13 3.14"),
        ("==3", ""),
        ("!=3.13", "3.9 3.12 3.13 3.14"),
        ("!=3.13.*", "3.9 3.12 3.14"),
        ("!=3.13.2.*", "3.9 3.12 3.13 3.14"),
        ("!=3.*", ""),
        (">=3.13.2", "3.13 3.14"),
        (">3.13", "3.13 3.14"),
        ("> 3.12, < 3.14", "3.12 3.13"),
        ("<3.13.1.0", "3.9 3.12 3.13"),
        ("<3.13.0.1", "3.9 3.12 3.13"),
        ("<3.13.0", "3.9 3.12"),
        ("<=3.13", "3.9 3.12 3.13"),
        ("<=3.13.0.0", "3.9 3.12 3.13"),
        ("~=3.12", "3.12 3.13 3.14"),
        ("~=3.12.4", "3.12"),
        (">=4", ""),
    ],
)
def test_a_range_admits_the_minor_versions_that_a_patch_may_match(text: str, admitted: str) -> None:
    pythons = parse_python_range(text)
    assert pythons is not None
    assert [
        python for python in ("3.9", "3.12", "3.13", "3.14") if admits(pythons, python)
    ] == admitted.split()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "3.12",
            "^3.12",
            ">=3.12,",
            "===3.12",
            ">=3.12.*",
            "~=3",
            ">=3.12rc1",
            ">=3.x",
            ">= 3.12 <3.14",
        ),
        *(">=3..1", "==3.*.*", ">=3.12 or <4", "=>3.12"),
    ],
)
def test_other_ranges_are_ignored(text: str) -> None:
    assert parse_python_range(text) is None


@pytest.mark.parametrize(
    ("text", "image", "version"),
    [
        (f"FROM {RUNTIME}:3.3-8", (RUNTIME, "3.3-8", 1), "3.3-8"),
        (f"from --platform=linux/amd64 {RUNTIME}:3.3-8 as x", (RUNTIME, "3.3-8", 1), "3.3-8"),
        (
            f"FROM a\n  FROM\t{RUNTIME}:3.3-8-python-3.12-base\r\n",
            (RUNTIME, "3.3-8-python-3.12-base", 2),
            "3.3-8",
        ),
        (f"FROM {RUNTIME}:13.7.0-slim-python-3.12", (RUNTIME, "13.7.0-slim-python-3.12", 1), "13.7.0"),
        (f"FROM {RUNTIME}:3.3-8-slim-base", (RUNTIME, "3.3-8-slim-base", 1), "3.3-8"),
        (f"FROM {RUNTIME}:3.1-1 AS Base\nFROM b AS x\nFROM base", (RUNTIME, "3.1-1", 1), "3.1-1"),
        (f"FROM b AS a\nFROM {RUNTIME}:3.1-1 AS a\nFROM A", (RUNTIME, "3.1-1", 2), "3.1-1"),
        (f"FROM {RUNTIME}", (RUNTIME, "latest", 1), "latest"),
        (f"FROM {RUNTIME}:3.3-8@sha256:0", (RUNTIME, "", 1), ""),
        (f"FROM {RUNTIME}:$TAG", (RUNTIME, "$TAG", 1), ""),
        (f"ARG A\nFROM $A/{RUNTIME}:3.3-8", None, ""),
        ("FROM localhost:5000/runtime", ("localhost:5000/runtime", "latest", 1), ""),
        ("FROM a AS b\nFROM b AS a\nFROM a", ("a", "latest", 1), ""),
        ("FROM a\nFROM x", ("x", "latest", 2), ""),
        ("FROM", None, ""),
        ("RUN true", None, ""),
    ],
)
def test_the_base_image_is_that_of_the_last_stage(
    text: str, image: tuple[str, str, int] | None, version: str
) -> None:
    base = read_base_image(text)
    assert base == image
    assert (base.version if base else "") == version


def test_declared_dockerfiles_read_as_in_the_cli() -> None:
    compared = 0
    for case in CASES:
        vendor = case.vendor.get("dockerfile", {})
        if vendor.get("is_file"):
            base = read_base_image(case.files[vendor["declared"]]) or BaseImage("", "", 0)
            build = parse_build(base.version)
            assert (base.image != "") == vendor.get("base_known", False), case.name
            assert base.version == vendor.get("runtime_version", ""), case.name
            assert (build.disagreement(case.vendor["pin"]) if build else "") == vendor.get(
                "disagrees", ""
            ), case.name
            compared += 1
    assert compared == 11
