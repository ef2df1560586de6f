from __future__ import annotations

import pytest

from lint_runtime.dockerfile.references import (
    ImageReference,
    InvalidReferenceError,
    find_placeholder,
    parse_open_reference,
    parse_reference,
)

SHA = "sha256:" + "0123456789abcdef" * 4
REFERENCES = {
    "a": ("docker.io/library/a", "", ""),
    "a:1": ("docker.io/library/a", "1", ""),
    "a/b:1": ("docker.io/a/b", "1", ""),
    "docker.io/a": ("docker.io/library/a", "", ""),
    "index.docker.io/a": ("docker.io/library/a", "", ""),
    "index.docker.io/a/b": ("docker.io/a/b", "", ""),
    "registry-1.docker.io/a/b": ("docker.io/a/b", "", ""),
    "registry.hub.docker.com/library/a:1": ("docker.io/library/a", "1", ""),
    "r.io:443/a/b:1": ("r.io/a/b", "1", ""),
    "R.io:443/a": ("r.io/a", "", ""),
    "r.io:4430/a": ("r.io:4430/a", "", ""),
    "r.io:80/a": ("r.io:80/a", "", ""),
    "localhost/a": ("localhost/a", "", ""),
    "QUAY.io/a/b:X": ("quay.io/a/b", "X", ""),
    "R/a": ("r/a", "", ""),
    "r:5000/a__b/c-d--e:1_.-": ("r:5000/a__b/c-d--e", "1_.-", ""),
    "[::1]:5000/a": ("[::1]:5000/a", "", ""),
    "my_registry.example.com/foo:1": ("my_registry.example.com/foo", "1", ""),
    f"a:1@{SHA}": ("docker.io/library/a", "1", SHA),
    f"r.io/a@sha384:{'0' * 96}": ("r.io/a", "", f"sha384:{'0' * 96}"),
    f"a@sha512:{'0' * 128}": ("docker.io/library/a", "", f"sha512:{'0' * 128}"),
    f"r.io/{'a' * 255}": (f"r.io/{'a' * 255}", "", ""),
    f"my_r.io/{'a' * 247}:{'x' * 128}": (f"my_r.io/{'a' * 247}", "x" * 128, ""),
    "0123456789abcdef" * 3: (f"docker.io/library/{'0123456789abcdef' * 3}", "", ""),
}
REFUSED = {
    "": "the repository name is missing",
    ":1": "the repository name is missing",
    "r.io/": "the repository name is missing",
    "/a": "it starts with a slash",
    "a/": "it ends in a slash",
    "r.io/a/": "it ends in a slash",
    "A": "the repository name must be lowercase",
    "r.io/A": "the repository name must be lowercase",
    "a b": "a repository name may contain a-z, 0-9 and single separators . _ - /",
    "a___b": "a repository name may contain a-z, 0-9 and single separators . _ - /",
    "a//b": "a repository name may contain a-z, 0-9 and single separators . _ - /",
    "a:": "no tag after ':'; write one, or remove the ':'",
    f"a:@{SHA}": "no tag after ':'; write one, or remove the ':'",
    "a:-x": "a tag may contain letters, digits, '_', '.' and '-', and can't start with '.' or '-'",
    "a:b:c": "a tag may contain letters, digits, '_', '.' and '-', and can't start with '.' or '-'",
    "quay.io/a:\x1b[0m": "a tag may contain letters, digits, '_', '.' and '-', and can't start with '.' or '-'",
    f"a:{'x' * 129}": "the tag is longer than 128 characters",
    f"r.io/{'a' * 256}": "the repository name is longer than 255 characters",
    f"my_r.io/{'a' * 248}": "invalid registry 'my_r.io'",
    "r:x/a": "invalid registry 'r:x'",
    "-r.io/a": "invalid registry '-r.io'",
    "a@": "the digest after '@' must be sha256: and 64 hexadecimal digits",
    "a@sha256:12": "the digest after '@' must be sha256: and 64 hexadecimal digits",
    f"a@md5:{'0' * 32}": "unsupported digest algorithm md5",
    f"a@{SHA[:-1]}": "a sha256 digest has 64 lowercase hexadecimal digits",
    f"a@{SHA.replace('f', 'F')}": "a sha256 digest has 64 lowercase hexadecimal digits",
    f"a@sha512:{'0' * 64}": "a sha512 digest has 128 lowercase hexadecimal digits",
    "0123456789abcdef" * 4: "64 hexadecimal digits are an image ID",
}


def _reason(text: str) -> str:
    with pytest.raises(InvalidReferenceError) as refused:
        parse_reference(text)
    return str(refused.value)


def test_references() -> None:
    assert {text: tuple(parse_reference(text)[:3]) for text in REFERENCES} == REFERENCES


def test_refused_references() -> None:
    assert {text: _reason(text) for text in REFUSED} == REFUSED


PLACEHOLDERS = {
    "a{{ b }}c{{d}}": "{{ b }}",
    "{{ b": "{{ b",
    "{{a}b}}": "",
    "a<%= b %>": "<%= b %>",
    "<%= b": "<%= b",
    "a:<version>": "<version>",
    "<1>": "",
    "<a<b>": "<b>",
    "%%A_1%%": "%%A_1%%",
    "%%1%%": "",
    "a:%s": "%s",
    "%(name)s": "%(name)s",
    "%d": "",
    "@TAG@": "@TAG@",
    "a@TAG@": "",
    "a/@TAG@": "@TAG@",
    "a:__TAG__": "__TAG__",
    "a__b__c": "",
    "$A": "",
    "": "",
}


def test_placeholders() -> None:
    assert {text: find_placeholder(text) for text in PLACEHOLDERS} == PLACEHOLDERS


@pytest.mark.parametrize(
    ("text", "repository", "tag", "registry_is_open", "tag_is_open"),
    [
        ("{{ r }}/a/b:1", "docker.io/a/b", "1", True, False),
        ("{{ r }}{{ s }}a", "docker.io/library/a", "", True, False),
        ("/a/b:1", "docker.io/a/b", "1", True, False),
        ("//a", "", "", False, False),
        ("r.io/a:{{ t }}", "r.io/a", "", False, True),
        ("r.io/a:1-%s", "r.io/a", "", False, True),
        ("@R@/a:@T@", "docker.io/library/a", "", True, True),
        ("r.io/a:1", "r.io/a", "1", False, False),
        ("{{ a }}", "", "", False, False),
        (":{{ t }}", "", "", False, False),
        ("r.io/{{ a }}:1", "", "", False, False),
    ],
)
def test_open_references(
    text: str, repository: str, tag: str, registry_is_open: bool, tag_is_open: bool
) -> None:
    reference = ImageReference(repository, tag, "", registry_is_open, tag_is_open)
    is_open = registry_is_open or tag_is_open
    assert parse_open_reference(text) == (reference if is_open else None)
