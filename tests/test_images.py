"""Strings -> references, tags and platforms."""

from __future__ import annotations

import pytest

from lint_runtime.dockerfile.platforms import InvalidPlatformError, Platform, parse_platform
from lint_runtime.dockerfile.references import ImageReference, InvalidReferenceError, parse_reference
from lint_runtime.images import AGENT_SUFFIXES, InvalidTagError, RuntimeTag, parse_tag
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version

SHA = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("a", ("docker.io/library/a", "", "")),
        ("a/b:1", ("docker.io/a/b", "1", "")),
        ("index.docker.io/a", ("docker.io/library/a", "", "")),
        ("localhost/a", ("localhost/a", "", "")),
        ("QUAY.io/a/b:X", ("quay.io/a/b", "X", "")),
        ("r:5000/a__b/c-d--e:1_.-", ("r:5000/a__b/c-d--e", "1_.-", "")),
        ("[::1]:5000/a", ("[::1]:5000/a", "", "")),
        ("my_registry.example.com/foo:1", ("my_registry.example.com/foo", "1", "")),
        (f"a:1@{SHA}", ("docker.io/library/a", "1", SHA)),
        ("quay.io/astronomer/astro-runtime:13.11.0", ("quay.io/astronomer/astro-runtime", "13.11.0", "")),
    ],
)
def test_references(text: str, reference: tuple[str, str, str]) -> None:
    assert parse_reference(text) == ImageReference(*reference)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "name is missing"),
        (":1", "name is missing"),
        ("/a", "starts with a slash"),
        ("a/", "ends in a slash"),
        ("A", "must be lowercase"),
        ("a b", "may contain a-z"),
        ("a___b", "may contain a-z"),
        ("a:", "empty tag after ':'"),
        ("a:-x", "a tag may contain"),
        ("a:b:c", "a tag may contain"),
        ("a:" + "x" * 129, "longer than 128"),
        ("a" * 256, "longer than 255"),
        ("r:x/a", "invalid registry 'r:x'"),
        ("-r.io/a", "invalid registry '-r.io'"),
        ("a@", "must be sha256:"),
        ("a@sha256:12", "must be sha256:"),
        ("a@md5:" + "0" * 32, "unsupported digest algorithm md5"),
        ("a@" + SHA.upper().replace("SHA", "sha"), "64 lowercase"),
        ("a@sha512:" + "0" * 64, "128 lowercase"),
        ("0123456789abcdef" * 4, "image ID"),
        ("quay.io/astronomer/astro-runtime:\x1b[0m", "a tag may contain"),
    ],
)
def test_refused_references(text: str, reason: str) -> None:
    with pytest.raises(InvalidReferenceError, match=reason):
        parse_reference(text)


@pytest.mark.parametrize("digest", [SHA, "sha384:" + "0" * 96, "sha512:" + "0" * 128])
def test_digests(digest: str) -> None:
    assert parse_reference(f"a@{digest}").digest == digest


def test_versions_sort_by_generation_and_by_number() -> None:
    written = ["3.0.4", "4.2.9", "9.10.2", "9.21.0", "13.11.0", "3.0-1", "3.0-9", "3.0-10", "3.3-1"]
    versions = [parse_version(text) for text in written]
    assert [str(version) for version in sorted(version for version in versions if version)] == written


@pytest.mark.parametrize(
    "text", ["", "13", "3.1", "13.11", "13.11.00", "v13.11.0", "3.1-", "1.2.3.4", "3.1-5-base", "٣.0.1"]
)
def test_no_versions(text: str) -> None:
    assert parse_version(text) is None


V13 = RuntimeVersion(2, 13, 6, 0)
V31 = RuntimeVersion(3, 3, 1, 5)


@pytest.mark.parametrize(
    ("tag", "parsed", "line"),
    [
        ("13.6.0", RuntimeTag("13.6.0", V13), "13"),
        ("13.6.0-base", RuntimeTag("13.6.0", V13, base=True), "13"),
        (
            "13.6.0-ubi9-python-3.12-slim-base",
            RuntimeTag("13.6.0", V13, "", ubi9=True, python="3.12", slim=True, base=True),
            "13",
        ),
        ("3.1-5-python-3.12", RuntimeTag("3.1-5", V31, python="3.12"), "3.1"),
        ("latest", RuntimeTag("latest", None), None),
        ("latest-base", RuntimeTag("latest", None, base=True), None),
        ("9", RuntimeTag("9", None), "9"),
        ("9.1", RuntimeTag("9.1", None), "9"),
        ("3", RuntimeTag("3", None), None),
        ("3.1", RuntimeTag("3.1", None), "3.1"),
        ("8.2.0-alpha4-base", RuntimeTag("8.2.0", RuntimeVersion(2, 8, 2, 0), "-alpha4", base=True), "8"),
        ("13.6.0-rc1", RuntimeTag("13.6.0", V13, "-rc1"), "13"),
        ("13.6.0b2", RuntimeTag("13.6.0", V13, "b2"), "13"),
        ("13.6.0-dev", RuntimeTag("13.6.0", V13, "-dev"), "13"),
        ("3.1-5-nightly202504150001", RuntimeTag("3.1-5", V31, "-nightly202504150001"), "3.1"),
        ("3.1-beta1", RuntimeTag("3.1", None, "-beta1"), "3.1"),
    ],
)
def test_tags(tag: str, parsed: RuntimeTag, line: str | None) -> None:
    assert parse_tag(tag) == parsed
    assert parsed.series == line


