from __future__ import annotations

import codecs

import pytest

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lines import Excerpt
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.platforms import parse_platform, spelled
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.dockerfile.stages import Stage


def _parse(text: str, **build_args: str) -> Dockerfile:
    return parse_dockerfile(text.encode("utf-8", "surrogateescape"), build_args)


def _stages(text: str, **build_args: str) -> list[tuple[str, int | None]]:
    return [(stage.image, stage.stage_ref) for stage in _parse(text, **build_args).stages]


def _stage(text: str, **build_args: str) -> Stage:
    return _parse(text, **build_args).stages[-1]


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        pytest.param("FROM a AS b\nFROM b", [("a", None), ("b", 0)], id="stage"),
        pytest.param("FROM a AS b\nFROM B", [("a", None), ("B", None)], id="capitals"),
        pytest.param("FROM a AS x\nFROM b AS x\nFROM x", [("a", None), ("b", None), ("x", 1)], id="last stage with a name"),
        pytest.param("FROM x AS x", [("x", None)], id="stage with the name of its image"),
        pytest.param("FROM a AS scratch\nFROM scratch", [("a", None), ("scratch", 0)], id="stage called scratch"),
        pytest.param("FROM a b\nFROM c AS d\nFROM d", [("a b", None), ("c", None), ("d", 1)], id="after a rejected FROM"),
        pytest.param("ARG A=x\nFROM a\nARG A=y\nFROM $A", [("a", None), ("x", None)], id="ARG in a stage"),
        pytest.param("ARG A=x\nARG A\nFROM $A", [("x", None)], id="ARG declared again"),
        pytest.param("ARG A=x\nARG A=y\nFROM $A", [("y", None)], id="ARG defined again"),
        pytest.param("ARG A=x=y\nFROM $A", [("x=y", None)], id="ARG with an equals sign"),
        pytest.param("FROM a AS b\nFROM $TARGETSTAGE AS c", [("a", None), ("c", None)], id="target stage"),
        pytest.param("FROM a$TARGETSTAGE", [("adefault", None)], id="target stage without a name"),
    ],
)  # fmt: skip
def test_stages(text: str, stages: list[tuple[str, int | None]]) -> None:
    assert _stages(text) == stages


def test_lines_names_and_places_of_stages() -> None:
    first, second = _parse("# c\nFROM \\\n --platform=linux/arm64 a AS B\nFROM b\n").stages
    assert (first.line, first.end_line, first.name) == (2, 3, "b")
    assert tuple(first.image_location) == (3, 25, 3, 26)
    assert tuple(first.platform_location) == (3, 2, 3, 24)
    assert (second.line, second.end_line, second.name, second.platform) == (4, 4, "", "")
    assert second.platform_location == second.image_location


def test_build_arguments() -> None:
    text = (
        "ARG A=x\nARG B=$A\nARG C\nFROM $A\nFROM $B\nFROM $C\nFROM a$D\nFROM $TARGETARCH\nFROM $TARGETSTAGE"
    )
    stages = _stages(text, A="one", C="$A", D="no", TARGETARCH="arm64", TARGETSTAGE="t")
    assert [image for image, _ in stages] == ["one", "one", "$A", "a", "arm64", "t"]


def test_build_arguments_have_no_place_in_the_file() -> None:
    source = _stage("ARG A=x\nFROM a$A", A="y").image_source
    assert source.numbers == {0}
    assert source.lines == {2}
    assert source.place(1, 2) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("BUILDPLATFORM", "linux/amd64"), ("BUILDOS", "linux"), ("BUILDARCH", "amd64")),
        *(("TARGETPLATFORM", "linux/amd64"), ("TARGETOS", "linux"), ("TARGETARCH", "amd64")),
        *(("BUILDVARIANT", ""), ("TARGETVARIANT", ""), ("BUILDOSVERSION", ""), ("TARGETOSVERSION", "")),
    ],
)
def test_arguments_of_the_machine(name: str, value: str) -> None:
    stage = _stage(f"FROM --platform=linux/${name} a")
    assert (stage.platform, stage.platform_varies) == (f"linux/{value}", True)
    assert stage.platform_has_gaps == (not value)


def test_a_platform_argument_that_is_given_does_not_vary() -> None:
    text = "FROM --platform=$TARGETPLATFORM a\nFROM --platform=linux/$BUILDARCH a\nFROM --platform=linux a"
    given, varying, literal = _parse(text, TARGETPLATFORM="linux/arm64").stages
    assert (given.platform, given.platform_varies) == ("linux/arm64", False)
    assert (varying.platform, varying.platform_varies) == ("linux/amd64", True)
    assert (literal.platform, literal.platform_varies, literal.platform_has_gaps) == ("linux", False, False)


def test_platforms_of_stages() -> None:
    stage = _stage("ARG A=arm\nFROM --platform=Linux/$A a")
    assert stage.platform_value
    assert spelled(stage.platform_value) == "linux/arm/v7"
    assert (stage.platform, stage.platform_refusal) == ("Linux/arm", "")
    assert stage.platform_source.numbers == {0, 2}
    assert _stage("FROM a").platform_value is None
    assert _stage("FROM a").platform_refusal == ""


@pytest.mark.parametrize(
    ("text", "platform", "errors", "refusal"),
    [
        ("FROM --platform=foo a", "foo", 1, "unknown operating system or architecture"),
        ("FROM --platform=linux/{{a}} a", "linux/{{a}}", 0, ""),
        ("ARG A\nFROM --platform=linux/$A a", "linux/", 0, ""),
        ("FROM --platform=linux/$A a", "linux/", 1, "it has an empty part"),
        ("FROM --platform=${A a", "${A", 1, ""),
    ],
)
def test_refused_platforms(text: str, platform: str, errors: int, refusal: str) -> None:
    stage = _stage(text)
    assert (stage.platform, stage.platform_value, stage.platform_refusal) == (platform, None, refusal)
    assert len(_parse(text).errors) == errors


