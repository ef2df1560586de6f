"""Unknown repositories: what is reported, what is not, and what is suggested."""

from __future__ import annotations

import pytest

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.images import REPOSITORIES
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules.unknown_repository import closest_repository, find_unknown
from tests.conftest import AS_OF, TABLE

AIRFLOW_2, AIRFLOW_3 = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
MIRRORS = {"quay.io/astronomr/astro-runtime": AIRFLOW_2}


def _rules(image: str, comment: str = "", config: Config | None = None) -> list[tuple[str, str]]:
    source = f"{comment}\nFROM {image}\n".encode()
    report = lint_file(source, "Dockerfile", config or Config(), TABLE.as_of(AS_OF))
    return [(finding.rule, str(finding.severity)) for finding in report.diagnostics]


MISSPELLED = [
    *("quay.io/astronomer/runtime", "quay.io/astronomer/astro_runtime", "quay.io/astronomer/astroruntimes"),
    *(
        "quay.io/astronomer/astor-runtime",
        "quay.io/astronomer/ap-airlfow",
        "quay.io/astronomer/astro/runtime",
    ),
    *("astrocrpublic.azurecr.io/astro-runtime", "astrocrpublic.azurecr.io/runtimes"),
    *("astrocrpublic.azurecr.io/astronomer/runtime", "air.astronomer.io/runtim"),
    *(
        "images.astronomer.cloud/baseimages/astro-remote-execution-agents",
        "images.astronomer.cloud/runtime",
    ),
]
UNKNOWN = [
    *("quay.io/astronomer/data-tools", "quay.io/astronomer/astro-runtime-base", "quay.io/astronomer/a/b"),
    *("astrocrpublic.azurecr.io/agent", "astrocrpublic.azurecr.io/astronomer/x", "air.astronomer.io/x"),
    *("images.astronomer.cloud/baseimages/x", "images.astronomer.cloud/my-team/deployment"),
]
NEAR = [
    *("quay.io/astronomr/astro-runtime", "quay.io/astronomer-inc/astro-runtime", "quay.io/runtime"),
    *("quay.io/astronomerio/ap-airflow", "quai.io/astronomer/astro-runtime", "quay.com/astronomr/runtme"),
    *("astrocrpublic.azurecr.com/runtime", "astrocrpublic.azurecr.cn/x", "astrocpublic.azurecr.io/runtime"),
    *("air.astronomer.com/runtime", "image.astronomer.cloud/baseimages/x", "docker.io/astronomer/runtime"),
    *("docker.io/astronomerinc/astro-runtime", "docker.io/astronomers/ap-airflow"),
    *("quay.io:80/astronomer/astro-runtime", "astrocrpublic.azurecr.io:8443/x"),
]
OTHERS = [
    *REPOSITORIES,
    *(
        "quay.io/astronomer/ap-houston-api",
        "quay.io/astronomer/airflow",
        "quay.io/astronomer/orbis-scanner",
    ),
    "images.astronomer.cloud/clkvh3b46003m01kbalgwwdcy/clmh8mol6000008mj3ddy1f3y",
    *("docker.io/astronomerio/docker-golang-alpine", "docker.io/astronomer/airflow"),
    *("docker.io/astronomer/astro-runtime", "registry.example.com:5000/astronomer/astro-runtime"),
    *("mcr.microsoft.com/dotnet/runtime", "docker.io/myco/our-runtime", "docker.io/library/astro-runtime"),
    *("quay.io/astronomer-mirror/x", "quay.io/astronomer-mirror/astro-runtime", "quay.io/astronomr/x"),
    *("astrocrpublic.azurecr.io.example.com/runtime", "quay.io.example.com/astronomer/runtime"),
    *("myco.azurecr.io/runtime", "quay.io/myco/astro-runtime", "quay.io/prometheus/prometheus"),
    *("gcr.io/astronomer/runtime", "docker.io/library/runtime", "x.astronomer.io/runtime"),
]


@pytest.mark.parametrize(
    ("repository", "severity"),
    [
        *((name, Severity.ERROR) for name in MISSPELLED),
        *((name, Severity.WARNING) for name in (*UNKNOWN, *NEAR)),
        *((name, None) for name in OTHERS),
    ],
)
def test_unknown_repositories(repository: str, severity: Severity | None) -> None:
    unknown = find_unknown(repository)
    assert (unknown and unknown[0]) is severity