@pytest.mark.parametrize("tag", ["3.1-5", "3.1-5-base", "3.1-5-python-3.12", "3.1-5-astro-agent-1.2.0"])
def test_agent_tags_without_what_they_need(tag: str) -> None:
    with pytest.raises(InvalidTagError, match="is missing"):
        parse_tag(tag, AGENT_SUFFIXES)


def test_agent_tags() -> None:
    parsed = parse_tag("3.1-5-ubi9-python-3.12-astro-agent-1.2.0-base", AGENT_SUFFIXES)
    assert parsed == RuntimeTag("3.1-5", V31, ubi9=True, python="3.12", base=True, agent="1.2.0")


@pytest.mark.parametrize(
    ("tag", "reason", "suggestion"),
    [
        ("main", "must start with a version", ""),
        ("13.6.0-slim-python-3.12", "in the wrong order", "13.6.0-python-3.12-slim"),
        ("13.6.0-base-slim-ubi9", "in the wrong order", "13.6.0-ubi9-slim-base"),
        ("13.6.0-base-base", "'-base' is repeated", ""),
        ("13.6.0-alpine", "unknown suffix '-alpine'", ""),
        ("13.6.0-slimmer", "unknown suffix '-slimmer'", ""),
        ("13.6.0-base-x", "unknown suffix '-x'", ""),
        ("13.6.0-python-3", "unknown suffix", ""),
        ("13.6.0.1", "must be X.Y.Z or X.Y-N", ""),
        ("13.06.0", "must be X.Y.Z or X.Y-N", ""),
        ("3.1-5-1", "unknown suffix '-1'", ""),
        ("3.1-5-python-3.12-astro-agent-1.2.0", "this repository has no '-astro-agent-1.2.0' images", ""),
    ],
)
def test_invalid_tags(tag: str, reason: str, suggestion: str) -> None:
    with pytest.raises(InvalidTagError, match=reason) as invalid:
        parse_tag(tag)
    assert invalid.value.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux/amd64", ("linux", "amd64", "")),
        ("linux/x86_64", ("linux", "amd64", "")),
        ("linux/x86-64/v1", ("linux", "amd64", "")),
        ("linux/amd64/v2", ("linux", "amd64", "v2")),
        ("linux/aarch64", ("linux", "arm64", "")),
        ("linux/arm64/v8", ("linux", "arm64", "")),
        ("linux/arm64/8", ("linux", "arm64", "")),
        ("Linux/ARM64", ("linux", "arm64", "")),
        ("arm64", ("linux", "arm64", "")),
        ("armhf", ("linux", "arm", "v7")),
        ("linux/armel", ("linux", "arm", "v6")),
        ("linux/i386", ("linux", "386", "")),
        ("linux", ("linux", "", "")),
        ("macos/arm64", ("darwin", "arm64", "")),
        ("windows(10.0.17763)/amd64", ("windows", "amd64", "")),
        ("linux/amd46", ("linux", "amd46", "")),
        ("a/b/c", ("a", "b", "c")),
    ],
)
def test_platforms(text: str, platform: tuple[str, str, str]) -> None:
    assert parse_platform(text) == Platform(*platform)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("local", "unknown operating system or architecture"),
        ("linux/", "empty part"),
        ("/amd64", "empty part"),
        ("linux/*", "invalid part '\\*'"),
        ("li.nux/amd64", "unknown operating system 'li.nux'"),
        ("windows(%zz)/amd64", "unknown operating system"),
        ("a/b/c/d", "more than three parts"),
        ("linux/é", "invalid part 'é'"),
    ],
)
def test_refused_platforms(text: str, reason: str) -> None:
    with pytest.raises(InvalidPlatformError, match=reason):
        parse_platform(text)