@pytest.mark.parametrize(
    ("text", "errors", "unresolved"),
    [
        pytest.param("ARG A\nFROM $A", [], ["A"], id="declared"),
        pytest.param("FROM $A", ["Invalid image '$A': it expands to an empty string"], [], id="not declared"),
        pytest.param("FROM b$A", [], ["A"], id="not declared, valid without a value"),
        pytest.param("ARG A\nFROM --platform=linux/$A b", [], ["A"], id="in the platform"),
        pytest.param("FROM --platform=linux$A b", [], ["A"], id="in an accepted platform"),
        pytest.param("FROM --platform=$A b", ["Invalid platform '$A': it expands to an empty string"], [], id="empty platform"),
        pytest.param("ARG A\nFROM ${A:?give}", [], ["A"], id="required"),
        pytest.param("ARG A=\nFROM ${A:?give}", ["Invalid image '${A:?give}': 'A' has no value: 'give'"], [], id="required, but empty"),
        pytest.param("ARG A=${A:?give}\nFROM $A", [], ["A"], id="required by its own default"),
        pytest.param("ARG A\nARG B=x${A?give}\nFROM $B", [], ["A"], id="required by another default"),
        pytest.param("ARG A=${B:?give}\nFROM $A", ["Invalid default for ARG 'A': 'B' has no value: 'give'"], [], id="required, but not declared"),
        pytest.param("ARG A=${\nARG B=$A\nFROM $B", ["Invalid default for ARG 'A': missing '}'"], [], id="reported once"),
        pytest.param("ARG A=${\nFROM --platform=$A b", ["Invalid default for ARG 'A': missing '}'"], [], id="reported once, for a platform"),
        pytest.param("ARG A=$B${\nFROM a", ["Invalid default for ARG 'A': missing '}'"], [], id="an error and a variable without a value"),
        pytest.param("FROM ${A", ["Invalid image '${A': unsupported modifier ''"], [], id="rejected word"),
        pytest.param("FROM A", ["Invalid image 'A': the repository name must be lowercase"], [], id="rejected image"),
        pytest.param("ARG A\nFROM B$A", [], ["A"], id="rejected image that a value may fix"),
        pytest.param("FROM B$A", ["Invalid image 'B': the repository name must be lowercase"], [], id="rejected image with an unknown variable"),
        pytest.param("FROM a$C$B", [], ["B", "C"], id="two names"),
        pytest.param("ARG A\nFROM a$B$A", [], ["A", "B"], id="declared names first"),
    ],
)  # fmt: skip
def test_errors_and_missing_values(text: str, errors: list[str], unresolved: list[str]) -> None:
    dockerfile = _parse(text)
    assert [error.message for error in dockerfile.errors] == errors
    assert [variable.name for variable in dockerfile.unresolved] == unresolved


def test_advice_and_places_of_errors() -> None:
    image, platform = _parse("FROM --platform=$P $B$A\n").errors
    if image.location > platform.location:
        image, platform = platform, image
    assert (platform.help, image.help) == (
        "declare 'A' and 'B' with ARG before the first FROM",
        "declare 'P' with ARG before the first FROM",
    )
    assert tuple(platform.location) == (1, 20, 1, 24)
    (default,) = _parse("ARG A=$B${\nFROM a").errors
    assert (tuple(default.location), default.help) == ((1, 5, 1, 11), "")
    declared, unknown = _parse("ARG A\nFROM a$A$B").unresolved
    assert (declared.is_declared, unknown.is_declared) == (True, False)
    assert tuple(declared.location) == (2, 6, 2, 11)


def test_errors_are_sorted() -> None:
    text = "FROM A\nARG =\n# escape=`\nRUN <<E\nFROM B\nE\nFROM C\nCOPY --from=a b c\n"
    assert [error.location.line for error in _parse(text).errors] == [1, 2, 7]


