"""All outputs state the same numbers of files, images, findings and steps."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from lint_runtime.config.model import Config
from lint_runtime.linter.inventory import take_inventory
from lint_runtime.linter.past_report import PastReport
from lint_runtime.linter.recheck import recheck_file
from lint_runtime.rules import RULES
from tests.conftest import AS_OF, FIXTURES, KNOWN, Command

RUNTIME = "quay.io/astronomer/astro-runtime"
FLEET = {
    "shared-arg": f"ARG V=9.7.0\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V-base\nCOPY --from=a b c\n",
    "both-platforms": f"ARG V=${{TARGETARCH/amd64/9.1.0}}\nARG W=${{V/arm64/9.7.0}}\nFROM {RUNTIME}:$W\n",
    "uses": f"FROM scratch\nCOPY --from={RUNTIME}:9.7.0 a b\nRUN --mount=from={RUNTIME}:13.6.0 c\n",
    "unresolved": f"ARG V\nARG R\nFROM {RUNTIME}:$V\nFROM $R/astronomer/astro-runtime:9.7.0\nFROM {RUNTIME}:13.$V\n",
    "undeclared": f"FROM {RUNTIME}:$V\n",
    "other": "FROM python:3.12\n",
    "suppressed": f"# lint-runtime: ignore[end-of-basic-support] -- later\nFROM {RUNTIME}:9.7.0\n",
    "nothing-to-do": f"FROM {RUNTIME}:13.11.0\n",
    "excluded/third-party": f"FROM {RUNTIME}:9.7.0\n",
}


class Numbers(NamedTuple):
    """The numbers of a fleet, as stated in an output. Findings are counted by severity."""

    files: int
    images: int
    findings: Counter[str]
    suppressed: int


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with a project for each fixture of a rule and for each source in FLEET."""
    directory = tmp_path_factory.mktemp("fleet")
    for rule in sorted((FIXTURES / "rules").iterdir()):
        for name in ("bad", "ok"):
            if (rule / name).is_dir():
                shutil.copytree(rule / name, directory / rule.name / name)
            elif (rule / f"{name}.Dockerfile").is_file():
                (directory / rule.name / name).mkdir(parents=True)
                shutil.copy(rule / f"{name}.Dockerfile", directory / rule.name / name / "Dockerfile")
    for name, source in FLEET.items():
        (directory / name).mkdir(parents=True)
        (directory / name / "Dockerfile").write_text(source)
    (directory / ".lint-runtime.toml").write_text('exclude = ["excluded/"]\n')
    return directory


def _summary_line(err: str) -> Numbers:
    text = " ".join(err.split())
    found = re.search(
        r"lint-runtime: (.*?)(?: \(.*?\))?(?:, ([\d,]+) suppressed)? in (\d+) files (?:from 1 report )?with (\d+) Runtime images",
        text,
    )
    assert found, text
    findings = Counter(
        {
            name.rstrip("s"): int(count)
            for count, name in re.findall(r"(\d+) (error|warning|info)s?", found[1])
        }
    )
    return Numbers(int(found[3]), int(found[4]), findings, int(found[2] or 0))


def _steps_in(text: str, pattern: str) -> int:
    return sum(int(count.replace(",", "")) for count in re.findall(pattern, text, re.MULTILINE))


@pytest.mark.parametrize("is_past", [False, True], ids=["files", "report"])
def test_the_numbers_are_equal_everywhere(is_past: bool, fleet: Path, tmp_path: Path, run: Command) -> None:
    names = {name: tmp_path / name for name in ("json", "markdown", "html", "text", "summary")}
    outputs = [word for name, path in names.items() for word in ("-o", f"{name}={path}")]
    source: list[object] = ["."]
    if is_past:
        run("--as-of", AS_OF, "-o", f"json={tmp_path / 'earlier.json'}", cwd=fleet)
        source = ["--from-report", tmp_path / "earlier.json"]
    numbers = _summary_line(run("--as-of", AS_OF, *outputs, *source, cwd=fleet).err)
    text, markdown, html, summary, document = (
        names[name].read_text(encoding="utf-8") for name in ("text", "markdown", "html", "summary", "json")
    )
    report = json.loads(document)
    with names["json"].open("rb") as content:
        past = list(PastReport("json", content).files())
    entries = [
        entry for file in past for entry in take_inventory(recheck_file(file, Config(), KNOWN), AS_OF)
    ]

    # Files
    assert numbers.files == report["summary"]["files"] == len(report["files"]) == len(past)
    assert f" in {numbers.files} files, as of" in markdown
    assert f" of {numbers.files} files need nothing." in summary
    assert f" of {numbers.files} files need nothing." in markdown
    assert f"in {numbers.files} files" in re.sub("<[^>]+>", "", html)

    # Images
    listed = [
        stage
        for file in report["files"]
        for stage in (*file["stages"], *file["uses"])
        if stage["repository"]
    ]
    assert numbers.images == report["summary"]["images"] == len(listed)
    assert numbers.images == sum(entry.runtime is not None for entry in entries)
    assert f"{numbers.images:,} images in " in re.sub("<[^>]+>", "", html)

    # Findings
    found = [finding for file in report["files"] for finding in file["findings"]]
    active = Counter(finding["severity"] for finding in found if not finding["suppression"])
    assert numbers.findings == active
    assert active == Counter(re.findall(r": (error|warning|info): ", text))
    assert active == Counter(re.findall(r"^\| (error|warning|info) \|", markdown, re.MULTILINE))
    assert numbers.suppressed == report["summary"]["suppressed"] == len(found) - active.total() > 0
    assert [report["summary"][f"{severity}s"] for severity in ("error", "warning", "info")] == [
        active[severity] for severity in ("error", "warning", "info")
    ]
    assert {finding.rule for entry in entries for finding in entry.findings} == {
        finding["rule"] for finding in found if not finding["suppression"]
    }

    # Steps
    steps = Counter((entry.path, entry.step) for entry in entries if entry.step)
    rows = {step for _, step in steps}
    assert _steps_in(summary, r"^ +([\d,]+)  ") == _steps_in(markdown, r"^\| ([\d,]+) \| ") == len(steps)
    for output, pattern in ((summary, r"^ +[\d,]+  "), (markdown, r"^\| [\d,]+ \| ")):
        assert len(re.findall(pattern, output, re.MULTILINE)) == len(rows)
    idle = numbers.files - len({path for path, _ in steps})
    assert f"\n{idle} of {numbers.files} files need nothing." in summary
    assert idle > 10


def test_the_fleet_has_every_kind_of_image(fleet: Path, run: Command) -> None:
    report = json.loads(run("--as-of", AS_OF, "--format", "json", cwd=fleet).out)
    rules = {finding["rule"] for file in report["files"] for finding in file["findings"]}
    # These rules have no finding: their fixtures need a configuration or another day.
    others = {
        "disallowed-version",
        "not-lts",
        "target-platform",
        "unsupported-python",
        "maintenance-ending",
    }
    assert {rule.name for rule in RULES} - rules == others
    stages = [stage for file in report["files"] for stage in (*file["stages"], *file["uses"])]
    for key in ("argument", "manifest", "unresolved", "target_platforms", "platform"):
        assert any(stage[key] for stage in stages), key
