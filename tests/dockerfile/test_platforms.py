from __future__ import annotations

import pytest

from lint_runtime.dockerfile.platforms import InvalidPlatformError, parse_platform, spelled

PLATFORMS = {
    "linux/amd64": ("linux", "amd64", ""),
    "Linux/AMD64": ("linux", "amd64", ""),
    "linux": ("linux", "", ""),
    "windows": ("windows", "", ""),
    "macos/arm64": ("darwin", "arm64", ""),
    "macos": ("darwin", "", ""),
    "arm64": ("linux", "arm64", ""),
    "x86_64": ("linux", "amd64", ""),
    "linux/x86-64": ("linux", "amd64", ""),
    "linux/i386/x": ("linux", "386", ""),
    "linux/aarch64": ("linux", "arm64", ""),
    "linux/armhf": ("linux", "arm", "v7"),
    "linux/ARMEL/V8": ("linux", "arm", "v6"),
    "linux/arm": ("linux", "arm", "v7"),
    "linux/arm/5": ("linux", "arm", "v5"),
    "linux/arm/6": ("linux", "arm", "v6"),
    "linux/arm/V7": ("linux", "arm", "v7"),
    "linux/arm/8": ("linux", "arm", "v8"),
    "linux/arm64/8": ("linux", "arm64", ""),
    "linux/arm64/v8": ("linux", "arm64", ""),
    "linux/arm64/v8.0": ("linux", "arm64", ""),
    "linux/arm64/9": ("linux", "arm64", "v9"),
    "linux/arm64/9.0": ("linux", "arm64", "v9"),
    "linux/arm64/v9.0": ("linux", "arm64", "v9"),
    "linux/amd64/v1": ("linux", "amd64", ""),
    "linux/amd64/V2": ("linux", "amd64", "v2"),
    "linux/x86-64/v1": ("linux", "amd64", ""),
    "linux/foo/bar": ("linux", "foo", "bar"),
    "armhf": ("linux", "arm", "v7"),
    "foo/bar": ("foo", "bar", ""),
    "windows(10.0.17763+a)/amd64": ("windows", "amd64", ""),
    "windows(1%2e)/amd64": ("windows", "amd64", ""),
}
REFUSED = {
    "": "it has an empty part",
    "/amd64": "it has an empty part",
    "linux/": "it has an empty part",
    "linux/amd64/": "it has an empty part",
    "lin ux/amd64": "unknown operating system 'lin ux'",
    "windows(%zz)/amd64": "unknown operating system 'windows(%zz)'",
    "local": "unknown operating system or architecture",
    "windows(1%2)/amd64": "unknown operating system 'windows(1%2)'",
    "li.nux/amd64": "unknown operating system 'li.nux'",
    "linux/a b": "invalid part 'a b'",
    "linux/*": "invalid part '*'",
    "linux/é": "invalid part 'é'",
    "linux/a/b*": "invalid part 'b*'",
    "linux/a/b/c": "it has more than three parts",
    "foo": "unknown operating system or architecture",
}


def _reason(text: str) -> str:
    with pytest.raises(InvalidPlatformError) as refused:
        parse_platform(text)
    return str(refused.value)


def test_platforms() -> None:
    assert {text: tuple(parse_platform(text)) for text in PLATFORMS} == PLATFORMS


def test_refused_platforms() -> None:
    assert {text: _reason(text) for text in REFUSED} == REFUSED


def test_platforms_as_option_values() -> None:
    texts = ["linux", "linux/amd64", "linux/arm/v7"]
    assert [spelled(parse_platform(text)) for text in texts] == texts