@pytest.mark.parametrize(
    ("text", "image", "repository", "registry_is_open", "tag_is_open"),
    [
        pytest.param("FROM a", "a", "docker.io/library/a", False, False, id="literal"),
        pytest.param(
            "ARG R\nFROM $R/a", "/a", "docker.io/library/a", True, False, id="registry from a variable"
        ),
        pytest.param('ARG R\nFROM "$R"a/b', "a/b", "docker.io/a/b", True, False, id="quoted variable"),
        pytest.param(
            "ARG R\nFROM ${R}a", "a", "docker.io/library/a", True, False, id="variable before a name"
        ),
        pytest.param(
            "ARG R\nFROM ${R}r.io/a", "r.io/a", "r.io/a", False, False, id="variable before a registry"
        ),
        pytest.param(
            "ARG R\nFROM a$R", "a", "docker.io/library/a", False, False, id="variable after a name"
        ),
        pytest.param("FROM a$R", "a", "docker.io/library/a", False, False, id="unknown variable"),
        pytest.param("ARG R\nFROM r.io/a:$R", "r.io/a:$R", "", False, False, id="tag from a variable"),
        pytest.param(
            "FROM {{r}}/a:1", "{{r}}/a:1", "docker.io/library/a", True, False, id="registry from a template"
        ),
        pytest.param(
            "FROM {{ r }}/a:1 AS b",
            "{{ r }}/a:1",
            "docker.io/library/a",
            True,
            False,
            id="spaces in a template",
        ),
        pytest.param("FROM r.io/a:{{t}}", "r.io/a:{{t}}", "r.io/a", False, True, id="tag from a template"),
        pytest.param("FROM r.io/{{a}}", "r.io/{{a}}", "", False, False, id="name from a template"),
        pytest.param(
            "FROM r.io/{{ a }}", "r.io/{{ a }}", "", False, False, id="name with spaces from a template"
        ),
        pytest.param("FROM A", "A", "", False, False, id="rejected"),
        pytest.param("FROM scratch", "scratch", "", False, False, id="scratch"),
    ],
)
def test_references(
    text: str, image: str, repository: str, registry_is_open: bool, tag_is_open: bool
) -> None:
    stage = _stage(text)
    assert stage.image == image
    reference = stage.reference or ImageReference("", "", "")
    assert reference.repository == repository
    assert (reference.registry_is_open, reference.tag_is_open) == (registry_is_open, tag_is_open)


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        pytest.param("FROM {{a}}\nFROM b", [((1, 6, 1, 11), "{{a}}")], id="image"),
        pytest.param("FROM {{ a }}", [((1, 6, 1, 13), "{{ a }}")], id="spaces"),
        pytest.param(
            "FROM --platform=%s @A@", [((1, 6, 1, 19), "%s")], id="first placeholder of an instruction"
        ),
        pytest.param("ARG A={{a}}\nFROM $A", [((2, 6, 2, 8), "{{a}}")], id="in a default"),
        pytest.param(
            "FROM {{a}} b\nFROM %s", [((1, 6, 1, 13), "{{a}}"), ((2, 6, 2, 8), "%s")], id="two instructions"
        ),
        pytest.param("ARG A\nFROM $A{{a}}", [], id="with a variable"),
    ],
)
def test_placeholders(text: str, placeholders: list[tuple[tuple[int, int, int, int], str]]) -> None:
    dockerfile = _parse(text)
    assert [(tuple(location), text) for location, text in dockerfile.placeholders] == placeholders
    assert dockerfile.errors == ()


def test_a_placeholder_is_a_value() -> None:
    (placeholder,) = _parse("FROM {{a}}").placeholders
    assert placeholder == Excerpt(placeholder.location, "{{a}}")


NO_FROM = "The file has no FROM, so there is nothing to build"


@pytest.mark.parametrize(
    ("data", "line", "message", "advice"),
    [
        pytest.param(b"", 1, NO_FROM, "add one, or exclude the file", id="empty"),
        pytest.param(b"\n", 1, NO_FROM, "add one, or exclude the file", id="a blank line"),
        pytest.param(b"# c\n \n\v# d\n", 3, NO_FROM, "add one, or exclude the file", id="comments"),
        pytest.param(b"# c\n# d", 2, NO_FROM, "add one, or exclude the file", id="comments without a newline"),
        pytest.param(b"# c\nRUN a\n", 1, NO_FROM, "add one, or exclude the file", id="an instruction"),
        pytest.param(b"# c\nRUN a\0\n", 1, "The file is binary: it has no FROM and contains NUL bytes", "replace it with a Dockerfile, or exclude it", id="NUL"),
        pytest.param(codecs.BOM_UTF16_LE + b"\n", 1, "The file is encoded in UTF-16, which the build can't read", "save it as UTF-8", id="UTF-16 mark"),
        pytest.param(codecs.BOM_UTF16_BE + b"\n", 1, "The file is encoded in UTF-16, which the build can't read", "save it as UTF-8", id="big-endian UTF-16 mark"),
        pytest.param("\nfrom a".encode("utf-16-le"), 1, "The file is encoded in UTF-16, which the build can't read", "save it as UTF-8", id="UTF-16"),
        pytest.param("\nFrom a".encode("utf-16-be"), 1, "The file is encoded in UTF-16, which the build can't read", "save it as UTF-8", id="big-endian UTF-16"),
    ],
)  # fmt: skip
def test_files_without_from(data: bytes, line: int, message: str, advice: str) -> None:
    (error,) = parse_dockerfile(data, {}).errors
    assert (tuple(error.location), error.message, error.help) == ((line, 1, line, 1), message, advice)


def test_an_error_says_what_to_do() -> None:
    by_source = "name the image in a FROM with AS, and read from that stage"
    helps = {
        "RUN a\nFROM a\n": "move it below a FROM; only ARG may precede the first one",
        "ARG A=${A:?}\nFROM a\n": "pass a value with --build-arg, or add a default",
        "FROM $A\n": "declare 'A' with ARG before the first FROM",
        "FROM --foo=a b\n": "remove it; the only flag of FROM is --platform",
        "FROM a AS a-\n": "join letters and digits with one '.', '_' or '-'; 64 hexadecimal digits are an image ID",
        "FROM a AS 0a\n": "start with a letter, then use letters, digits, '-', '_' and '.'",
        "FROM a\nCOPY --from=$A b c\n": by_source,
        "FROM a\nRUN --mount=from=$A b\n": by_source,
        "FROM a\nCOPY --from=1 b c\n": "the only stage is 0",
        "FROM a\nCOPY --from=0 b c\n": "read from an earlier stage",
        "FROM a\nFROM a AS b\nCOPY --from=c a b\nFROM a AS c\nFROM b\n": "move that stage above this one",
        "FROM a\nONBUILD FROM b\n": "remove the instruction",
        "# escape=x\nFROM a\n": "use \\ or `",
        "# syntax=:1\nFROM a\n": "use docker/dockerfile:1, or remove the line",
    }
    assert {text: [error.help for error in _parse(text).errors] for text in helps} == {
        text: [advice] for text, advice in helps.items()
    }


