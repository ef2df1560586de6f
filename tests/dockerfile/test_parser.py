from __future__ import annotations

import pytest

from lint_runtime.dockerfile.parser import parse_dockerfile


def _stages(text: str, **build_args: str) -> list[tuple[str, int | None]]:
    return [(stage.image, stage.stage_ref) for stage in parse_dockerfile(text.encode(), build_args).stages]


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        pytest.param("FROM a AS b\nFROM b", [("a", None), ("b", 0)], id="a stage"),
        pytest.param(
            "FROM a AS b\nFROM B", [("a", None), ("B", None)], id="names are found by their lower case"
        ),
        pytest.param(
            "FROM a AS x\nFROM b AS x\nFROM x",
            [("a", None), ("b", None), ("x", 1)],
            id="the last of a name",
        ),
        pytest.param("FROM x AS x", [("x", None)], id="a stage does not see itself"),
        pytest.param(
            "FROM a AS scratch\nFROM scratch", [("a", None), ("scratch", 0)], id="a stage called scratch"
        ),
        pytest.param(
            "FROM a b\nFROM c AS d\nFROM d",
            [("a b", None), ("c", None), ("d", 1)],
            id="after a refused one",
        ),
        pytest.param(
            "ARG A=x\nFROM a\nARG A=y\nFROM $A", [("a", None), ("x", None)], id="an ARG in a stage"
        ),
        pytest.param(
            "FROM a AS b\nFROM $TARGETSTAGE AS c", [("a", None), ("c", None)], id="the target stage"
        ),
    ],
)
def test_stages(text: str, stages: list[tuple[str, int | None]]) -> None:
    assert _stages(text) == stages


def test_build_arguments() -> None:
    text = "ARG A=x\nARG B=$A\nARG C\nFROM $A\nFROM $B\nFROM $C\nFROM a$D\nFROM $TARGETARCH"
    stages = _stages(text, A="one", C="$A", D="no", TARGETARCH="arm64")
    assert [image for image, _ in stages] == ["one", "one", "$A", "a", "arm64"]


def test_a_platform_argument_that_is_given_does_not_vary() -> None:
    text = b"FROM --platform=$TARGETPLATFORM a\nFROM --platform=linux/$BUILDARCH a"
    (given, varying) = parse_dockerfile(text, {"TARGETPLATFORM": "linux/arm64"}).stages
    assert (given.platform, given.platform_varies) == ("linux/arm64", False)
    assert (varying.platform, varying.platform_varies) == ("linux/amd64", True)


@pytest.mark.parametrize(
    ("text", "errors", "unresolved"),
    [
        pytest.param("ARG A\nFROM $A", [], ["A"], id="declared"),
        pytest.param("FROM $A", ["Invalid image '$A': it expands to an empty string"], [], id="not declared"),
        pytest.param("FROM b$A", [], ["A"], id="not declared, but accepted"),
        pytest.param("ARG A\nFROM --platform=linux/$A b", [], ["A"], id="in the platform"),
        pytest.param("ARG A\nFROM ${A:?give}", [], ["A"], id="required"),
        pytest.param("ARG A=\nFROM ${A:?give}", ["Invalid image '${A:?give}': 'A' has no value: 'give'"], [], id="required, but empty"),
        pytest.param("ARG A=${A:?give}\nFROM $A", [], ["A"], id="asked for by its own default"),
        pytest.param("ARG A\nARG B=x${A?give}\nFROM $B", [], ["A"], id="required by another"),
        pytest.param("ARG A=${B:?give}\nFROM $A", ["Invalid default for ARG 'A': 'B' has no value: 'give'"], [], id="required, but not declared"),
        pytest.param("ARG A=${\nARG B=$A\nFROM $B", ["Invalid default for ARG 'A': missing '}'"], [], id="shown once"),
    ],
)  # fmt: skip
def test_what_is_wrong_on_the_way(text: str, errors: list[str], unresolved: list[str]) -> None:
    dockerfile = parse_dockerfile(text.encode(), {})
    assert [error.message for error in dockerfile.errors] == errors
    assert [variable.name for variable in dockerfile.unresolved] == unresolved


