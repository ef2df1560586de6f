"""Runs of `lint-runtime`: output, streams and exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from lint_runtime import __version__
from lint_runtime.formatters import FORMATTERS
from lint_runtime.linter.discovery import LOOKED_FOR
from lint_runtime.rules import RULES, RULES_BY_TOPIC, RULES_OF
from tests.conftest import FIXTURES, LINT, LINT_WITH_BAR, TABLE, Command, run_process

DATE = TABLE.date

UNSUPPORTED = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
OUTDATED = "FROM quay.io/astronomer/astro-runtime:13.6.0\n"
FINE = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
AMD64_ONLY = "FROM quay.io/astronomer/astro-runtime:4.2.9\n"
DAY = ["--as-of", "2026-09-25"]
SUMMARY = f"as of 2026-09-25 (lifecycle data of {DATE})\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, content in {
        "ended": UNSUPPORTED,
        "outdated": OUTDATED,
        "fine": FINE,
        "amd64": AMD64_ONLY,
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(content)
    return tmp_path


def test_a_clean_run_prints_only_a_summary(directory: Path, run: Command) -> None:
    assert run(*DAY, "fine/Dockerfile", cwd=directory) == (
        0,
        "",
        f"lint-runtime: no problems in 1 file with 1 Runtime image, {SUMMARY}",
    )


def test_a_finding_is_one_line(directory: Path, run: Command) -> None:
    code, out, err = run(*DAY, "ended", cwd=directory)
    assert (code, err) == (
        1,
        f"lint-runtime: 1 error (1 fixable with --fix --upgrade) in 1 file with 1 Runtime image, {SUMMARY}",
    )
    assert out.startswith("ended/Dockerfile:1:6: error: Astro Runtime 9.7.0 ")
    assert out.endswith(" [end-of-basic-support]\n")
    assert out.count("\n") == 1


def test_without_a_path_the_current_directory_is_searched(directory: Path, run: Command) -> None:
    code, out, err = run(*DAY, cwd=directory)
    assert code == 1
    assert (
        err == "lint-runtime: 2 errors, 1 warning, 1 info (1 fixable with --fix, 3 with --fix --upgrade)"
        f" in 4 files with 4 Runtime images, {SUMMARY}"
    )
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        "amd64/Dockerfile",
        "amd64/Dockerfile",
        "ended/Dockerfile",
        "outdated/Dockerfile",
    ]


def test_a_file_named_twice_is_linted_once(directory: Path, run: Command) -> None:
    _, out, _ = run(*DAY, "ended", "ended/Dockerfile", "./ended/../ended", cwd=directory)
    assert out.count("\n") == 1


def test_a_path_of_a_file_is_linted_whatever_its_name(directory: Path, run: Command) -> None:
    (directory / "Dockerfile.j2").write_text(UNSUPPORTED)
    assert run(*DAY, "Dockerfile.j2", cwd=directory)[0] == 1


@pytest.mark.parametrize(
    ("name", "fail_on", "code"),
    [
        ("ended", "error", 1),
        ("outdated", "error", 0),
        ("outdated", "warning", 1),
        ("amd64", "info", 1),
        ("fine", "info", 0),
    ],
)
def test_fail_on(directory: Path, name: str, fail_on: str, code: int, run: Command) -> None:
    assert run(*DAY, "--fail-on", fail_on, name, cwd=directory)[0] == code


def test_the_format_never_changes_the_exit_code(directory: Path, run: Command) -> None:
    assert {run(*DAY, "--format", name, "ended", cwd=directory)[0] for name in FORMATTERS} == {1}


def test_json(directory: Path, run: Command) -> None:
    code, out, _ = run(*DAY, "--format", "json", cwd=directory)
    report = json.loads(out)
    assert code == 1
    assert report["tool"] == {"name": "lint-runtime", "version": __version__}
    assert report["as_of"] == "2026-09-25"
    assert report["table"] == TABLE.identity
    assert report["tables"] == [report["table"]]
    counts = {"files": 4, "images": 4, "errors": 2, "warnings": 1, "infos": 1, "suppressed": 0}
    assert report["summary"] == counts

    def directory_of(*arguments: object) -> object:
        out = run(*DAY, "--format", "json", *arguments, cwd=directory, stdin=FINE).out
        return json.loads(out)["directory"]

    (directory / "report.json").write_text(out)
    assert [directory_of(*paths) for paths in (["."], ["ended", "fine"], ["ended"])] == [".", ".", "ended"]
    assert directory_of("ended/Dockerfile", "./ended/../ended") == "ended"
    assert directory_of("-", "--stdin-filename", "a/b/Dockerfile") == "a/b"
    assert directory_of("-", "fine/../ended", "--stdin-filename", "ended/b/Dockerfile") == "ended"
    # An absolute and a relative path have no common directory.
    assert directory_of(directory / "ended", "fine") == "."
    # The paths of earlier reports start with labels, not with directories.
    assert directory_of("--from-report", directory / "report.json") == "."


def test_an_unreadable_path_does_not_stop_the_run(directory: Path, run: Command) -> None:
    code, out, err = run(*DAY, "missing\x1b[31m", "ended/Dockerfile", "none.d/Dockerfile", cwd=directory)
    assert code == 2
    assert out.startswith("ended/Dockerfile:1:6: ")
    assert err.splitlines()[:2] == [
        "lint-runtime: cannot read 'missing\\x1b[31m': No such file or directory",
        "lint-runtime: cannot read 'none.d/Dockerfile': No such file or directory",
    ]


def test_a_run_appends_to_the_summary_of_github_actions(tmp_path: Path, run: Command) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Mine\n")
    (tmp_path / "Dockerfile").write_text(UNSUPPORTED)
    env = {"GITHUB_STEP_SUMMARY": str(summary)}
    for _ in range(2):
        assert run(*DAY, "-o", f"markdown={summary}", "Dockerfile", cwd=tmp_path, env=env).code == 1
    assert summary.read_text().startswith("# Mine\n### lint-runtime: 1 error")
    assert summary.read_text().count("### lint-runtime: ") == 2
    assert run(*DAY, "-o", f"markdown={summary}", "Dockerfile", cwd=tmp_path).code == 1
    assert summary.read_text().count("### lint-runtime: ") == 1


def test_a_directory_without_dockerfiles(tmp_path: Path, run: Command) -> None:
    looked_for = f"(looked for {LOOKED_FOR} that git doesn't ignore)"
    expected = f"lint-runtime: no Dockerfiles or Astro manifests found in '{tmp_path}' {looked_for}\n"
    assert run(*DAY, str(tmp_path)) == (0, "", expected)
    assert run(*DAY, "--fail-on-nothing", "-q", str(tmp_path)) == (2, "", expected)


def test_only_excluded_files(tmp_path: Path, run: Command) -> None:
    (tmp_path / ".lint-runtime.toml").write_text('exclude = ["*"]')
    for name in ("Dockerfile", "a.dockerfile"):
        (tmp_path / name).write_text(UNSUPPORTED)
    expected = "lint-runtime: nothing to lint: the configuration excludes 2 files in '.'\n"
    assert run(*DAY, cwd=tmp_path) == (0, "", expected)
    assert run(*DAY, "--fail-on-nothing", cwd=tmp_path) == (2, "", expected)
    assert run(*DAY, "--fail-on-nothing", "--isolated", cwd=tmp_path).code == 1


def test_standard_input(run: Command) -> None:
    code, out, _ = run(*DAY, "-", "--stdin-filename", "in/Dockerfile", stdin=UNSUPPORTED.encode())
    assert (code, out.partition(" ")[0]) == (1, "in/Dockerfile:1:6:")
    assert run(*DAY, "-", stdin=UNSUPPORTED.encode())[1].startswith("<stdin>:1:6:")


def test_build_arguments(run: Command) -> None:
    source = b"ARG TAG\nFROM quay.io/astronomer/astro-runtime:$TAG\n"
    assert run(*DAY, "-", "--build-arg", "TAG=9.7.0", "--build-arg", "TAG=13.11.0", stdin=source)[:2] == (
        0,
        "",
    )


def test_select_and_ignore(run: Command) -> None:
    source = b"FROM quay.io/astronomer/astro-runtime:9\n"
    _, out, _ = run(*DAY, "-", "--select", "floating-tag,prerelease", stdin=source)
    assert out.endswith("[floating-tag]\n")
    code, out, _ = run(
        *DAY, "-", "--ignore", "floating-tag", "--ignore", "end-of-basic-support", stdin=source
    )
    assert (code, out.count("[end-of-maintenance]")) == (1, 1)
    suppressed = b"# lint-runtime: ignore[lifecycle]\nFROM quay.io/astronomer/astro-runtime:9.7.0\n"
    assert run(*DAY, "-", stdin=suppressed).code == 0
    code, out, err = run(*DAY, "-", "--no-suppressions", stdin=suppressed)
    assert (code, out.count("[end-of-basic-support]")) == (1, 1)
    assert "<stdin>:2: suppression of end-of-basic-support ignored (--no-suppressions)\n" in err


def test_warn_within(run: Command) -> None:
    source = FINE.encode()
    assert run(*DAY, "-", "--warn-within", "216", stdin=source)[1] == ""
    assert "[maintenance-ending]" in run(*DAY, "-", "--warn-within", "217", stdin=source)[1]


@pytest.mark.process
def test_today_is_the_utc_date() -> None:
    west = run_process(*LINT, "-", stdin=FINE, env={"TZ": "Etc/GMT+12"})
    assert west.code == 0
    assert west == run_process(*LINT, "-", stdin=FINE, env={"TZ": "Etc/GMT-14"})


def test_list_rules(run: Command) -> None:
    code, out, _ = run("--list-rules")
    assert code == 0
    width = max(len(rule.name) for rule in RULES)
    expected = []
    for topic, rules in RULES_BY_TOPIC.items():
        expected += [f"{topic} ({rules[0].topic.word}):"]
        for rule in rules:
            end = " Off by default." if rule.name == "not-lts" else ""
            expected += [f"  {rule.name:{width}}  {rule.severity.value:7}  {rule.summary}{end}"]
        expected += [""]
    assert out == "\n".join(expected)


def test_list_rules_as_json(run: Command) -> None:
    code, out, _ = run("--list-rules", "--format", "json")
    assert code == 0
    listed = json.loads(out)
    assert [rule["name"] for rule in listed] == [rule.name for rule in RULES]
    assert [rule["name"] for rule in listed if not rule["on_by_default"]] == ["not-lts"]
    assert listed[0] == {
        "name": "parse-error",
        "topic": "Syntax and stages",
        "topic_name": "syntax",
        "severity": "error",
        "on_by_default": True,
        "summary": "Syntax the build would reject in a directive, stage or source of files.",
        "url": "https://docs.docker.com/reference/dockerfile/",
    }


def test_explain(run: Command) -> None:
    code, out, _ = run("--explain", "yanked-release")
    assert code == 0
    assert out.startswith("# yanked-release (error)\n\nA release that was withdrawn.\n")
    assert "off by default" in run("--explain", "not-lts").out
    platforms = run("--explain", "platforms,amd64-only").out
    assert re.findall("(?m)^# ([a-z0-9-]+)", platforms) == list(RULES_OF["platforms"])


@pytest.mark.parametrize(
    "arguments", [["yanked-release,not-lts"], ["yanked-release", "--explain", "not-lts"]]
)
def test_explain_several_rules(arguments: list[str], run: Command) -> None:
    code, out, _ = run("--explain", *arguments)
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("# ")] == [
        "# yanked-release (error)",
        "# not-lts (warning, off by default)",
    ]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_explanations_fit_the_terminal(columns: int, run: Command) -> None:
    for rule in RULES:
        out = run("--explain", rule.name, env={"COLUMNS": str(columns)}).out
        lines = [line for text in out.split("```")[::2] for line in text.splitlines()]
        assert (
            lines[0] == f"# {rule.name} ({rule.severity}{'' if rule.on_by_default else ', off by default'})"
        )
        # Skip lines with a link: a link is not wrapped, so its line may be too long.
        text = [line for line in lines if "](http" not in line]
        too_long = [line for line in text if len(line) > max([columns, *map(len, line.split())])]
        assert too_long == [], rule.name
        assert out.partition("\n")[2].split() == rule.documentation.split(), rule.name
        assert out.split("```")[1::2] == rule.documentation.split("```")[1::2], rule.name


def test_an_explanation_has_headings_and_wrapped_paragraphs(run: Command) -> None:
    out = run("--explain", "yanked-release", env={"COLUMNS": "60"}).out
    assert out.splitlines()[:6] == [
        "# yanked-release (error)",
        "",
        "A release that was withdrawn.",
        "",
        "## What it does",
        "Reports releases that Astronomer has yanked, with the",
    ]


def test_statistics(directory: Path, run: Command) -> None:
    source = "FROM quay.io/astronomer/astro-runtime:13 AS a\n" * 2 + UNSUPPORTED + "RUNN x\n"
    (directory / "many").write_text(source)
    code, out, err = run(*DAY, "--statistics", "many", cwd=directory)
    assert (code, out) == (
        1,
        "2  [*] floating-tag\n1  [*] end-of-basic-support\n1      unknown-instruction\n",
    )
    assert (
        err
        == "lint-runtime: 1 error, 3 warnings (2 fixable with --fix --unsafe-fixes, 1 with --fix --upgrade)"
        f" in 1 file with 3 Runtime images, {SUMMARY}"
    )
    code, out, _ = run(*DAY, "--statistics", "--format", "json", "many", cwd=directory)
    assert (code, json.loads(out)[-1]) == (1, {"rule": "unknown-instruction", "count": 1, "fixable": 0})
    assert run(*DAY, "--statistics", "fine", cwd=directory).out == ""


def test_quiet(directory: Path, run: Command) -> None:
    loud = run(*DAY, "outdated", cwd=directory)
    quiet = run(*DAY, "-q", "outdated", cwd=directory)
    assert (quiet.code, quiet.out, quiet.err) == (loud.code, loud.out, "")
    assert loud.err
    assert run(*DAY, "-q", "--fix", "outdated", cwd=directory) == (0, "", "")
    assert "cannot read" in run(*DAY, "-q", "missing", cwd=directory).err


def test_exit_zero(directory: Path, run: Command) -> None:
    assert run(*DAY, "--exit-zero", "ended", cwd=directory).code == 0
    assert run(*DAY, "--exit-zero", "missing", cwd=directory).code == 2


def test_baselines(directory: Path, run: Command) -> None:
    files = [directory / name / "Dockerfile" for name in ("ended", "outdated")]
    recorded = "lint-runtime: recorded 2 findings in 2 files in the baseline 'b.json'\n"
    record = [*DAY, "ended", "outdated", "--write-baseline"]
    assert run(*record, "b.json", cwd=directory) == (0, "", recorded)
    assert run("-q", *record, "b.json", cwd=directory) == (0, "", "")
    lost = "lint-runtime: cannot write 'none/b.json': No such file or directory\n"
    assert run(*record, "none/b.json", cwd=directory) == (2, "", lost)

    arguments = [*DAY, "--baseline", "b.json", "ended", "outdated"]
    assert run(*arguments, cwd=directory).err.startswith("lint-runtime: no new problems, 2 suppressed in ")
    stale = (
        "1 finding in the baseline 'b.json' no longer occurs; remove it with --update-baseline",
        "2 findings in the baseline 'b.json' no longer occur; remove them with --update-baseline",
    )
    for file, message in zip(files, stale, strict=True):
        file.write_text(FINE)
        code, out, err = run(*arguments, cwd=directory)
        assert (code, out, err.splitlines()[0]) == (0, "", f"lint-runtime: {message}")
        assert run(*arguments, "-q", cwd=directory).err == ""
        # If a path can't be read, the findings in the baseline may be there, so no message says that they are gone.
        assert "no longer" not in run(*arguments, "missing", cwd=directory).err
    removed = "lint-runtime: removed 2 findings that no longer occur from the baseline 'b.json'\n"
    code, _, err = run(*arguments, "--update-baseline", cwd=directory)
    assert (code, err.startswith(removed)) == (0, True)
    assert "baseline" not in run(*arguments, "--update-baseline", cwd=directory).err


def test_a_build_argument_from_the_environment(directory: Path, run: Command) -> None:
    (directory / "varying").write_text("ARG TAG\nFROM quay.io/astronomer/astro-runtime:$TAG\n")
    given = run(*DAY, "--build-arg", "TAG", "varying", cwd=directory, env={"TAG": "9.7.0"})
    assert "[end-of-basic-support]" in given.out
    missing = run(*DAY, "--build-arg", "TAG", "varying", cwd=directory, env={"TAG": None})
    assert "[unresolved-variable]" in missing.out


@pytest.mark.process
def test_characters_outside_the_encoding_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "é.dockerfile").write_text(UNSUPPORTED)
    result = run_process(*LINT, *DAY, cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert result.out.startswith("\\xe9.dockerfile:1:6: ")


def test_a_file_name_that_is_not_utf_8(tmp_path: Path, run: Command) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff\n.dockerfile", "wb") as file:
        file.write(UNSUPPORTED.encode())
    _, out, _ = run(*DAY, cwd=tmp_path)
    assert out.startswith("\\xff\\n.dockerfile:1:6: ")
    report = json.loads(run(*DAY, "--format", "json", cwd=tmp_path)[1])
    assert report["files"][0]["path"] == "\\xff\n.dockerfile"


@pytest.mark.process
@pytest.mark.parametrize(
    ("redirection", "code", "complaint"),
    [
        pytest.param(
            ">&-", 1, "1 error (1 fixable with --fix --upgrade) in 1 file", id="closed standard output"
        ),
        pytest.param("2>&-", 1, "", id="closed standard error"),
        pytest.param(
            "<&-",
            1,
            "1 error (1 fixable with --fix --upgrade) in 1 file",
            id="closed standard input, not read",
        ),
        pytest.param(
            ">/dev/full",
            2,
            "cannot write the output: No space left on device",
            id="standard output on a full disk",
        ),
        pytest.param("2>/dev/full", 2, "", id="standard error on a full disk"),
    ],
)
def test_streams_that_are_closed_or_full(
    directory: Path, redirection: str, code: int, complaint: str
) -> None:
    command = shlex.join([*LINT, *DAY, "ended/Dockerfile"])
    result = run_process("sh", "-c", f"{command} {redirection}", cwd=directory)
    assert result.code == code
    assert complaint in result.err


@pytest.mark.process
def test_closed_standard_input(directory: Path) -> None:
    command = shlex.join([*LINT, *DAY, "-", "fine/Dockerfile"])
    result = run_process("sh", "-c", f"{command} <&-", cwd=directory)
    assert result.code == 2
    assert result.err.startswith("lint-runtime: cannot read standard input: it is closed\n")


def _terminal_output(
    directory: Path, command: Sequence[str] = LINT, *, interrupt_after: bytes = b""
) -> tuple[int, bytes]:
    """Run the command in a new terminal. Returns the exit code and the output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(directory)
        os.environ["TERM"] = "xterm"
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.execv(sys.executable, [*command, *DAY])  # noqa: S606
    shown = b""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:  # EIO: the process has closed the terminal
                break
            if interrupt_after and interrupt_after in shown:
                os.kill(pid, signal.SIGINT)
                interrupt_after = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