def test_another_error_explains_why_there_is_no_from() -> None:
    (error,) = _parse("# escape=x\nRUN a\n").errors
    assert error.message == "Invalid '# escape=' value 'x'"
    (error,) = _parse("FROM\n").errors
    assert error.message.startswith("Invalid FROM")


def test_ten_thousand_stages_are_all_read() -> None:
    text = "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(9_999))
    assert [ref for _, ref in _stages(text)] == [None, *range(9_999)]


def test_defaults_that_double_forty_times_end_in_one_error() -> None:
    text = "ARG A0=12345678\n" + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(40)) + "FROM $A40\n"
    (error,) = _parse(text).errors
    assert error.location.line == 21
    reason = "the file's words expand to more than 8,388,608 characters"
    assert error.message == f"Invalid default for ARG 'A20': {reason}"


IMAGE = "quay.io/astronomer/astro-runtime:13.6.0"
REGISTRY, NAME = "quay.io/astronomer/", "astro-runtime:13.6.0"


def _uses(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(use.image, tuple(use.image_location)) for use in _parse(text, V=IMAGE).uses]


def _at(line: int, column: int) -> list[tuple[str, tuple[int, ...]]]:
    return [(IMAGE, (line, column, line, column + len(IMAGE)))]


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        pytest.param(f"COPY --from={IMAGE} a b", _at(2, 13), id="COPY"),
        pytest.param(f"copy\t--from={IMAGE} a b", _at(2, 13), id="lower case"),
        pytest.param(f"  COPY   --from={IMAGE}\ta b\r", _at(2, 17), id="unusual spaces"),
        pytest.param(f"COPY --chown=1:2 --from={IMAGE} --link a b", _at(2, 25), id="among other flags"),
        pytest.param(f'COPY --from="{IMAGE}" a b', _at(2, 14), id="quoted"),
        pytest.param(f"COPY --from='{IMAGE}' a b", _at(2, 14), id="single quotes"),
        pytest.param(f'COPY "--from={IMAGE}" a b', [], id="quote before the dashes"),
        pytest.param(f'COPY --"from={IMAGE}" a b', _at(2, 14), id="quote after the dashes"),
        pytest.param(f"COPY --from\\={IMAGE} a b", [(IMAGE, (2, 6, 2, 53))], id="escaped"),
        pytest.param(f'COPY --from={REGISTRY}"{NAME}" a b', [(IMAGE, (2, 6, 2, 54))], id="quotes around a part"),
        pytest.param(f"COPY --from={IMAGE} -- a b", _at(2, 13), id="before the end of flags"),
        pytest.param(f"COPY -- --from={IMAGE} b", [], id="after the end of flags"),
        pytest.param(f"COPY a --from={IMAGE} b", [], id="after the copied files"),
        pytest.param(f"COPY --FROM={IMAGE} a b", [], id="flag in capitals"),
        pytest.param(f"COPY --from {IMAGE} a b", [], id="flag without ="),
        pytest.param("COPY --from= a b", [], id="flag without a value"),
        pytest.param(f"COPY --mount=from={IMAGE} a b", [], id="mount in COPY"),
        pytest.param(f"COPY \\\n  --from={IMAGE} \\\n  a b", _at(3, 10), id="on the next line"),
        pytest.param(f"COPY --chown=1 \\\n# --from=no\n\n  --from={IMAGE} \\\n a b", _at(5, 10), id="after a comment and a blank line"),
        pytest.param(f"COPY --from={REGISTRY}\\\n{NAME} a b", [(IMAGE, (2, 13, 3, 21))], id="split name"),
        pytest.param(f"COPY --fr\\\nom={IMAGE} a b", _at(3, 4), id="split flag"),
        pytest.param(f"COPY -\\\n-from={IMAGE} \\\n a b", _at(3, 7), id="split dashes in three lines"),
        pytest.param(f"COPY -\\\n-from={IMAGE} a b", _at(3, 7), id="split dashes"),
        pytest.param(f"# escape=x\nCOPY --from={IMAGE} a b", _at(3, 13), id="after an escape directive on line 2"),
        pytest.param(f"COPY --from={IMAGE}@sha256:{'0' * 64} a b", [(f"{IMAGE}@sha256:{'0' * 64}", (2, 13, 2, 124))], id="with a digest"),
        pytest.param("COPY --from=a:b:c a b", [], id="not an image"),
        pytest.param("COPY --from=NGINX a b", [], id="image in capitals"),
        pytest.param("COPY --from=scratch a b", [], id="scratch"),
        pytest.param("COPY --from=$V a b", [], id="variable"),
        pytest.param("COPY --from=quay.io/astronomer/astro-runtime:${V} a b", [], id="variable in braces"),
        pytest.param(f"COPY --from=\ufeff{IMAGE} a b", [], id="byte-order mark"),
        pytest.param("COPY --from=\udcff a b", [], id="not UTF-8"),
        pytest.param(f"COPY --from={IMAGE} <<E b\nCOPY --from={IMAGE} a b\nE", _at(2, 13), id="in a heredoc"),
        pytest.param(f"ADD --from={IMAGE} a b", [], id="ADD"),
        pytest.param(f"ONBUILD COPY --from={IMAGE} a b", _at(2, 21), id="ONBUILD COPY"),
        pytest.param(f" onbuild \\\n  run --mount=type=bind,from={IMAGE},target=/a true", _at(3, 30), id="ONBUILD RUN on the next line"),
        pytest.param(f"ONBUILD COPY --chown=1 \\\n# c\n --from='{IMAGE}' <<E b\nFROM x\nE", _at(4, 10), id="ONBUILD COPY with a heredoc"),
        pytest.param(f"ONBUILD ADD --from={IMAGE} a b", [], id="ONBUILD ADD"),
        pytest.param(f"ONBUILD ONBUILD COPY --from={IMAGE} a b", [], id="ONBUILD ONBUILD"),
        pytest.param("ONBUILD COPY --from=base a b\nONBUILD COPY --from=7 a b\nONBUILD RUN --mount=target=/a true", [], id="stages of another file"),
        pytest.param(f"COPY --chown=à --from={IMAGE} a b", _at(2, 23), id="a flag that ends inside a character"),
        pytest.param(f"RUN --mount=type=cache,target=/x\u00a0--mount=from={IMAGE} true", _at(2, 47), id="flags around a no-break space"),
        pytest.param(f"RUN --from={IMAGE} a b", [], id="RUN --from"),
        pytest.param(f"RUN true\\\nCOPY --from={IMAGE} a b", [], id="inside RUN"),
        pytest.param(f"RUN --mount=from={IMAGE} true", _at(2, 18), id="RUN"),
        pytest.param(f"RUN --mount=type=bind,from={IMAGE},target=/a true", _at(2, 28), id="among other options"),
        pytest.param(f"RUN --mount=type=cache,FROM={IMAGE},target=/a true", _at(2, 29), id="cache mount in capitals"),
        pytest.param(f"RUN --mount=target=/from={IMAGE},from={IMAGE} true", _at(2, 71), id="after a target with the same text"),
        pytest.param(f"RUN --mount=from={IMAGE},target=/from={IMAGE} true", _at(2, 18), id="before a target with the same text"),
        pytest.param(f"RUN --mount=from={IMAGE},source=from={IMAGE}s true", _at(2, 18), id="before a source with the same start"),
        pytest.param(f"RUN --mount=from=no,from={IMAGE} true", _at(2, 26), id="last of two sources"),
        pytest.param(f'RUN --mount="from={IMAGE}" true', _at(2, 19), id="quoted mount"),
        pytest.param(f'RUN --mount=target=/a,\\"from={IMAGE}\\" true', _at(2, 30), id="CSV quotes"),
        pytest.param(f"RUN --mount='\"target=/a,from=no\",from={IMAGE}' true", _at(2, 39), id="comma in CSV quotes"),
        pytest.param(f"RUN --mount=from={IMAGE} --mount=type=cache,target=/x --mount=from=alpine true", [*_at(2, 18), ("alpine", (2, 100, 2, 106))], id="several mounts"),
        pytest.param(f"RUN \\\n --mount=type=cache,target=/x \\\n# c\n --mount=from={IMAGE} \\\n true", _at(5, 15), id="second line of flags"),
        pytest.param(f"RUN --mount=from={IMAGE} <<E\nFROM x\nE", _at(2, 18), id="before a heredoc"),
        pytest.param(f"RUN --mount=from={IMAGE} \\\n  cat <<E\nRUN --mount=from=no true\nE", _at(2, 18), id="before a heredoc on the next line"),
        pytest.param(f"RUN echo --mount=from={IMAGE}", [], id="argument of a command"),
        pytest.param("RUN --mount=from=$V true", [], id="variable in a mount"),
        pytest.param("RUN --mount=from=scratch true", [], id="scratch in a mount"),
        pytest.param("RUN --mount=type=tmpfs,target=/from true", [], id="mount without a source"),
        pytest.param('RUN --mount=from="a true', [], id="unclosed quote"),
        pytest.param("RUN --mount=from=a\rb true", [("a", (2, 18, 2, 19))], id="carriage return"),
        pytest.param(f"RUN --mount=from={'a' * 60_000} true", [], id="60,000 characters"),
    ],
)  # fmt: skip
def test_images_of_copy_and_run(text: str, uses: list[tuple[str, tuple[int, ...]]]) -> None:
    assert _uses(f"FROM python AS base\n{text}\n") == uses
    stages = _parse(f"FROM python AS base\n{text}\n").stages
    assert [(stage.line, stage.image) for stage in stages] == [(1, "python")]