def test_ten_thousand_stages_are_all_read() -> None:
    text = "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(9_999))
    stages = parse_dockerfile(text.encode(), {}).stages
    assert [stage.stage_ref for stage in stages] == [None, *range(9_999)]


def test_defaults_that_double_forty_times_end_in_one_clear_error() -> None:
    text = "ARG A0=12345678\n" + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(40)) + "FROM $A40\n"
    (error,) = parse_dockerfile(text.encode(), {}).errors
    assert error.location.line == 19
    assert error.message == "Invalid default for ARG 'A18': it expands to more than 1,048,576 characters"


IMAGE = "quay.io/astronomer/astro-runtime:13.6.0"
REGISTRY, NAME = "quay.io/astronomer/", "astro-runtime:13.6.0"


def _uses(text: str) -> list[tuple[str, tuple[int, ...]]]:
    data = text.encode("utf-8", "surrogateescape")
    return [(use.image, tuple(use.image_location)) for use in parse_dockerfile(data, {"V": IMAGE}).uses]


def _at(line: int, column: int) -> list[tuple[str, tuple[int, ...]]]:
    return [(IMAGE, (line, column, line, column + len(IMAGE)))]


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        pytest.param(f"COPY --from={IMAGE} a b", _at(2, 13), id="COPY"),
        pytest.param(f"copy\t--from={IMAGE} a b", _at(2, 13), id="in lower case"),
        pytest.param(f"  COPY   --from={IMAGE}\ta b\r", _at(2, 17), id="with odd spaces"),
        pytest.param(f"COPY --chown=1:2 --from={IMAGE} --link a b", _at(2, 25), id="among other flags"),
        pytest.param(f'COPY --from="{IMAGE}" a b', _at(2, 14), id="quoted"),
        pytest.param(f"COPY --from='{IMAGE}' a b", _at(2, 14), id="quoted singly"),
        pytest.param(f'COPY "--from={IMAGE}" a b', [], id="a quote in front, where it Unknown FROM flag"),
        pytest.param(f'COPY --"from={IMAGE}" a b', _at(2, 14), id="quoted as a whole"),
        pytest.param(f"COPY --from\\={IMAGE} a b", [(IMAGE, (2, 6, 2, 53))], id="escaped"),
        pytest.param(f'COPY --from={REGISTRY}"{NAME}" a b', [(IMAGE, (2, 6, 2, 54))], id="quoted in part"),
        pytest.param(f"COPY --from={IMAGE} -- a b", _at(2, 13), id="before the end of flags"),
        pytest.param(f"COPY -- --from={IMAGE} b", [], id="after the end of flags"),
        pytest.param(f"COPY a --from={IMAGE} b", [], id="after what is copied"),
        pytest.param(f"COPY --FROM={IMAGE} a b", [], id="a flag in capitals"),
        pytest.param(f"COPY --from {IMAGE} a b", [], id="a flag without ="),
        pytest.param("COPY --from= a b", [], id="a flag without a value"),
        pytest.param(f"COPY --mount=from={IMAGE} a b", [], id="a mount in COPY"),
        pytest.param(f"COPY \\\n  --from={IMAGE} \\\n  a b", _at(3, 10), id="in a line of its own"),
        pytest.param(f"COPY --chown=1 \\\n# --from=no\n\n  --from={IMAGE} \\\n a b", _at(5, 10), id="behind a comment and a blank line"),
        pytest.param(f"COPY --from={REGISTRY}\\\n{NAME} a b", [(IMAGE, (2, 13, 3, 21))], id="cut in two"),
        pytest.param(f"COPY --fr\\\nom={IMAGE} a b", _at(3, 4), id="the flag cut in two"),
        pytest.param(f"COPY -\\\n-from={IMAGE} \\\n a b", _at(3, 7), id="its dashes cut in two, in three lines"),
        pytest.param(f"COPY -\\\n-from={IMAGE} a b", _at(3, 7), id="its dashes cut in two"),
        pytest.param(f"# escape=x\nCOPY --from={IMAGE} a b", _at(3, 13), id="after what is not a directive here"),
        pytest.param(f"COPY --from={IMAGE}@sha256:{'0' * 64} a b", [(f"{IMAGE}@sha256:{'0' * 64}", (2, 13, 2, 124))], id="with a digest"),
        pytest.param("COPY --from=a:b:c a b", [], id="what is not an image"),
        pytest.param("COPY --from=NGINX a b", [], id="an image in capitals"),
        pytest.param("COPY --from=scratch a b", [], id="scratch"),
        pytest.param("COPY --from=$V a b", [], id="a variable, which is not expanded"),
        pytest.param("COPY --from=quay.io/astronomer/astro-runtime:${V} a b", [], id="a variable in braces"),
        pytest.param(f"COPY --from=\ufeff{IMAGE} a b", [], id="a byte-order mark"),
        pytest.param("COPY --from=\udcff a b", [], id="no UTF-8"),
        pytest.param(f"COPY --from={IMAGE} <<E b\nCOPY --from={IMAGE} a b\nE", _at(2, 13), id="not in a heredoc below"),
        pytest.param(f"ADD --from={IMAGE} a b", [], id="ADD, which has no such flag"),
        pytest.param(f"ONBUILD COPY --from={IMAGE} a b", [], id="ONBUILD, which is for another build"),
        pytest.param(f"RUN --from={IMAGE} a b", [], id="RUN, which has no such flag"),
        pytest.param(f"RUN true\\\nCOPY --from={IMAGE} a b", [], id="inside a RUN"),
        pytest.param(f"RUN --mount=from={IMAGE} true", _at(2, 18), id="RUN"),
        pytest.param(f"RUN --mount=type=bind,from={IMAGE},target=/a true", _at(2, 28), id="among other options"),
        pytest.param(f"RUN --mount=type=cache,FROM={IMAGE},target=/a true", _at(2, 29), id="in capitals, of a cache"),
        pytest.param(f"RUN --mount=target=/from={IMAGE},from={IMAGE} true", _at(2, 71), id="after what looks the same"),
        pytest.param(f"RUN --mount=from={IMAGE},target=/from={IMAGE} true", _at(2, 18), id="before what looks the same"),
        pytest.param(f"RUN --mount=from={IMAGE},source=from={IMAGE}s true", _at(2, 18), id="before what begins the same"),
        pytest.param(f"RUN --mount=from=no,from={IMAGE} true", _at(2, 26), id="the last one of a mount"),
        pytest.param(f'RUN --mount="from={IMAGE}" true', _at(2, 19), id="a mount in quotes"),
        pytest.param(f'RUN --mount=target=/a,\\"from={IMAGE}\\" true', _at(2, 30), id="an option in quotes of CSV"),
        pytest.param(f"RUN --mount='\"target=/a,from=no\",from={IMAGE}' true", _at(2, 39), id="a comma in quotes of CSV"),
        pytest.param(f"RUN --mount=from={IMAGE} --mount=type=cache,target=/x --mount=from=alpine true", [*_at(2, 18), ("alpine", (2, 100, 2, 106))], id="several mounts"),
        pytest.param(f"RUN \\\n --mount=type=cache,target=/x \\\n# c\n --mount=from={IMAGE} \\\n true", _at(5, 15), id="the second of two lines of flags"),
        pytest.param(f"RUN --mount=from={IMAGE} <<E\nFROM x\nE", _at(2, 18), id="before a heredoc"),
        pytest.param(f"RUN --mount=from={IMAGE} \\\n  cat <<E\nRUN --mount=from=no true\nE", _at(2, 18), id="before a heredoc in a later line"),
        pytest.param(f"RUN echo --mount=from={IMAGE}", [], id="no flag, but an argument"),
        pytest.param("RUN --mount=from=$V true", [], id="a variable in a mount"),
        pytest.param("RUN --mount=from=scratch true", [], id="scratch in a mount"),
        pytest.param("RUN --mount=type=tmpfs,target=/from true", [], id="a mount from nowhere"),
        pytest.param('RUN --mount=from="a true', [], id="a quote that is open"),
        pytest.param("RUN --mount=from=a\rb true", [("a", (2, 18, 2, 19))], id="a return inside"),
        pytest.param(f"RUN --mount=from={'a' * 60_000} true", [], id="one too long"),
    ],
)  # fmt: skip
def test_images_that_files_are_taken_from(text: str, uses: list[tuple[str, tuple[int, ...]]]) -> None:
    assert _uses(f"FROM python AS base\n{text}\n") == uses
    stages = parse_dockerfile(
        f"FROM python AS base\n{text}\n".encode("utf-8", "surrogateescape"), {}
    ).stages
    assert [(stage.line, stage.image) for stage in stages] == [(1, "python")]


