"""Versions, tags, repositories and mirrors, and the edits of images."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lint_runtime.diagnostics import Edit
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.images import (
    AGENT_SUFFIXES,
    REPOSITORIES,
    Destination,
    InvalidTagError,
    RepositoryKind,
    RuntimeImage,
    RuntimeTag,
    apply_spans,
    contested_words,
    correct_tag,
    mirrored,
    missing_suffixes,
    original_of,
    parse_tag,
    pythons_of,
    runtime_images,
)
from lint_runtime.lifecycle.model import Existence, ReleaseSeries, State
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version, series_name
from tests.conftest import AS_OF, TABLE

SHA = "sha256:" + "0123456789abcdef" * 4
TWO, THREE = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
CERTIFIED = "quay.io/astronomer/ap-airflow"


def _errors(parse: Callable[[str], object], error: type[ValueError], texts: list[str]) -> dict[str, str]:
    """Check that `parse` raises `error` for each text. Returns the messages, keyed by text."""
    messages = {}
    for text in texts:
        with pytest.raises(error) as raised:
            parse(text)
        messages[text] = str(raised.value)
    return messages


def test_versions_sort_by_airflow_and_number() -> None:
    written = ["3.0.4", "4.2.9", "9.10.2", "9.21.0", "13.11.0", "3.0-1", "3.0-9", "3.0-10", "3.3-1"]
    versions = [version for text in written if (version := parse_version(text))]
    assert [str(version) for version in sorted(versions)] == written
    assert [version.series for version in versions] == [
        "3",
        "4",
        "9",
        "9",
        "13",
        "3.0",
        "3.0",
        "3.0",
        "3.3",
    ]
    assert [str(version.other_form) for version in versions[-1:] + versions[:1]] == ["3.3.1", "3.0-4"]
    assert [series_name(series) for series in ("13", "3.1")] == ["13.x", "3.1"]


def test_text_that_is_no_version() -> None:
    texts = ["", "13", "3.1", "13.11", "13.11.00", "v13.11.0", "3.1-", "1.2.3.4", "3.1-5-base", "٣.0.1"]
    assert {text: parse_version(text) for text in texts} == dict.fromkeys(texts)


V13 = RuntimeVersion(2, 13, 6, 0)
V31 = RuntimeVersion(3, 3, 1, 5)


@pytest.mark.parametrize(
    ("tag", "parsed", "series", "is_floating"),
    [
        ("13.6.0", RuntimeTag("13.6.0", V13), "13", False),
        ("13.6.0-base", RuntimeTag("13.6.0", V13, base=True), "13", False),
        (
            "13.6.0-ubi9-python-3.12-slim-base",
            RuntimeTag("13.6.0", V13, "", ubi9=True, python="3.12", slim=True, base=True),
            "13",
            False,
        ),
        ("3.1-5-python-3.12", RuntimeTag("3.1-5", V31, python="3.12"), "3.1", False),
        ("latest", RuntimeTag("latest", None), None, True),
        ("latest-base", RuntimeTag("latest", None, base=True), None, True),
        ("9", RuntimeTag("9", None), "9", True),
        ("9.1", RuntimeTag("9.1", None), "9", True),
        ("3", RuntimeTag("3", None), None, True),
        ("3.1", RuntimeTag("3.1", None), "3.1", True),
        ("8.2.0-alpha4-base", RuntimeTag("8.2.0", RuntimeVersion(2, 8, 2, 0), "-alpha4", base=True), "8", False),
        ("13.6.0-rc1", RuntimeTag("13.6.0", V13, "-rc1"), "13", False),
        ("13.6.0b2", RuntimeTag("13.6.0", V13, "b2"), "13", False),
        ("13.6.0-dev", RuntimeTag("13.6.0", V13, "-dev"), "13", False),
        ("3.1-5-nightly202504150001", RuntimeTag("3.1-5", V31, "-nightly202504150001"), "3.1", False),
        ("3.1-beta1", RuntimeTag("3.1", None, "-beta1"), "3.1", False),
    ],
)  # fmt: skip
def test_tags(tag: str, parsed: RuntimeTag, series: str | None, *, is_floating: bool) -> None:
    assert parse_tag(tag) == parsed
    assert (str(parsed), parsed.series, parsed.is_floating) == (tag, series, is_floating)


def test_agent_tags() -> None:
    tag = "3.1-5-ubi9-python-3.12-astro-agent-1.2.0-base"
    parsed = parse_tag(tag, AGENT_SUFFIXES)
    assert parsed == RuntimeTag("3.1-5", V31, ubi9=True, python="3.12", base=True, agent="1.2.0")
    assert str(parsed) == tag
    assert str(parsed.without(["python", "agent"])) == "3.1-5-ubi9-base"
    # Unlike other tags of agents, a floating tag needs neither -python nor -astro-agent.
    assert parse_tag("3.1", AGENT_SUFFIXES).is_floating
    assert parse_tag("3", AGENT_SUFFIXES).is_floating
    for wrong in ("3.1.5-python-3.12-astro-agent-1.2.0", "13.6.0-python-3.12-astro-agent-1.2.0", "13"):
        with pytest.raises(InvalidTagError, match=r"the version must be X\.Y-N"):
            parse_tag(wrong, AGENT_SUFFIXES)
    incomplete = ["3.1-5", "3.1-5-base", "3.1-5-python-3.12", "3.1-5-astro-agent-1.2.0"]
    message = "-python-X.Y or -astro-agent-A.B.C is missing"
    found = _errors(lambda text: parse_tag(text, AGENT_SUFFIXES), InvalidTagError, incomplete)
    assert found == dict.fromkeys(incomplete, message)


def test_invalid_tags() -> None:
    messages = {
        "main": "it must start with a version, such as 13.11.0 or 3.1-21",
        "13.6.0-slim-python-3.12": "the suffixes are in the wrong order",
        "13.6.0-base-slim-ubi9": "the suffixes are in the wrong order",
        "13.6.0-rc1-base-slim": "the suffixes are in the wrong order",
        "13.6.0-base-base": "'-base' is repeated",
        "13.6.0-alpine": "unknown suffix '-alpine'",
        "13.6.0-slimmer": "unknown suffix '-slimmer'",
        "13.6.0-base-x": "unknown suffix '-x'",
        "13.6.0-python-3": "unknown suffix '-python-3'",
        "13.6.0-post1": "unknown suffix '-post1'",
        "13.6.0.1": "the version must be X.Y.Z or X.Y-N",
        "13.06.0": "the version must be X.Y.Z or X.Y-N",
        "13.6.01": "the version must be X.Y.Z or X.Y-N",
        "3.1-5-1": "unknown suffix '-1'",
        "3.1-5-python-3.12-astro-agent-1.2.0": "this repository has no '-astro-agent-1.2.0' images",
    }
    assert _errors(parse_tag, InvalidTagError, list(messages)) == messages


@pytest.mark.parametrize(
    ("tag", "corrected"),
    [
        pytest.param("v12.1.1", "12.1.1", id="a v"),
        pytest.param("V12.1.1-BASE", "12.1.1-base", id="upper case"),
        pytest.param("9.1.0-bsae", "9.1.0-base", id="a misspelled suffix"),
        pytest.param("3.1-5-sllim-ubi-9", None, id="a suffix in two parts"),
        pytest.param("13.6.0-slim-python-3.12", "13.6.0-python-3.12-slim", id="two suffixes in the wrong order"),
        pytest.param("13.6.0-base-slim-ubi9", "13.6.0-ubi9-slim-base", id="three suffixes in the wrong order"),
        pytest.param("13.6.0-py3.12", "13.6.0-python-3.12", id="a short Python"),
        pytest.param("13.6.0-python3.12-base", "13.6.0-python-3.12-base", id="a Python without a hyphen"),
        pytest.param("13.6.0-base-base", "13.6.0-base", id="a repeated suffix"),
        pytest.param("v3.1", "3.1", id="a series"),
        pytest.param("13.6.0-alpine", None, id="an unknown suffix"),
        pytest.param("13.6.0-python-3", None, id="a Python without a minor version"),
        pytest.param("13.6.0.1", None, id="four numbers"),
        pytest.param("13.06.0", None, id="a leading zero"),
        pytest.param("main", None, id="no version"),
    ],
)  # fmt: skip
def test_corrections_of_invalid_tags(tag: str, corrected: str | None) -> None:
    assert (str(meant) if (meant := correct_tag(tag)) else None) == corrected


def test_corrections_of_agent_tags() -> None:
    suffixes = "-python-3.12-astro-agent-1.2.0"
    corrections = {
        f"3.1.5{suffixes}": f"3.1-5{suffixes}",
        "3.1-5-base-python-3.12-astro-agent-1.2.0": f"3.1-5{suffixes}-base",
        "3.1-5-base": "None",
        f"3.1-5-slim{suffixes}": "None",
    }
    assert {tag: str(correct_tag(tag, AGENT_SUFFIXES)) for tag in corrections} == corrections


def test_mirrors() -> None:
    mirrors = {
        "registry.example/rt": TWO,
        "registry.example/*/runtime": "quay.io/astronomer/*",
        "*.example/a/*": "*.io/*/astro-runtime",
        "registry.example/plus+/*": "never/*",
    }
    originals = {
        "registry.example/rt": TWO,
        "registry.example/astro-runtime/runtime": TWO,
        "registry.example/a/b/runtime": "registry.example/a/b/runtime",
        "registry.example//runtime": "registry.example//runtime",
        "quay.example/a/astronomer": TWO,
        "registry.example/pluss/x": "registry.example/pluss/x",
        "registry.example/rt/x": "registry.example/rt/x",
        "python": "python",
        "x": "x",
    }
    assert {repository: mirrored(repository, mirrors) for repository in originals} == originals
    assert mirrored("registry.example/rt", {}) == "registry.example/rt"
    # If several patterns match, the first one counts.
    twice = {"r.example/*": "first/*", "*/x": "second/*"}
    assert mirrored("r.example/x", twice) == "first/x"


def test_apparent_mirrors() -> None:
    originals = {
        "registry.example/astronomer/astro-runtime": TWO,
        "registry.example/quay/astronomer/astro-runtime": TWO,
        "registry.example/astronomer/ap-airflow": CERTIFIED,
        "registry.example/astronomerinc/ap-airflow": "docker.io/astronomerinc/ap-airflow",
        "registry.example/baseimages/astro-remote-execution-agent": AGENT,
        "registry.example/runtime": "",
        "registry.example/my-astronomer/astro-runtime": "",
        "registry.example/astronomer/astro-runtime/x": "",
        "astronomer/astro-runtime": "",
        "python": "",
    }
    assert {repository: original_of(repository) for repository in originals} == originals


def _images(source: str) -> list[RuntimeImage | None]:
    dockerfile = parse_dockerfile(source.encode(), {})
    mirrors = {"registry.example/rt": TWO, "registry.example/*/rt": TWO}
    return runtime_images((*dockerfile.stages, *dockerfile.uses), TABLE.as_of(AS_OF), mirrors)


def _image(source: str) -> RuntimeImage:
    (image,) = _images(source)
    assert image
    return image


def test_vendor_repositories() -> None:
    kinds = {
        name: (repository.kind.value, repository.airflow)
        for name in REPOSITORIES
        if (repository := _image(f"FROM {name}").repository)
    }
    assert kinds == {
        TWO: ("runtime", 2),
        THREE: ("runtime", 3),
        "astrocrpublic.azurecr.io/astronomer/astro-runtime": ("runtime", 2),
        "air.astronomer.io/runtime": ("runtime", 3),
        f"{TWO}-dev": ("prerelease", 2),
        f"{THREE}-dev": ("prerelease", 3),
        AGENT: ("agent", 3),
        CERTIFIED: ("retired", 2),
        f"{CERTIFIED}-dev": ("retired", 2),
        "quay.io/astronomer/docker-airflow": ("retired", 2),
        "docker.io/astronomer/ap-airflow": ("retired", 2),
        "docker.io/astronomer/ap-airflow-dev": ("retired", 2),
        "docker.io/astronomerinc/ap-airflow": ("retired", 2),
        "docker.io/astronomerinc/ap-airflow-dev": ("retired", 2),
        "docker.io/astronomerio/ap-airflow-dev": ("retired", 2),
        "docker.io/astronomerio/ap-airflow": ("retired", 2),
        "docker.io/astronomerio/airflow": ("retired", 2),
    }


@pytest.mark.parametrize(
    ("image", "airflow", "python", "os", "existence", "contents"),
    [
        (f"{TWO}:13.11.0", 2, "3.12", "Debian 12 (bookworm)", Existence.LISTED, [("airflow", "2"), ("python", "3.12"), ("debian", "12")]),
        (f"{TWO}:13.11.0-ubi9-python-3.11", 2, "3.11", "UBI 9", Existence.LISTED, [("airflow", "2"), ("python", "3.11"), ("rhel", "9")]),
        (f"{TWO}:3.1-5", 3, "3.12", "", Existence.LISTED, [("airflow", "3"), ("python", "3.12")]),
        (f"{THREE}:9", 2, "3.11", "Debian 11.7 (bullseye)", Existence.LISTED, [("airflow", "2"), ("python", "3.11"), ("debian", "11")]),
        (f"{TWO}:9.2.5-python-3.9", 2, "3.9", "", Existence.NEVER, [("python", "3.9")]),
        (f"{TWO}:99.0.0", 2, "", "", Existence.NEWER, []),
        (f"{THREE}:latest", 3, "", "", None, []),
        (THREE, 3, "", "", None, []),
        (f"{TWO}:13.x", 2, "", "", None, []),
        (f"{TWO}-dev:13.0.0", 2, "3.12", "Debian 12 (bookworm)", Existence.LISTED, [("airflow", "2"), ("python", "3.12"), ("debian", "12")]),
        (f"{TWO}:14.0.0-rc1", 2, "", "", Existence.NEWER, []),
    ],
)  # fmt: skip
def test_facts_of_images(
    image: str,
    airflow: int,
    python: str,
    os: str,
    existence: Existence | None,
    contents: list[tuple[str, str]],
) -> None:
    known = _image(f"FROM {image}")
    assert (known.airflow, known.python, known.os, known.existence) == (airflow, python, os, existence)
    assert list(known.contents) == contents
    assert known.is_prerelease is ("-rc1" in image or "-dev" in image)


def test_images_that_are_no_runtime_images() -> None:
    sources = ["FROM python", "FROM scratch", "FROM {{ r }}/runtime:3.1-5", f"FROM {TWO}:{{{{ v }}}}"]
    # A build argument could complete the invalid tag `13.x`.
    sources.append(f"ARG V\nFROM {TWO}:13.x$V")
    assert {source: _images(source) for source in sources} == {source: [None] for source in sources}
    retired = _image(f"FROM {CERTIFIED}:{{{{ v }}}}")
    assert (retired.repository.kind, retired.tag, retired.tag_error) == (RepositoryKind.RETIRED, None, "")
    assert _image(f"FROM {TWO}:13.x").tag_error == "the version must be X.Y.Z or X.Y-N"
    assert _image(f"FROM {TWO}:13.6.0").tag_error == ""
    open_registry = _image("FROM {{ r }}/astronomer/astro-runtime:13.11.0")
    assert (open_registry.original, open_registry.is_mirror) == (TWO, True)
    assert _image(f"FROM {TWO}:13.11.0").is_mirror is False


def _edited(source: str, edits: tuple[Edit, ...]) -> str | None:
    """Return `source` after the edits, or None if there are no edits."""
    lines = source.split("\n")
    for edit in sorted(edits, reverse=True):
        line, start, end_line, end = edit.location
        assert line == end_line
        lines[line - 1] = lines[line - 1][: start - 1] + edit.text + lines[line - 1][end - 1 :]
    return "\n".join(lines) if edits else None


def _to(number: str, repository: str = "") -> Callable[[RuntimeImage], Destination]:
    """Return a function that maps an image to a destination: the release `number`, with the image's suffixes."""
    version = parse_version(number)
    lifecycle = TABLE.as_of(AS_OF).series(version.series if version else "")
    assert version
    assert lifecycle

    def destination(image: RuntimeImage) -> Destination:
        tag = image.tag or RuntimeTag("", None)
        tag = tag._replace(number=number, version=version, prerelease="")
        return Destination(lifecycle, tag, repository)

    return destination


