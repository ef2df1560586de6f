from __future__ import annotations

import pytest

from lint_runtime.dockerfile import read_dockerfile


def _stages(text: str, **build_args: str) -> list[tuple[str, int | None]]:
    return [(stage.image, stage.stage_ref) for stage in read_dockerfile(text.encode(), build_args).stages]


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
    (given, varying) = read_dockerfile(text, {"TARGETPLATFORM": "linux/arm64"}).stages
    assert (given.platform, given.platform_varies) == ("linux/arm64", False)
    assert (varying.platform, varying.platform_varies) == ("linux/amd64", True)


@pytest.mark.parametrize(
    ("text", "errors", "unresolved"),
    [
        pytest.param("ARG A\nFROM $A", [], ["A"], id="declared"),
        pytest.param("FROM $A", ["the image '$A' expands to nothing; no ARG before the first FROM declares 'A'"], [], id="not declared"),
        pytest.param("FROM b$A", [], ["A"], id="not declared, but accepted"),
        pytest.param("ARG A\nFROM --platform=linux/$A b", [], ["A"], id="in the platform"),
        pytest.param("ARG A\nFROM ${A:?give}", [], ["A"], id="required"),
        pytest.param("ARG A=\nFROM ${A:?give}", ["the build refuses the image '${A:?give}': 'A' needs a value: 'give'"], [], id="required, but empty"),
        pytest.param("ARG A=${\nARG B=$A\nFROM $B", ["the build refuses the default of ARG 'A': a '}' is missing"], [], id="told once"),
    ],
)  # fmt: skip
def test_what_is_wrong_on_the_way(text: str, errors: list[str], unresolved: list[str]) -> None:
    dockerfile = read_dockerfile(text.encode(), {})
    assert [error.message for error in dockerfile.errors] == errors
    assert [variable.name for variable in dockerfile.unresolved] == unresolved


def test_ten_thousand_stages_are_all_read() -> None:
    text = "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(9_999))
    stages = read_dockerfile(text.encode(), {}).stages
    assert [stage.stage_ref for stage in stages] == [None, *range(9_999)]


def test_defaults_that_double_forty_times_end_in_one_clear_error() -> None:
    text = "ARG A0=12345678\n" + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(40)) + "FROM $A40\n"
    (error,) = read_dockerfile(text.encode(), {}).errors
    assert error.location.line == 19
    assert (
        error.message
        == "the build refuses the default of ARG 'A18': it expands to more than 1,048,576 characters"
    )