@pytest.mark.process
def test_a_terminal_has_colors_and_no_bar_for_a_short_run(directory: Path) -> None:
    code, shown = _terminal_output(directory)
    assert code == 1
    assert b"\x1b[31m" in shown
    assert b"Linting" not in shown


@pytest.mark.process
def test_a_terminal_shows_a_summary_after_many_findings(tmp_path: Path) -> None:
    for number in range(51):
        (tmp_path / f"Dockerfile.{number}").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    _, shown = _terminal_output(tmp_path, [*LINT, "-o", "full=file"])
    assert b"To see the findings of a file: lint-runtime PATH" in shown
    assert "To see the findings" not in (tmp_path / "file").read_text()


@pytest.fixture
def slow_directory(tmp_path: Path) -> Path:
    for number in range(30):
        (tmp_path / f"Dockerfile.{number}").write_text("FROM a\n" * 4000)
    return tmp_path


@pytest.mark.process
def test_a_long_run_in_a_terminal_shows_a_bar(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"Dockerfile.{number}").write_text("FROM a\n")
    _, shown = _terminal_output(tmp_path, LINT_WITH_BAR)
    assert b"Linting" in shown
    assert b"100%" in shown


@pytest.mark.process
def test_an_interrupt_ends_the_run_without_a_traceback(slow_directory: Path) -> None:
    code, shown = _terminal_output(slow_directory, interrupt_after=b"Linting")
    assert code == 130
    assert b"Traceback" not in shown
    # The bar ends its line before the message, so the message has its own line.
    assert shown.splitlines()[-1] == b"lint-runtime: interrupted"