def test_mount_options_have_only_the_quotes_of_csv() -> None:
    assert _uses("FROM a\nRUN --mount='from=\"b\"' true\n") == []


@pytest.mark.parametrize(
    ("text", "used", "uses"),
    [
        pytest.param("FROM a AS x\nFROM b\nCOPY --from=x c d", {0}, [], id="stage"),
        pytest.param("FROM a AS x\nFROM b\nCOPY --from=X c d", {0}, [], id="stage in capitals"),
        pytest.param("FROM a AS X\nFROM b\nRUN --mount=from=x true", {0}, [], id="stage in a mount"),
        pytest.param("FROM a AS x\nFROM b\nRUN --mount=from=X true", {0}, [], id="stage in capitals in a mount"),
        pytest.param("FROM a\nFROM b\nCOPY --from=0 c d", {0}, [], id="index"),
        pytest.param("FROM a\nFROM b\nCOPY --from=00 c d", {0}, [], id="index with zeros"),
        pytest.param("FROM a\nFROM b\nCOPY --from=+0 c d", {0}, [], id="index with a sign"),
        pytest.param("FROM a\nFROM b\nRUN --mount=from=0 true", set(), ["0"], id="index in a mount names an image"),
        pytest.param("FROM a\nFROM b\nCOPY --from=000000000 c d", {0}, [], id="index with nine zeros"),
        pytest.param("FROM a\nCOPY --from=9999999999999999999 c d", set(), ["9" * 19], id="number that is too large for an index"),
        pytest.param("FROM a\nCOPY --from=b c d\nRUN --mount=target=/e true\nCOPY --from=2 c d\nCOPY --from=1 c d", set(), ["b", "b"], id="index of a source"),
        pytest.param("FROM a AS x\nFROM b\nONBUILD COPY --from=x c d", set(), [], id="trigger that this file does not run"),
        pytest.param("FROM a AS x\nFROM b AS y\nONBUILD COPY --from=x c d\nONBUILD COPY --from=0 c d\nFROM y", {0, 1}, [], id="trigger of a base"),
        pytest.param("FROM a AS x\nONBUILD COPY --from=b c d\nFROM x AS y\nFROM x\nCOPY --from=y c d", {0, 1}, ["b"], id="trigger of two bases"),
        pytest.param("FROM a AS x\nFROM b AS y\nONBUILD COPY --from=x c d\nFROM y\nFROM c", {1}, [], id="trigger of a base that the build skips"),
        pytest.param("FROM a AS scratch\nFROM b\nRUN --mount=type=cache,target=/c true", {0}, [], id="mount without a source, and a stage called scratch"),
        pytest.param("FROM a\nCOPY --from=x c d\nFROM b AS x", {1}, [], id="later stage"),
        pytest.param("FROM a\nRUN --mount=from=x true\nFROM b AS x", {1}, [], id="later stage in a mount"),
        pytest.param("FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=x c d", {1}, [], id="last stage with a name"),
        pytest.param("FROM a AS scratch\nFROM b\nCOPY --from=scratch c d", {0}, [], id="stage called scratch"),
        pytest.param("FROM a AS x\nFROM x\nFROM b", {0}, [], id="base of another stage"),
        pytest.param("FROM a\nFROM b\nCOPY --from=x c d\nCOPY --from=y c d", set(), ["x", "y"], id="images"),
    ],
)  # fmt: skip
def test_stages_that_are_used(text: str, used: set[int], uses: list[str]) -> None:
    dockerfile = _parse(text)
    assert dockerfile.used == used
    assert [use.image for use in dockerfile.uses] == uses
    assert dockerfile.errors == ()


