"""The options of `lint-runtime`: their values, their conflicts, help and completion."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import pytest

from lint_runtime import __version__
from lint_runtime.cli import lifecycle as lifecycle_command
from lint_runtime.cli import lint as lint_command
from lint_runtime.formatters import FORMATTERS
from tests.conftest import AS_OF, FIXTURES, TABLE, Command

DAY = ["--as-of", AS_OF.isoformat()]
FINE = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"

WRONG_VALUES = {
    "--selct x": "No such option",
    "--select lifecyle": "unknown rule 'lifecyle'; did you mean lifecycle?",
    "--select yanked-relaese": "unknown rule 'yanked-relaese'; did you mean yanked-release?",
    "--ignore amd64-only,nothing": "unknown rule 'nothing'; run --list-rules to see all rules",
    "--ignore ,": "no rule given. Run --list-rules to see all rules.",
    "--explain ": "no rule given. Run --list-rules to see all rules.",
    "--explain floating-tags": "unknown rule 'floating-tags'; did you mean floating-tag?",
    "--as-of 2026-02-30": "invalid date '2026-02-30' (expected YYYY-MM-DD).",
    "--as-of 20261122": "invalid date '20261122' (expected YYYY-MM-DD).",
    "--as-of 2026-W01-1": "invalid date '2026-W01-1' (expected YYYY-MM-DD).",
    "--as-of \x1b[31m": "invalid date '\\x1b[31m' (expected YYYY-MM-DD).",
    "--warn-within -1": "invalid number of days '-1' (expected 0 or more).",
    "--warn-within 1234567890": "invalid number of days '1234567890' (expected 0 or more).",
    "--warn-within ²": "invalid number of days '²' (expected 0 or more).",
    "--jobs 0": "invalid number of processes '0' (expected 1 to 60).",
    "--jobs 61": "invalid number of processes '61' (expected 1 to 60).",
    "--jobs 1.5": "invalid number of processes '1.5' (expected 1 to 60).",
    "--fail-on fatal": "'fatal' is not one of 'error', 'warning', 'info'",
    "--format xml": "'xml' is not one of 'text', 'full', 'summary', 'json', 'github'",
    "--color some": "'some' is not one of 'auto', 'always', 'never'",
    "--build-arg =x": "invalid value '=x' (expected KEY=VALUE or KEY).",
    "--upgrade-to 13.x.x": "invalid series '13.x.x' (expected one such as 13 or 3.3).",
    "--upgrade-to 1.2.3": "invalid series '1.2.3' (expected one such as 13 or 3.3).",
    "--upgrade-to 03": "invalid series '03' (expected one such as 13 or 3.3).",
    "--path-root nowhere": "'nowhere' is not a directory.",
    "--label ./": "'./' is not a valid name.",
    "-o text": "invalid value 'text' (expected FORMAT=PATH).",
    "-o =x": "unknown format ''; choose from text, full, summary, json, github, sarif",
    "-o jsn=x": "unknown format 'jsn'; did you mean json?",
    "-o json=Dockerfile": "'Dockerfile' has the name of a Dockerfile or manifest, which would be overwritten.",
    "--write-baseline a.dockerfile": "'a.dockerfile' has the name of a Dockerfile or manifest, which would be overwritten.",
    "-o json=a -o sarif=./a -o text=b": "'a' is used for more than one report.",
}


def test_wrong_values(run: Command) -> None:
    """Check that an invalid value ends the run before anything is read."""
    shown = {}
    for given in WRONG_VALUES:
        result = run(*(given.split(" ")))
        assert (result.code, result.out) == (2, ""), given
        shown[given] = " ".join(result.err.split())
    assert {given: text for given, text in shown.items() if WRONG_VALUES[given] not in text} == {}


CONFLICTS = {
    "--stdin-filename x": "--stdin-filename requires '-' as a path.",
    "--stdin-filename x y": "--stdin-filename requires '-' as a path.",
    "--config x --isolated": "--config and --isolated can't be used together.",
    "--no-suppressions --from-report x": "--no-suppressions can't be used with --from-report.",
    "--previous x": "--previous requires --format html or --output html=PATH.",
    "--link https://x/ --format json": "--link requires --format html or --output html=PATH.",
    "--sarif-suppressed": "--sarif-suppressed requires --format sarif or --output sarif=PATH.",
    "--sarif-suppressed --format json -o text=x": "--sarif-suppressed requires --format sarif or --output sarif=PATH.",
    "--fix --diff": "--fix and --diff can't be used together.",
    "--unsafe-fixes": "--unsafe-fixes requires --fix or --diff.",
    "--upgrade": "--upgrade requires --fix or --diff.",
    "--upgrade-to 13": "--upgrade-to requires --fix or --diff.",
    "--upgrade --upgrade-to 13 --fix": "--upgrade and --upgrade-to can't be used together.",
    "--fix -": "--fix can't be used with standard input. Use --diff.",
    "--update-baseline": "--update-baseline requires --baseline.",
    "--update-baseline --baseline x --diff": "--update-baseline and --diff can't be used together.",
    "--baseline x --write-baseline y": "--baseline and --write-baseline can't be used together.",
    **{
        f"--write-baseline x {option}": "--write-baseline can't be combined with --fix, --diff or --output."
        for option in ("--fix", "--diff", "-o text=y")
    },
    "--from-report": "--from-report requires reports: their paths, or '-' for a list on standard input.",
    **{
        f"--from-report x {option}": "--from-report can't be combined with --fix, --diff, --show-config,"
        " --build-arg, --baseline, --write-baseline, --stdin-filename or --path-root."
        for option in (
            *("--fix", "--diff", "--show-config", "--build-arg A", "--baseline x", "--write-baseline x"),
            *("--stdin-filename x -", "--path-root ."),
        )
    },
    **{
        f"--label x{options}": "--label requires --format json, --format sarif, --format html,"
        " --output json=PATH, --output sarif=PATH or --output html=PATH."
        for options in ("", " --format text -o text=y", " --format gitlab")
    },
    **{
        f"--diff --format {name}": "--diff prints the changes, and no report. Write a report to a file with"
        " -o FORMAT=PATH."
        for name in FORMATTERS
        if name not in ("text", "full")
    },
    "--statistics --format sarif": "--statistics supports --format text and json only.",
    "--show-suppressed --format junit": "--show-suppressed supports --format text and json only.",
    **{
        f"--show-suppressed {option}": "--show-suppressed can't be combined with --fix, --diff, --statistics,"
        " --write-baseline or --no-suppressions."
        for option in ("--fix", "--diff", "--statistics", "--write-baseline x", "--no-suppressions")
    },
    **{
        f"--init {option}": "--init takes no paths, and no options other than --as-of, --color and --jobs."
        for option in (
            *(
                ".",
                "-",
                "--fix",
                "--diff",
                "--format json",
                "-o json=x",
                "--baseline x",
                "--write-baseline x",
            ),
            *("--from-report", "--show-config", "--list-rules", "--explain tags", "--config x", "--quiet"),
            *("--select tags", "--tracked", "--exit-zero", "--build-arg A=1"),
        )
    },
    "--tracked x": "--tracked requires directories.",
    **{
        f"--tracked --{option}": "--tracked can't be combined with --from-report, --no-gitignore or --show-config."
        for option in ("no-gitignore", "show-config")
    },
    "--list-rules --format markdown": "--list-rules supports --format text and json only.",
    **{
        f"--statistics {option}": "--statistics can't be combined with --fix, --diff or --write-baseline."
        for option in ("--fix", "--diff", "--write-baseline x")
    },
}


def test_conflicts(tmp_path: Path, run: Command) -> None:
    shown = {}
    for given in CONFLICTS:
        result = run(*given.split(" "), cwd=tmp_path)
        assert (result.code, result.out) == (2, ""), given
        shown[given] = " ".join(result.err.rpartition("Error: ")[2].split())
    assert shown == CONFLICTS


def test_options_that_can_be_combined(tmp_path: Path, run: Command) -> None:
    (tmp_path / "Dockerfile").write_text(FINE)
    together = [
        ["-", "--stdin-filename", "x"],
        ["-", "--diff", "--upgrade", "--unsafe-fixes"],
        ["--diff", "--upgrade-to", "13"],
        ["--sarif-suppressed", "--format", "sarif"],
        ["--sarif-suppressed", "-o", "sarif=x"],
        ["--label", "x", "--format", "json"],
        ["--label", "x", "-o", "json=y"],
        ["--label", "x", "--format", "sarif"],
        ["--label", "x", "-o", "sarif=y.sarif"],
        ["--diff", "--format", "text"],
        ["--diff", "-o", "json=z"],
        ["--statistics", "--format", "full"],
        ["--statistics", "-o", "sarif=x"],
        ["--show-suppressed", "-o", "sarif=x", "--sarif-suppressed"],
        ["--list-rules", "--format", "text"],
        ["--isolated", "--no-suppressions", "--no-gitignore", "--jobs", "02", "--warn-within", "0"],
        # --list-rules does not start the 60 processes. Starting them would take seconds.
        ["--list-rules", "--jobs", "060"],
        ["--write-baseline", "x.json"],
        ["--baseline", "x.json", "--update-baseline"],
        ["-o", "json=a", "-o", "json=b"],
        # After `--`, --diff is a path.
        ["--exit-zero", "--fix", "--", "--diff"],
    ]
    results = [run(*DAY, *options, cwd=tmp_path, stdin=FINE) for options in together]
    assert [
        (options, result.err)
        for options, result in zip(together, results, strict=True)
        if "Error:" in result.err
    ] == []
    assert "cannot read '--diff'" in results[-1].err


def _completed(run: Command, name: str, shell: str, *words: str) -> list[tuple[str, str]]:
    """Return the kind and the value of each completion of the last word."""
    typed = {"COMP_WORDS": " ".join([name, *words]), "COMP_CWORD": str(len(words))}
    if shell == "fish":
        typed["COMP_CWORD"] = words[-1]
    variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
    result = run(env={variable: f"{shell}_complete", **typed})
    assert (result.code, result.err) == (0, "")
    lines = result.out.strip().splitlines()
    if shell == "zsh":
        # The kind, the value and the help, each on its own line.
        return list(zip(lines[::3], lines[1::3], strict=True))
    return [(kind, value) for kind, _, value in (line.partition(",") for line in lines)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(shell: str, run: Command, tmp_path: Path) -> None:
    variable = "_LINT_RUNTIME_COMPLETE"
    source = run(env={variable: f"{shell}_source"})
    assert (source.code, source.err) == (0, "")
    assert f"{variable}={shell}_complete" in source.out
    completed = partial(_completed, run, "lint-runtime", shell)

    def values(*words: str) -> list[str]:
        found = completed(*words)
        assert {kind for kind, _ in found} == {"plain"}
        return [value for _, value in found]

    rules = values("--select", "yanked-release,outd")
    assert "yanked-release,outdated-release" in rules
    assert "floating-tag" not in rules
    assert values("--ignore", "fl") == ["floating-tag"]
    assert values("--ignore", "amd64-only,platf") == ["amd64-only,platforms"]
    assert values("--explain", "fl") == ["floating-tag"]
    # During completion, `--version` prints nothing, and `-q` is an option even if a file has this name.
    (tmp_path / "-q").touch()
    assert values("--version", "-q", "--select", "fl") == ["floating-tag"]
    assert values("-o", "js") == ["json="]
    (tmp_path / "out").mkdir()
    (tmp_path / "out.json").touch()
    assert values("-o", "json=ou") == ["json=out", "json=out.json"]
    (tmp_path / "out" / ".hidden").touch()
    (tmp_path / "out" / "[a]").touch()
    assert values("-o", "json=out/") == ["json=out/[a]"]
    assert values("-o", "json=out/[") == ["json=out/[a]"]
    assert values("-o", "json=out/.") == ["json=out/.hidden"]
    assert completed("-o", "json=gone/") == []
    day = ("--as-of", "2026-11-30")
    assert values(*day, "--upgrade-to", "") == ["3.3", "3.2", "3.1", "3.0", "13"]
    assert values(*day, "--upgrade-to", "3") == ["3.3", "3.2", "3.1", "3.0"]
    assert values("--as-of", "2026-01-01", "--upgrade-to", "") == ["13", "12"]
    for option in (
        "--config",
        "--table",
        "--baseline",
        "--write-baseline",
        "--stdin-filename",
        "--previous",
    ):
        assert completed(option, "a") == [("file", "a")], option
    assert completed("a") == [("file", "a")]
    assert completed("--path-root", "a") == [("dir", "a")]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_of_runtime_lifecycle(shell: str, run_lifecycle: Command) -> None:
    completed = partial(_completed, run_lifecycle, "runtime-lifecycle", shell)
    day = ("--as-of", "2026-05-01")
    releases = ["3.2-2", "3.2-1"]
    plain = {
        ("show", *day, "3.2"): ["3.2", *releases],
        ("compare", *day, "3.2"): releases,
        ("compare", *day, "12.6.0", "3.2"): releases,
        ("timeline", *day, "1"): ["13", "12", "11", "10"],
    }
    assert {words: completed(*words) for words in plain} == {
        words: [("plain", value) for value in values] for words, values in plain.items()
    }
    assert completed("show", *day, "")[:2] == [("plain", "3.2"), ("plain", "3.1")]
    for words in (
        ["show"],
        ["timeline", "--for"],
        ["show", "--table"],
        ["verify"],
        ["update", "--from"],
        ["update", "--output"],
    ):
        assert completed(*words, "deploy") == [("file", "deploy")], words


def test_help_fits_eighty_columns(run: Command, golden: Callable[[Path, str], None]) -> None:
    code, out, _ = run("--help", env={"COLUMNS": "200"})
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    sections = re.findall(r"^(\S.*):$", out, re.MULTILINE)
    assert sections == [
        "Examples", "Exit codes", "Rules", "Files and configuration", "Fixes", "Output", "Exit code", "Baselines and reports", "Information",
    ]  # fmt: skip
    golden(FIXTURES / "golden" / "help.text", out)


def test_version(run: Command) -> None:
    assert run("--version") == (0, f"lint-runtime {__version__} (lifecycle data of {TABLE.date})\n", "")
    # The version and the help are printed whatever else is given.
    for option in ("--version", "-V", "--help", "-h"):
        assert run("--as-of", "x", "--fix", "--diff", option) == run(option)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["D.txt", "-o", "json=D.txt"], "D.txt", id="a linted file"),
        pytest.param(["D.txt", "-o", "json=link.json"], "link.json", id="a link to a linted file"),
        pytest.param(
            ["D.txt", "--config", "c.toml", "-o", "json=c.toml"], "c.toml", id="the configuration file"
        ),
        pytest.param(
            ["D.txt", "--table", "t.json", "-o", "json=./t.json"], "./t.json", id="lifecycle data"
        ),
        pytest.param(["--from-report", "r.json", "-o", "json=r.json"], "r.json", id="an input report"),
        pytest.param(["D.txt", "--write-baseline", "D.txt"], "D.txt", id="a baseline"),
    ],
)
def test_no_output_overwrites_an_input(
    arguments: list[str], named: str, tmp_path: Path, run: Command
) -> None:
    for name in ("D.txt", "c.toml", "t.json", "r.json"):
        (tmp_path / name).write_text(FINE)
    (tmp_path / "link.json").symlink_to("D.txt")
    code, out, err = run(*DAY, *arguments, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err.endswith(f"Error: {named!r} is an input file and would be overwritten.\n")
    assert {(tmp_path / name).read_text() for name in ("D.txt", "c.toml", "t.json", "r.json")} == {FINE}


def test_an_output_cannot_be_a_link_to_a_dockerfile(tmp_path: Path, run: Command) -> None:
    (tmp_path / "Dockerfile").write_text(FINE)
    (tmp_path / "report.json").symlink_to("Dockerfile")
    code, _, err = run(*DAY, "-o", "json=report.json", cwd=tmp_path)
    assert code == 2
    assert "has the name of a Dockerfile" in err
    assert (tmp_path / "Dockerfile").read_text() == FINE


OPTION_LIKE = (
    "--config=evil.dockerfile",
    "--exit-zero",
    "-ojson=x.Dockerfile",
    "-q",
    "--select=prerelease/Dockerfile",
    "-x.dockerfile",
)


@pytest.mark.parametrize("is_link", [False, True], ids=["file", "link to nothing"])
@pytest.mark.parametrize("name", OPTION_LIKE)
def test_a_file_that_looks_like_an_option_is_refused(
    name: str, is_link: bool, tmp_path: Path, run: Command
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to("nowhere") if is_link else path.write_text(FINE)
    for arguments in (["--fail-on", "info", "Dockerfile", name], [name, "Dockerfile"]):
        code, out, err = run(*DAY, *arguments, cwd=tmp_path)
        assert (code, out) == (2, "")
        advice = (
            f"looks like an option and is the name of a file; write './{name}' for the file, or rename it."
        )
        assert f"Error: '{name}' {advice}" in " ".join(err.split())
    if not is_link:
        for arguments in (["--", name], [f"./{name}"]):
            assert run(*DAY, *arguments, cwd=tmp_path).code == 0


def test_a_hyphen_is_standard_input_and_not_a_file(tmp_path: Path, run: Command) -> None:
    (tmp_path / "-").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    assert run(*DAY, "-", cwd=tmp_path, stdin=FINE).code == 0


@pytest.mark.parametrize(
    "paths", [["a.dockerfile"], ["a.dockerfile", "b.dockerfile"], ["d", "a.dockerfile"]]
)
def test_a_batch_of_a_hook_writes_no_report(paths: list[str], tmp_path: Path, run: Command) -> None:
    (tmp_path / "d").mkdir()
    for name in ("a.dockerfile", "b.dockerfile", "d/Dockerfile"):
        (tmp_path / name).write_text(FINE)
    options = [*DAY, "-o", "json=report.json"]
    code, out, err = run(*options, *paths, cwd=tmp_path, env={"PRE_COMMIT": "1"})
    assert (code, out) == (2, "")
    assert "Set 'pass_filenames: false' in the hook" in " ".join(err.split())
    assert not (tmp_path / "report.json").exists()
    for others, env in ((["d"], {"PRE_COMMIT": "1"}), ([], {"PRE_COMMIT": "1"}), (paths, {})):
        assert run(*options, *others, cwd=tmp_path, env=env).code == 0
        (tmp_path / "report.json").unlink()


def test_every_option_has_help_and_the_name_of_its_value() -> None:
    commands = [
        lint_command.command,
        lifecycle_command.command,
        *lifecycle_command.command.commands.values(),
    ]
    options = [
        option for command in commands for option in command.params if isinstance(option, click.Option)
    ]
    assert len(options) > 40
    for option in options:
        assert re.fullmatch("[A-Z].*[.\\])]", option.help or "", re.DOTALL), option.opts
        is_choice = isinstance(option.type, click.Choice)
        if not option.is_flag and not is_choice:
            assert re.search("[A-Z]", option.metavar or ""), option.opts


def test_a_diff_in_color_has_bold_names_and_colored_lines(tmp_path: Path, run: Command) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.6.0\nUSER \x1b[31mx\n")
    result = run(*DAY, "--diff", "--color", "always", cwd=tmp_path)
    names, old, new = (
        [line for line in result.out.split("\n") if line.startswith(f"\x1b[{code}m")]
        for code in (1, 31, 32)
    )
    assert names == ["\x1b[1m--- a/Dockerfile\x1b[0m", "\x1b[1m+++ b/Dockerfile\x1b[0m"]
    assert old == ["\x1b[31m-FROM quay.io/astronomer/astro-runtime:13.6.0\x1b[0m"]
    assert new == ["\x1b[32m+FROM quay.io/astronomer/astro-runtime:13.11.0\x1b[0m"]
    assert " USER \\x1b[31mx\n" in result.out