def test_quotes_of_csv_are_the_only_ones_it_knows() -> None:
    assert _uses("FROM a\nRUN --mount='from=\"b\"' true\n") == []


@pytest.mark.parametrize(
    ("text", "used", "uses"),
    [
        pytest.param("FROM a AS x\nFROM b\nCOPY --from=x c d", {0}, [], id="a stage"),
        pytest.param("FROM a AS x\nFROM b\nCOPY --from=X c d", {0}, [], id="a stage in capitals"),
        pytest.param("FROM a AS X\nFROM b\nRUN --mount=from=x true", {0}, [], id="a stage in a mount"),
        pytest.param("FROM a AS x\nFROM b\nRUN --mount=from=X true", {0}, [], id="a stage in capitals in a mount"),
        pytest.param("FROM a\nFROM b\nCOPY --from=0 c d", {0}, [], id="an index"),
        pytest.param("FROM a\nFROM b\nCOPY --from=00 c d", {0}, [], id="an index with zeros"),
        pytest.param("FROM a\nFROM b\nCOPY --from=+0 c d", {0}, [], id="an index with a sign"),
        pytest.param("FROM a\nFROM b\nCOPY --from=٠ c d", set(), [], id="an invalid digit"),
        pytest.param("FROM a\nFROM b\nRUN --mount=from=0 true", set(), ["0"], id="an index in a mount, which is an image"),
        pytest.param("FROM a\nFROM b\nCOPY --from=7 c d", {7}, [], id="an index too large"),
        pytest.param(f"FROM a\nCOPY --from={'9' * 5000} c d", {1}, [], id="an index of many digits"),
        pytest.param("FROM a\nCOPY --from=x c d\nFROM b AS x", {1}, [], id="a stage that comes later"),
        pytest.param("FROM a\nRUN --mount=from=x true\nFROM b AS x", {1}, [], id="one that comes later, in a mount"),
        pytest.param("FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=x c d", {1}, [], id="the last of a name"),
        pytest.param("FROM a AS scratch\nFROM b\nCOPY --from=scratch c d", {0}, [], id="a stage called scratch"),
        pytest.param("FROM a AS x\nFROM x\nFROM b", {0}, [], id="the base of another"),
        pytest.param("FROM a\nFROM b\nCOPY --from=x c d\nCOPY --from=y c d", set(), ["x", "y"], id="images"),
    ],
)  # fmt: skip
def test_stages_that_are_used(text: str, used: set[int], uses: list[str]) -> None:
    dockerfile = parse_dockerfile(text.encode(), {})
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
    assert list(parse_dockerfile(text.encode(), {}).continued) == continued


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("COPY --from=a b c\n", "More than 25,000 instructions that name images or arguments; the rest was not read", id="COPY that names a source"),
        pytest.param("COPY --chown=1 from c\n", "", id="COPY that names none"),
        pytest.param("RUN --mount=target=/" + "a" * 50_000 + ",from=a true\n", "More than 1,048,576 characters of flags of COPY and RUN; the rest was not read", id="flags that are long"),
    ],
)  # fmt: skip
def test_too_many_flags_are_cut_and_said_so(line: str, message: str) -> None:
    dockerfile = parse_dockerfile(("FROM a\n" + line * min(25_000, (2 << 20) // len(line))).encode(), {})
    assert [error.message for error in dockerfile.errors] == ([message] if message else [])
    assert len(dockerfile.stages) == 1
    assert len(dockerfile.uses) <= 25_000