@pytest.mark.parametrize(
    ("text", "continued"),
    [
        pytest.param("FROM a\nARG B\n", [], id="none"),
        pytest.param("ARG A=b \\\n\n# c\n  C\nFROM \\\n a\nRUN a \\\n b\n", [range(1, 5), range(5, 7)], id="ARG and FROM"),
        pytest.param("FROM a\nCOPY \\\n --from=b c d\nRUN \\\n --mount=from=b true\n", [range(2, 4), range(4, 6)], id="COPY and RUN with a source"),
    ],
)  # fmt: skip
def test_instructions_of_several_lines(text: str, continued: list[range]) -> None:
    assert list(_parse(text).continued) == continued


def test_an_image_that_copy_names_is_a_stage_of_its_own() -> None:
    (use,) = _parse("FROM a\nCOPY \\\n --from=r.io/b:1 \\\n c d\n").uses
    assert (use.line, use.end_line, use.name, use.platform, use.stage_ref) == (2, 4, "", "", None)
    assert use.reference
    assert use.reference == ImageReference("r.io/b", "1", "")
    assert use.platform_location == use.image_location
    assert use.image_source.lines == {2}
    assert use.image_source.place(7, 8) == ([Location(3, 16, 3, 17)], 2)


NAMES = {
    **dict.fromkeys(
        ("build-", "build.", "a..b", "a___b", "a_.b", "A-_B", "a-.b", "b" * 64, f"c{'d' * 247}")
    ),
    **{name: name for name in ("a", "a-b", "a--b", "a__b", "a.b-c_d", "localhost", "b" * 63, "b" * 65)},
}