@pytest.mark.parametrize(
    ("source", "edited"),
    [
        pytest.param(f"FROM {TWO}:13.6.0-base AS a", f"FROM {TWO}:13.11.0-base AS a", id="a tag"),
        pytest.param(f"FROM {TWO}:13", f"FROM {TWO}:13.11.0", id="a floating tag"),
        pytest.param(f"FROM {TWO}:13.6.0-rc1-base", f"FROM {TWO}:13.11.0-base", id="a pre-release"),
        pytest.param(f"FROM {TWO} AS a", f"FROM {TWO}:13.11.0 AS a", id="no tag"),
        pytest.param(f"FROM {TWO}:13.x", f"FROM {TWO}:13.11.0", id="an invalid tag"),
        pytest.param("FROM registry.example/rt:13.6.0", "FROM registry.example/rt:13.11.0", id="a mirror"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V-base", f"ARG V=13.11.0\nFROM {TWO}:$V-base", id="an ARG"),
        pytest.param(f"ARG V=13.6.0-base\nFROM {TWO}:$V", f"ARG V=13.11.0-base\nFROM {TWO}:$V", id="an ARG with a suffix"),
        pytest.param(f"ARG I={TWO}:13.6.0\nFROM $I", f"ARG I={TWO}:13.11.0\nFROM $I", id="an ARG with the image"),
        pytest.param(f"ARG V=13.6.0\nARG W=$V-base\nFROM {TWO}:$W", f"ARG V=13.11.0\nARG W=$V-base\nFROM {TWO}:$W", id="a chain of ARGs"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nARG V=13.6.0", f"ARG V=13.11.0\nFROM {TWO}:$V\nARG V=13.11.0", id="a repeated ARG"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM {TWO}:$V-base", f"ARG V=13.11.0\nFROM {TWO}:$V\nFROM {TWO}:$V-base", id="an ARG of two images"),
        pytest.param(f"ARG V=13.\nFROM {TWO}:${{V}}6.0", None, id="a version in two pieces"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM x:$V", None, id="an ARG of another image"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM {TWO}:$V@{SHA}", None, id="an ARG of a pinned image"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM --platform=$V {TWO}:13.6.0", None, id="an ARG of a platform"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM {THREE}:$V", None, id="an ARG of two repositories"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM {TWO}:$V-rc1", None, id="an ARG of a pre-release"),
        pytest.param("ARG V=13.6.0\nFROM registry.example/$V/rt:$V", None, id="an ARG of the tag and the repository"),
        # An image with so many variables is not traced, so it may use V.
        pytest.param(f"ARG V=13.6.0\nARG X=1\nFROM {TWO}:$V\nFROM x:{'$X' * 2000}", None, id="too many variables"),
    ],
)  # fmt: skip
def test_edits_of_the_version(source: str, edited: str | None) -> None:
    image = _images(source)[0]
    assert image
    assert _edited(source, image.edits(_to("13.11.0")(image))) == edited


@pytest.mark.parametrize(
    ("source", "edited"),
    [
        pytest.param(f"FROM {TWO}:3.1-5-base AS a", "FROM r.io/x:3.1-21-base AS a", id="with a tag"),
        pytest.param(f"FROM {TWO} AS a", "FROM r.io/x:3.1-21 AS a", id="without a tag"),
        pytest.param(f"ARG T={TWO}:3.1-5\nFROM $T", "ARG T=r.io/x:3.1-21\nFROM $T", id="an ARG"),
        pytest.param(f"ARG R={TWO}\nFROM $R:3.1-5", "ARG R=r.io/x\nFROM $R:3.1-21", id="an ARG with the repository"),
        pytest.param("ARG R=quay.io\nFROM $R/astronomer/astro-runtime:3.1-5", None, id="a registry in an ARG"),
    ],
)  # fmt: skip
def test_edits_of_the_repository(source: str, edited: str | None) -> None:
    image = _image(source)
    assert _edited(source, image.edits(_to("3.1-21", "r.io/x")(image))) == edited


@pytest.mark.parametrize(
    ("tag", "python", "spans"),
    [
        pytest.param("13.6.0-python-3.9-base", "3.10", [("13.6.0", "13.11.0"), ("-python-3.9", "-python-3.10")], id="another Python"),
        pytest.param("13.6.0-slim-base", "3.10", [("13.6.0", "13.11.0"), ("", "-python-3.10")], id="a new suffix"),
        pytest.param("13.11.0-python-3.9-base", "", [("-python-3.9", "")], id="a removed suffix"),
        pytest.param("13.11.0", "", [], id="the same tag"),
    ],
)  # fmt: skip
def test_spans_are_the_changed_parts_of_the_tag(
    tag: str, python: str, spans: list[tuple[str, str]]
) -> None:
    image = _image(f"FROM {TWO}:{tag}")
    destination = _to("13.11.0")(image)
    assert destination.tag
    destination = destination._replace(tag=destination.tag._replace(python=python))
    changes = image.spans(destination)
    assert [(image.stage.image[start:end], text) for start, end, text in changes] == spans
    assert apply_spans(image.stage.image, changes) == f"{TWO}:{destination.tag}"


@pytest.mark.parametrize(
    ("source", "argument", "variables"),
    [
        pytest.param(f"FROM {TWO}:13.6.0", None, (), id="no variable"),
        pytest.param(f"ARG V=13.6.0-base\nFROM {TWO}:$V", ("V", "13.6.0-base", 1, 7), (), id="a tag"),
        pytest.param(f"ARG V='13.6.0'\nFROM {TWO}:${{V}}-base", ("V", "'13.6.0'", 1, 8), (), id="a quoted version"),
        pytest.param(f"ARG A=1 \\\n  I={TWO}:13.6.0\nFROM $I", ("I", f"{TWO}:13.6.0", 2, 38), (), id="an image on a continued line"),
        pytest.param(f"ARG V=13.6.0\nARG W=$V-base\nFROM {TWO}:$W", ("V", "13.6.0", 1, 7), (), id="a chain"),
        pytest.param(f"ARG R={TWO}\nFROM $R:13.6.0", None, (), id="the repository in an ARG"),
        pytest.param(f"ARG M=13\nARG N=6.0\nFROM {TWO}:$M.$N", None, ("M", "N"), id="a version in pieces"),
        pytest.param(f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM python:$V", None, ("V",), id="an ARG of another image"),
    ],
)  # fmt: skip
def test_the_place_of_the_version(
    source: str, argument: tuple[str, str, int, int] | None, variables: tuple[str, ...]
) -> None:
    image = _images(source)[0]
    assert image
    found = image.argument
    assert (found and (found.name, found.default, *found.location.start)) == argument
    assert image.variables == variables


@pytest.mark.parametrize(
    ("source", "fixed"),
    [
        pytest.param(f"FROM --platform=linux/x {TWO}", f"FROM --platform=P {TWO}", id="a platform"),
        pytest.param(f"ARG A=linux/x\nFROM --platform=$A {TWO}", f"ARG A=P\nFROM --platform=$A {TWO}", id="an ARG"),
        pytest.param(f"FROM --platform=linux/x {TWO}@{SHA}", f"FROM --platform=P {TWO}@{SHA}", id="an image with a digest"),
        pytest.param(f"FROM --platform=$BUILDPLATFORM {TWO}", None, id="build platform"),
        pytest.param(f"ARG A\nFROM --platform=linux/x$A {TWO}", None, id="an ARG without a value"),
        pytest.param(f"ARG A=linux/x\nFROM --platform=$A {TWO}\nFROM --platform=$A-y x", None, id="an ARG of another platform"),
    ],
)  # fmt: skip
def test_edits_of_the_platform(source: str, fixed: str | None) -> None:
    image = _images(source)[0]
    assert image
    assert _edited(source, image.edit_platform("P")) == fixed


def _series(name: str) -> ReleaseSeries:
    series = TABLE.find_series(name)
    assert series
    return series


def test_suffixes_without_an_image() -> None:
    missing = {
        "4.2.0-python-3.9-base": ["python"],
        "4.2.0-ubi9-python-3.10-slim": ["ubi9", "python", "slim"],
        "9.1.0-python-3.11": [],
        "9.1.0-python-3.12": ["python"],
        "9.1.0-ubi9-python-3.12": ["ubi9", "python"],
        "11.7.0-python-3.12": ["python"],
        "12.2.0-ubi9": ["ubi9"],
        "12.3.0-ubi9-python-3.11-slim-base": [],
        "13.11.0-ubi9-python-3.9-slim-base": ["python"],
        "3.1-21-ubi9-python-3.11-slim": ["slim"],
        "2.1.1-ubi9-python-3.7-slim-base": [],
    }
    tags = {tag: parse_tag(tag) for tag in missing}
    found = {
        text: missing_suffixes(tag, _series(tag.series or ""), tag.version) for text, tag in tags.items()
    }
    assert {text: [*names] for text, names in found.items()} == missing
    assert found["4.2.0-ubi9-python-3.10-slim"] == {
        "ubi9": "-ubi9",
        "python": "-python-3.10",
        "slim": "-slim",
    }
    # `-ubi9` is not missing, because some releases of series 12 have UBI 9 images.
    assert missing_suffixes(parse_tag("12-ubi9"), _series("12"), None) == {}
    agent = parse_tag("3.1-5-python-3.12-astro-agent-1.2.0-base", AGENT_SUFFIXES)
    assert missing_suffixes(agent, _series("3.1"), agent.version) == {}
    # If the variants are unknown, the Python versions of UBI 9 images are unknown, too.
    unknown = _series("13")._replace(variants=None)
    texts = ("13-python-3.9-slim", "13-python-3.10", "13-slim", "13-ubi9-python-3.9")
    assert [missing_suffixes(parse_tag(text), unknown, None) for text in texts] == [
        {"python": "-python-3.9"},
        {},
        {},
        {},
    ]
    assert missing_suffixes(parse_tag("13-python-3.9"), unknown._replace(pythons=()), None) == {}


def test_pythons_of_a_series() -> None:
    everything = ("3.9", "3.10", "3.11")
    assert pythons_of(_series("11"), is_ubi9=False) == everything
    assert pythons_of(_series("11"), is_ubi9=True) == (*everything, "3.12")
    # Python 3.10 is supported through 2026-10-31.
    for day, known in ((31, ("3.10", "3.11", "3.12")), (32, ("3.11", "3.12"))):
        today = date.fromordinal(date(2026, 10, 1).toordinal() + day - 1)
        assert pythons_of(_series("11"), is_ubi9=True, known=TABLE.as_of(today)) == known
    # The end of this Python is unknown, so it counts as supported.
    unknown = _series("11")._replace(pythons=("3.99",))
    assert pythons_of(unknown, is_ubi9=False, known=TABLE.as_of(AS_OF)) == ("3.99",)
    assert pythons_of(_series("4"), is_ubi9=False) == ()
    assert pythons_of(_series("4")._replace(variants=None), is_ubi9=False) == ("3.9",)
    without = _series("9")._replace(variants=None, pythons=(), ubi9_pythons=("3.9",))
    assert pythons_of(without, is_ubi9=True) == ()


def test_states_of_images() -> None:
    states = {
        f"{TWO}:13.11.0": State.MAINTAINED,
        f"{TWO}-dev:13.11.0": State.PRERELEASE,
        f"{TWO}:13.11.0-rc1": State.PRERELEASE,
        f"{TWO}:99.0.0": State.UNKNOWN,
        f"{TWO}-dev:99.0.0": State.PRERELEASE,
        f"{THREE}:latest": State.UNKNOWN,
        f"{TWO}-dev:4.0.0": State.UNSUPPORTED,
        f"{TWO}:13.5.0": State.YANKED,
        f"{TWO}:9": State.UNSUPPORTED,
    }
    assert {image: _image(f"FROM {image}").state(AS_OF) for image in states} == states
    end = _series("13").schedule[-1].end_of_maintenance
    assert end
    days = (end - AS_OF).days
    for image, state in ((f"{TWO}:13.11.0", State.MAINTAINED), (f"{TWO}-dev:13.1.0", State.PRERELEASE)):
        assert _image(f"FROM {image}").state(AS_OF, days) is State.ENDING
        assert _image(f"FROM {image}").state(AS_OF, days - 1) is state


def test_the_image_to_write() -> None:
    mirror, template = "registry.example/rt", "{{ r }}/astronomer/astro-runtime"
    # Keys: the source, and the repository to write ("" for the old one).
    # Values: the image to write, whether an edit can write it, and the ARG to change ("" for none).
    cases = {
        (f"FROM {TWO}:13.6.0-base", ""): (f"{TWO}:13.11.0-base", True, ""),
        (f"FROM {TWO}:13.6.0@{SHA}", ""): (f"{TWO}:13.11.0", True, ""),
        (f"FROM {mirror}:13.6.0", ""): (f"{mirror}:13.11.0", True, ""),
        (f"FROM {mirror}:13.6.0", THREE): (f"{THREE}:13.11.0", True, ""),
        (f"ARG V=13.6.0\nFROM {TWO}:$V", ""): (f"{TWO}:13.11.0", True, "V"),
        (f"ARG V=13.6.0\nFROM {TWO}:$V-base", ""): (f"{TWO}:13.11.0-base", True, "V"),
        (f"ARG V=13.6.0\nFROM {TWO}:$V", THREE): (f"{THREE}:13.11.0", True, ""),
        (f"ARG I={TWO}:13.6.0\nFROM $I", THREE): (f"{THREE}:13.11.0", True, "I"),
        # The first ARG contains only a part of the version. The second ARG is also used by another image.
        (f"ARG V=13\nFROM {TWO}:$V.6.0", ""): (f"{TWO}:13.11.0", False, ""),
        (f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM x:$V", ""): (f"{TWO}:13.11.0", False, ""),
        # A new version can be written, but not a new repository.
        (f"ARG R=quay.io\nFROM $R/{TWO.partition('/')[2]}:13.6.0", ""): (f"{TWO}:13.11.0", True, ""),
        (f"ARG R=quay.io\nFROM $R/{TWO.partition('/')[2]}:13.6.0", THREE): (f"{THREE}:13.11.0", False, ""),
        # Fixes don't change templates.
        (f"FROM {template}:13.6.0", ""): (f"{template}:13.11.0", False, ""),
        (f"FROM {template}:13.6.0", TWO): (f"{TWO}:13.11.0", False, ""),
    }
    for (source, repository), (full, is_editable, argument) in cases.items():
        image = _images(source)[0]
        assert image
        destination = _to("13.11.0", repository)(image)
        assert image.full(destination) == full
        for changed in (image._replace(destination=destination), image._replace(next=destination)):
            assert changed.is_editable is is_editable, source
            found = changed.argument_to_change
            assert (found.name if found else "") == argument, source
            # An image from an earlier report is editable if it was editable in the earlier run.
            assert changed._replace(was_editable=not is_editable).is_editable is not is_editable
        unknown = destination._replace(tag=None)
        assert (image.full(None), image.full(unknown)) == ("", "")
        tag = f"13.11.0{'-base' * full.endswith('-base')}"
        assert destination.text == (f"{repository}:{tag}" if repository else tag)
        assert unknown.text == "the newest 13.x tag"
        assert image._replace(destination=unknown).argument_to_change == image.argument
    # `next`, the image to upgrade to first, takes precedence over the destination.
    image = _image(f"ARG V=13.6.0\nFROM {TWO}:$V")
    near, far = _to("13.11.0")(image), _to("3.1-21", THREE)(image)
    assert image._replace(next=near, destination=far).argument_to_change == image.argument
    assert image._replace(next=far, destination=near).argument_to_change is None


def test_editable_images_without_a_destination() -> None:
    sources = {
        f"FROM {TWO}:13.11.0": True,
        f"ARG V=13.11.0\nFROM {TWO}:$V": True,
        f"ARG V=13\nFROM {TWO}:$V.11.0": False,
        f"ARG V=13.11.0\nFROM {TWO}:$V\nFROM x:$V": False,
    }
    images = {source: _images(source)[0] for source in sources}
    assert {source: image and image.is_editable for source, image in images.items()} == sources


def test_words_that_need_different_edits() -> None:
    one = f"ARG V=13.6.0\nFROM {TWO}:$V\nFROM {TWO}:$V-base\nFROM {TWO}:13.6.0"
    images = [image for image in _images(one) if image]
    assert len(images) == 3
    (word,) = images[0].stage.image_source.numbers & images[1].stage.image_source.numbers

    def contested(*versions: str) -> frozenset[int | None]:
        plans = [(image, _to(version)(image)) for image, version in zip(images, versions, strict=True)]
        changes = [(image, image.edits_by_word(destination) or {}) for image, destination in plans]
        return contested_words(changes)

    assert contested("13.11.0", "13.11.0", "13.10.0") == frozenset()
    assert contested("13.11.0", "13.10.0", "13.10.0") == {word}
    # The second image stays at 13.6.0, so it must keep the word.
    assert contested("13.11.0", "13.6.0", "13.6.0") == {word}
