"""Versions, tags, repositories and mirrors, and the edits of images."""

from __future__ import annotations

from collections.abc import Callable

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
    correct_tag,
    mirrored,
    original_of,
    parse_tag,
    runtime_images,
)
from lint_runtime.lifecycle.model import Existence
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
    # A floating tag is valid without -python and -astro-agent.
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
    mirrors = {"registry.example/rt": TWO}
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
    assert {source: _images(source) for source in sources} == {source: [None] for source in sources}
    retired = _image(f"FROM {CERTIFIED}:{{{{ v }}}}")
    assert (retired.repository.kind, retired.tag, retired.tag_error) == (RepositoryKind.RETIRED, None, "")
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