def test_stage_names_that_are_invalid_image_names() -> None:
    accepted = {}
    for name in NAMES:
        dockerfile = _parse(f"FROM {IMAGE} AS {name}\n")
        place = (1, 10 + len(IMAGE), 1, 10 + len(IMAGE) + len(name))
        assert [tuple(error.location) for error in dockerfile.errors] in ([], [place]), name
        accepted[name] = None if dockerfile.errors else name
        # The image is parsed even if the name of the stage is invalid.
        assert dockerfile.stages[0].reference
    assert accepted == NAMES
    (error,) = _parse("FROM a AS A..b\n").errors
    assert error.message == "Invalid stage name 'a..b': it must also be valid as an image name"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("FROM a\nCOPY --from=5 c d", (2, 13), "No stage has the index '5'; the only stage is 0"),
        ("FROM a\nFROM b\nCOPY --from=-1 c d", (3, 13), "No stage has the index '-1'; the stages are 0 to 1"),
        ("FROM a\nRUN --mount=target=/x true\nCOPY --from=2 c d", (3, 13), "No stage has the index '2'; "),
        ("FROM a\nCOPY --from=0 c d", (2, 13), "Circular dependency: '0' is the stage itself; "),
        ("FROM a AS x\nRUN true\nRUN --mount=from=X,target=/x true", (3, 18), "Circular dependency: 'X' is the stage itself; "),
        ("FROM a AS x\nCOPY --from=y c d\nFROM b AS y\nCOPY --from=x c d", (2, 13), "Circular dependency: 'y' is a stage that reads from this one; "),
        ("FROM z\nFROM a AS x\nCOPY --from=3 c d\nFROM b AS y\nRUN --mount=from=x true\nFROM c AS z\nCOPY --from=y c d", (3, 13), "Circular dependency: '3' is a stage that reads from this one; "),
        ("FROM a\nCOPY --from=y c d\nFROM b AS y\nFROM c\nCOPY --from=0 c d", (2, 13), "The stage reads from 'y', which is built after it; "),
        ("FROM a AS x\nRUN --mount=from=y true\nFROM b AS y\nFROM x", (2, 18), "The stage reads from 'y', which is built after it; "),
        ("ARG V\nFROM a\nCOPY --from=b:$V c d", (3, 13), "COPY --from can't have variables, quotes or escapes: 'b:$V'; "),
        ("FROM a\nCOPY --from=b${V:-} c d", (2, 13), "COPY --from can't have variables, quotes or escapes: 'b${V:-}'; "),
        ("FROM a\nCOPY --from=b${ c d", (2, 13), "COPY --from can't have variables, quotes or escapes: 'b${'; "),
        ("FROM a\nCOPY --from=a\\\\b c d", (2, 6), "COPY --from can't have variables, quotes or escapes: 'a\\b'; "),
        ("FROM a\nRUN --mount=from=$V,target=/x true", (2, 18), "RUN --mount can't have variables, quotes or escapes: '$V'; "),
        ("FROM a\nCOPY --from=b$ c d", (2, 13), "Invalid image 'b$' in COPY --from: a repository name may contain"),
        ("FROM a\nCOPY --from=B c d", (2, 13), "Invalid image 'B' in COPY --from: the repository name must be lowercase; "),
        ("FROM a\nRUN --mount=from=a:b:c,target=/x true", (2, 18), "Invalid image 'a:b:c' in RUN --mount: a tag may contain"),
        ("FROM a AS x\nONBUILD COPY --from=7 c d\nFROM x AS y\nFROM x\nCOPY --from=y c d", (2, 21), "No stage has the index '7'; "),
        ("FROM a AS x\nONBUILD COPY --from=B c d\nFROM x", (2, 21), "Invalid image 'B' in COPY --from: "),
        ("FROM a\nCOPY --from c d", (2, 6), "Missing value of --from; "),
        ("FROM a\nRUN --mount true", (2, 5), "Missing value of --mount; "),
        ("FROM a AS x\nFROM b\nCOPY --from=x --from=y c d", (3, 15), "Repeated flag '--from'; remove it"),
    ],
)  # fmt: skip
def test_sources_that_the_build_rejects(text: str, place: tuple[int, int], message: str) -> None:
    (error,) = _parse(text).errors
    assert error.location.start == place
    assert f"{error.message}; {error.help}".startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("FROM a\nCOPY --from=y c d\nFROM b AS y\nFROM c", id="later stage, in a stage that the build skips"),
        pytest.param("FROM a AS x\nONBUILD COPY --from=7 c d\nONBUILD COPY --from=B c d\nFROM b", id="trigger that this file does not run"),
        pytest.param("# syntax=r.io/f\nFROM a\nCOPY --from=$V c d\nCOPY --from=7 c d", id="another frontend"),
        pytest.param("COPY --from=x c d\nCOPY --from=7 c d\nFROM a AS x", id="before the first FROM"),
        pytest.param("FROM {{ a }} AS x\nFROM b\nCOPY --from={{ c }} d e\nCOPY --from=0 d e", id="template"),
        pytest.param("FROM a b\nCOPY --from=7 c d", id="rejected FROM, which may have a name"),
    ],
)  # fmt: skip
def test_sources_that_the_build_does_not_reject(text: str) -> None:
    messages = [error.message for error in _parse(text).errors]
    assert [
        text for text in messages if "before the first" not in text and "Invalid FROM" not in text
    ] == []


def test_a_template_as_a_source_is_a_placeholder() -> None:
    (placeholder,) = _parse("FROM a\nRUN --mount=from=<image>,target=/x true").placeholders
    assert (placeholder.location.start, placeholder.text) == ((2, 18), "<image>")


def test_thousands_of_stages_take_time_in_proportion_to_their_number() -> None:
    count = 5_000
    base = "FROM a AS x0\n" + "ONBUILD COPY --from=0 c d\n" * count
    copies = "".join(f"COPY --from=y{n} c d\n" for n in range(count))
    text = base + "".join(f"FROM x0 AS y{n}\n" for n in range(count)) + "FROM b\n" + copies
    assert (_parse(text).errors, len(_parse(text).used)) == ((), count + 1)
    cycle = "".join(f"FROM a AS z{n}\nCOPY --from=z{(n + 1) % count} c d\n" for n in range(count))
    (error,) = _parse(cycle).errors
    assert (error.location.line, error.message[:10]) == (2, "Circular d")


@pytest.mark.parametrize(
    ("value", "image", "errors"),
    [
        ("12", "a:12", []),
        ("+007", "a:7", []),
        ("", "a:", ["Invalid image 'a:': no tag after ':'; write one, or remove the ':'"]),
        ("x", "a:", ["Invalid image 'a:': no tag after ':'; write one, or remove the ':'"]),
        ("context", "a:", ["Invalid image 'a:': no tag after ':'; write one, or remove the ':'"]),
        ("y", "a:y", ["Invalid SOURCE_DATE_EPOCH 'y': neither a number of seconds nor a stage"]),
    ],
)
def test_source_date_epoch(value: str, image: str, errors: list[str]) -> None:
    text = (
        f"ARG SOURCE_DATE_EPOCH={value}\nFROM scratch AS X\nADD http://a/b /\nFROM a:$SOURCE_DATE_EPOCH\n"
    )
    dockerfile = _parse(text)
    assert dockerfile.stages[-1].image == image
    assert [error.message for error in dockerfile.errors] == errors


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("ARG A=${A:?give}\nFROM a", ["Invalid default for ARG 'A': 'A' has no value: 'give'"]),
        ("ARG A\nARG B=${A?}\nFROM a", ["Invalid default for ARG 'B': 'A' has no value"]),
        ("ARG A=${A:?give}\nFROM a:$A", []),
        ("ARG A=1\nARG B=${A:?give}\nFROM a", []),
    ],
)
def test_defaults_that_require_a_build_argument(text: str, errors: list[str]) -> None:
    assert [error.message for error in _parse(text).errors] == errors
    assert _parse(text, A="1").errors == ()


