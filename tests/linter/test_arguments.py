"""Findings about the default of an ARG. Stages that use the ARG share one finding."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.past_report import PastReport
from lint_runtime.linter.recheck import recheck_file
from lint_runtime.linter.report import Report
from tests.conftest import AS_OF, TABLE, Command, rendered

TWO = "quay.io/astronomer/astro-runtime"
ARG = "ARG V=13.5.0\n"
STAGES = [f"FROM {TWO}:$V AS a\n", f"FROM {TWO}:$V-base AS b\n", f"FROM {TWO}:$V AS c\nCOPY --from=a / /\n"]
LAST = "COPY --from=b / /\n"
THREE_STAGES = ARG + "".join(STAGES) + LAST
COMMENT = "# lint-runtime: ignore[yanked-release, outdated-release] -- planned\n"


def _lint(source: str, config: Config | None = None) -> Report:
    return lint_file(source.encode(), "Dockerfile", config or Config(), TABLE.as_of(AS_OF))


def _again(report: Report) -> Report:
    """Write the report as JSON, read it, and recheck it."""
    document = rendered("json", [report]).encode()
    (file,) = PastReport("r.json", io.BytesIO(document)).files()
    return recheck_file(file, Config(), TABLE.as_of(AS_OF))


def _places(findings: tuple[Diagnostic, ...]) -> list[tuple[str, int, list[int]]]:
    """Return the rule, the line and the related lines of each finding."""
    return [
        (finding.rule, finding.line, [place.line for place in finding.target.related])
        for finding in findings
    ]


def test_stages_that_use_an_arg_share_a_finding() -> None:
    report = _lint(THREE_STAGES)
    assert _places(report.diagnostics) == [("yanked-release", 1, [2, 3, 4])]
    (finding,) = report.diagnostics
    assert finding.help == "write ARG V=13.11.0"
    assert "(used in lines 2, 3 and 4)" in rendered("text", [report])
    assert finding.fix
    assert [edit.text for edit in finding.fix.edits] == ["13.11.0"]


def test_a_report_has_the_same_findings_and_places() -> None:
    for source in (
        THREE_STAGES,
        COMMENT + THREE_STAGES,
        ARG + COMMENT + "".join(STAGES) + LAST,
        # 13.5.0 belongs in a different repository, so the first FROM must change, too.
        f"ARG V=13.5.0\nFROM astrocrpublic.azurecr.io/runtime:$V\nFROM {TWO}:$V\n",
        f"ARG V=12.6\nARG W=0\nFROM {TWO}:$V.$W\n",
    ):
        report = _lint(source)
        again = _again(report)
        assert report.findings
        # Paths in a rechecked report start with the name of the report, so remove the name.
        text = rendered("text", [again]).replace("r/Dockerfile:", "Dockerfile:")
        assert text == rendered("text", [report]), source
        for findings in ("diagnostics", "suppressed"):
            assert _places(getattr(again, findings)) == _places(getattr(report, findings)), source
        assert _places(_again(again).diagnostics) == _places(report.diagnostics), source


def test_a_comment_above_the_arg_suppresses_the_finding_for_all_stages() -> None:
    report = _lint(COMMENT + THREE_STAGES)
    assert report.diagnostics == ()
    assert _places(report.suppressed) == [
        ("outdated-release", 2, [3, 4, 5]),
        ("yanked-release", 2, [3, 4, 5]),
    ]
    assert _again(report).diagnostics == ()


@pytest.mark.parametrize(("stage", "left"), [(0, [4, 5]), (1, [2, 5]), (2, [2, 3])])
def test_a_comment_above_a_from_suppresses_the_finding_for_that_stage(stage: int, left: list[int]) -> None:
    stages = [COMMENT * (number == stage) + text for number, text in enumerate(STAGES)]
    report = _lint(ARG + "".join(stages) + LAST)
    (found,) = report.diagnostics
    assert _places(report.diagnostics) == [("yanked-release", 1, left)]
    assert _places(report.suppressed) == [
        ("outdated-release", 1, [3 + stage]),
        ("yanked-release", 1, [3 + stage]),
    ]
    # A change of the ARG would also change the suppressed stage, so there is no fix.
    assert found.fix is None
    assert _places(_again(report).diagnostics) == [("yanked-release", 1, left)]


def test_images_with_different_destinations_have_findings_of_their_own() -> None:
    report = _lint(f"ARG V=9.1.0\nFROM {TWO}:$V AS a\nFROM {TWO}:$V-python-3.9\n", Config())
    yanked = [finding for finding in report.diagnostics if finding.rule == "yanked-release"]
    assert len(yanked) == 2
    assert len({finding.help for finding in yanked}) == 2


def test_a_baseline_has_the_finding_of_an_arg(tmp_path: Path, run: Command) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(THREE_STAGES)
    options = ("--as-of", AS_OF)
    assert run(*options, "Dockerfile", cwd=tmp_path).code == 1
    assert run(*options, "--write-baseline", "b.json", "Dockerfile", cwd=tmp_path).code == 0
    result = run(*options, "--baseline", "b.json", "Dockerfile", cwd=tmp_path)
    assert (result.code, result.out) == (0, "")
    # The findings stay in the baseline if lines move or if another stage uses the ARG.
    file.write_text(f"# A comment\n{THREE_STAGES}FROM {TWO}:$V AS d\nCOPY --from=c / /\n")
    assert run(*options, "--baseline", "b.json", "Dockerfile", cwd=tmp_path).out == ""
    # With a different version, the finding is new.
    file.write_text(THREE_STAGES.replace("13.5.0", "9.1.0"))
    assert run(*options, "--baseline", "b.json", "Dockerfile", cwd=tmp_path).code == 1