def test_a_name_that_resembles_no_repository_is_not_corrected() -> None:
    source = b"FROM quay.io/astronomer/data-tools:1\n"
    (finding,) = lint_file(source, "Dockerfile", Config(), TABLE.as_of(AS_OF)).diagnostics
    assert finding.help == "check the name"
    assert finding.notes[-1] == f"Astro Runtime images are in {AIRFLOW_2} and {AIRFLOW_3}"


@pytest.mark.parametrize("repository", [*MISSPELLED, *UNKNOWN, *NEAR])
def test_an_image_has_one_finding_even_if_it_is_suppressed(repository: str) -> None:
    for tag in ("", ":9.1.0", ":3.0-9", ":latest"):
        assert [rule for rule, _ in _rules(repository + tag)] == ["unknown-repository"]
        assert _rules(repository + tag, "# lint-runtime: ignore[unknown-repository] -- ours") == []


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        ("quay.io/astronomer/astro-runtime-9.7.0", [("wrong-repository", "warning")]),
        ("quay.io/astronomer/airflow:9.7.0", [("wrong-repository", "warning")]),
        ("astrocrpublic.azurecr.io/runtime:13.11.0", [("wrong-repository", "warning")]),
        ("hub.example.com/astronomer/astro-runtime:9.1.0", [("unmapped-mirror", "info")]),
        ("astronomer/astro-runtime-dev:13.11.0", [("unmapped-mirror", "info")]),
        ("index.docker.io/astronomer/ap-airflow:2.0.0-onbuild", [("retired-image", "error")]),
        ("quay.io:443/astronomer/astro-runtime:9.1.0", [("yanked-release", "error")]),
        ("AstroCRPublic.azurecr.io:443/runtime:3.0-9", [("yanked-release", "error")]),
        ("quay.io:443/astronomer/astroruntime:9.1.0", [("unknown-repository", "error")]),
    ],
)
def test_the_findings_of_other_rules_stay_theirs(image: str, rules: list[tuple[str, str]]) -> None:
    assert _rules(image) == rules


def test_a_mapped_mirror_is_known() -> None:
    config = Config()._replace(images=MIRRORS)
    assert _rules("quay.io/astronomr/astro-runtime:13.11.0", config=config) == []
    assert _rules("quay.io/astronomr/astro-runtime:9.1.0", config=config) == [("yanked-release", "error")]


@pytest.mark.parametrize(
    ("repository", "tag", "closest"),
    [
        ("quay.io/astronomer/runtime", "12.1.1", AIRFLOW_2),
        ("quay.io/astronomer/runtime", "3.1-5", AIRFLOW_3),
        ("quay.io/astronomer/astroruntime", "", AIRFLOW_2),
        ("quay.io/astronomer/x", "13.11.0-base", AIRFLOW_2),
        ("quay.io/astronomer/x", "1.2.3", ""),
        ("quay.io/astronomer/x", "latest", ""),
        ("quay.io/astronomer/orbit", "0.8.0", "quay.io/astronomer/orbis"),
        ("quay.io/astronomer/astro-runtime-de", "13.11.0-alpha1", f"{AIRFLOW_2}-dev"),
        ("astrocrpublic.azurecr.io/astro-runtime", "3.1-15", AIRFLOW_3),
        ("astrocrpublic.azurecr.io/astro-runtime", "13.11.0", "astrocrpublic.azurecr.io/astronomer/astro-runtime"),
        ("astrocrpublic.azurecr.com/runtime", "latest", AIRFLOW_3),
        ("air.astronomer.io/astro-runtime", "3.1-15", "air.astronomer.io/runtime"),
        ("quay.io:80/astronomer/astro-runtime", "13.11.0", AIRFLOW_2),
        ("images.astronomer.cloud/astro-remote-execution-agent", "3.1-1-python-3.12-astro-agent-1.1.0", AGENT),
    ],
)  # fmt: skip
def test_the_suggestion_fits_the_tag(repository: str, tag: str, closest: str) -> None:
    assert closest_repository(repository, tag, TABLE) == closest