ON = {"linux/amd64": "AMD64", "linux/arm64": "ARM64", "linux/arm/v7": "ARMv7"}


@pytest.mark.parametrize(
    ("text", "targets", "images"),
    [
        pytest.param("FROM a:$TARGETARCH", "", ["a:amd64 AMD64", "a:arm64 ARM64"], id="architecture"),
        pytest.param("FROM a:${BUILDARCH}$TARGETVARIANT", "", ["a:amd64 AMD64", "a:arm64 ARM64"], id="machine"),
        pytest.param("ARG P=$TARGETPLATFORM\nARG R=${P#linux/}\nFROM r.io/$R/a", "", ["r.io/amd64/a AMD64", "r.io/arm64/a ARM64"], id="through two arguments"),
        pytest.param("ARG A=${TARGETARCH/arm64/b}\nARG A=${A/amd64/c}\nFROM $A", "", ["c AMD64", "b ARM64"], id="replaced"),
        pytest.param("ARG A=${TARGETARCH:+b}\nFROM $A", "", ["b"], id="same image for both"),
        pytest.param("FROM --platform=$TARGETPLATFORM a", "", ["a"], id="platform alone"),
        pytest.param("ARG TARGETARCH=x\nFROM a:$TARGETARCH", "", ["a:x"], id="default over the platform"),
        pytest.param("ARG TARGETARCH\nFROM a:$TARGETOS", "", ["a:linux"], id="operating system"),
        pytest.param("FROM a:$TARGETARCH", "linux/arm64", ["a:arm64 ARM64"], id="one target"),
        pytest.param("FROM a:$TARGETARCH$TARGETVARIANT\nFROM b", "linux/arm/v7 linux/arm64 linux/amd64", ["a:armv7 ARMv7", "b", "a:arm64 ARM64", "a:amd64 AMD64"], id="three targets"),
        pytest.param("FROM a:${TARGETARCH/a*64/b}", "linux/amd64 linux/arm/v7 linux/arm64", ["a:b AMD64 ARM64", "a:arm ARMv7"], id="three targets, two images"),
        pytest.param("ARG A=${TARGETARCH%4}\nFROM a:$A", "linux/arm64 linux/amd64 linux/arm/v7", ["a:arm6 ARM64", "a:amd6 AMD64", "a:arm ARMv7"], id="three images"),
        pytest.param("FROM a AS x-amd64\nFROM b AS x-arm64\nFROM x-$TARGETARCH", "", ["a", "b", "x-amd64 AMD64"], id="stages"),
        pytest.param("FROM a AS x-arm64\nFROM x-$TARGETARCH", "", ["a", "x-amd64 AMD64"], id="stage for one platform"),
        pytest.param("FROM scratch${TARGETARCH/amd64/}", "", ["scratch AMD64", "scratcharm64 ARM64"], id="scratch for one platform"),
    ],
)  # fmt: skip
def test_images_by_platform(text: str, targets: str, images: list[str]) -> None:
    platforms = tuple(map(parse_platform, targets.split()))
    dockerfile = parse_dockerfile(text.encode(), {}, platforms)
    stages = [*dockerfile.stages, *dockerfile.uses]
    seen = [
        " ".join((stage.image, *(ON[spelled(target)] for target in stage.target_platforms)))
        for stage in stages
    ]
    assert seen == images


def test_stages_that_one_platform_uses_are_used() -> None:
    assert _parse("FROM a\nFROM b AS x-amd64\nFROM c AS x-arm64\nFROM x-$TARGETARCH").used == {1, 2}


@pytest.mark.parametrize(
    ("text", "errors", "unresolved"),
    [
        ("FROM a${TARGETARCH/arm64/:}", ["On linux/arm64: Invalid image 'a:': no tag after ':'; write one, or remove the ':'"], []),
        ("FROM A$TARGETARCH", ["On linux/amd64: Invalid image 'Aamd64': the repository name must be lowercase", "On linux/arm64: Invalid image 'Aarm64': the repository name must be lowercase"], []),
        ("ARG A=${TARGETARCH#arm64}\nFROM $A", ["On linux/arm64: Invalid image '$A': it expands to an empty string"], []),
        ("FROM a:$TARGETARCH\nFROM B", ["Invalid image 'B': the repository name must be lowercase"], []),
        ("FROM a:$TARGETARCH$X", [], ["X"]),
        ("FROM a:$TARGETARCH AS x..y\nCOPY --from=7 b c", ["Invalid stage name 'x..y': it must also be valid as an image name", "No stage has the index '7'"], []),
    ],
)  # fmt: skip
def test_errors_by_platform(text: str, errors: list[str], unresolved: list[str]) -> None:
    dockerfile = _parse(text)
    assert [error.message for error in dockerfile.errors] == errors
    assert [item.name for item in dockerfile.unresolved] == unresolved