def test_example_projects_have_findings(run: Command) -> None:
    code, out, _ = run(*DAY, str(FIXTURES / "projects"))
    assert code == 1
    found = {line.rpartition("[")[2].rstrip("]") for line in out.splitlines()}
    assert {"yanked-release", "end-of-maintenance", "outdated-release", "nonexistent-release"} <= found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("json", '"problems": ["cannot read \'missing\': No such file or directory"]'),
        ("sarif", '"executionSuccessful": false'),
        ("sarif", '"text": "cannot read \'missing\': No such file or directory"'),
        ("junit", '<error type="problem" message="cannot read \'missing\''),
        ("github", "::error title=lint-runtime::cannot read 'missing': No such file or directory\n"),
        ("markdown", "- error: cannot read `missing`: No such file or directory\n"),
    ],
)
def test_reports_include_problems(directory: Path, name: str, words: str, run: Command) -> None:
    code, out, _ = run(*DAY, "--format", name, "missing", "fine", cwd=directory)
    assert code == 2
    assert words in out


def test_several_outputs(directory: Path, run: Command) -> None:
    outputs = [f"-o{name}={name}.out" for name in FORMATTERS]
    code, out, _ = run(*DAY, *outputs, "ended", cwd=directory)
    assert (code, out.count("\n")) == (1, 1)
    for name in FORMATTERS:
        written = (directory / f"{name}.out").read_text(encoding="utf-8")
        assert written == run(*DAY, "--format", name, "ended", cwd=directory)[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "json=ended/Dockerfile"], "'ended/Dockerfile' has the name of a Dockerfile"),
        (["--write-baseline", "ended/Dockerfile"], "'ended/Dockerfile' has the name of a Dockerfile"),
        (["-o", "json=a", "-o", "sarif=./a"], "'a' is used for more than one report."),
        (["-o", "json=none/a"], "cannot write 'none/a': No such file or directory"),
        (["-o", "json=ended"], "cannot write 'ended': Is a directory"),
    ],
)
def test_outputs_that_cannot_be_written(
    directory: Path, arguments: list[str], message: str, run: Command
) -> None:
    code, _, err = run(*DAY, *arguments, "ended", cwd=directory)
    assert code == 2
    assert message in err
    assert (directory / "ended" / "Dockerfile").read_text() == UNSUPPORTED


@pytest.mark.process
def test_an_output_to_a_pipe(directory: Path) -> None:
    arguments = [*DAY, "-o", "json=/dev/stdout", "--format", "github", "ended"]
    code, out, err = run_process(*LINT, *arguments, cwd=directory)
    assert (code, err.count("\n")) == (1, 1)
    assert json.loads(out.partition("\n")[2])["summary"]["errors"] == 1


@pytest.mark.parametrize("name", ["::stop-commands::x", " ::stop-commands::x", "\u3000::error::x"])
@pytest.mark.parametrize("format_name", ["text", "junit"])
def test_no_file_name_is_a_command_of_a_ci_system(
    tmp_path: Path, name: str, format_name: str, run: Command
) -> None:
    (tmp_path / f"{name}.dockerfile").write_text(UNSUPPORTED * 2)
    _, out, _ = run(*DAY, "--format", format_name, cwd=tmp_path)
    assert "stop-commands" in out or "error::x" in out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize(
    ("source", "summary"),
    [
        (OUTDATED, "1 warning (1 fixable with --fix)"),
        ("FROM quay.io/astronomer/astro-runtime:13\n", "1 warning (1 fixable with --fix --unsafe-fixes)"),
        ("FROM quay.io/astronomer/astro-runtime\n", "1 warning in"),
    ],
)
def test_the_summary_says_what_can_be_fixed(
    tmp_path: Path, source: str, summary: str, run: Command
) -> None:
    (tmp_path / "Dockerfile").write_text(source)
    assert summary in run(*DAY, cwd=tmp_path)[2]


def test_a_missing_path_that_would_be_excluded(tmp_path: Path, run: Command) -> None:
    (tmp_path / ".lint-runtime.toml").write_text('exclude = ["*"]\n')
    assert run(*DAY, "Dockerfile", cwd=tmp_path)[0] == 2
