"""The command `lint-runtime`: its input, output and exit code."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import date
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from lint_runtime.cli.console import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_USAGE,
    azure_pipeline,
    complain,
    current_day,
    flush_text,
    is_colored,
    print_error,
    print_text,
    run_command,
    shows_links,
    terminal_width,
    with_progress,
)
from lint_runtime.cli.documentation import explanation, rule_list
from lint_runtime.cli.options import PARAMETERS, Arguments, Command, check_conflicts
from lint_runtime.config.settings import Settings
from lint_runtime.errors import UnusableError
from lint_runtime.files import replace_file
from lint_runtime.formatters import load_format
from lint_runtime.formatters.base import Format, Run, chunks, hold_text
from lint_runtime.formatters.summary_line import command_summary
from lint_runtime.lifecycle.table import describe_table
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.linter.baseline import Baseline, Record, load, record
from lint_runtime.linter.discovery import LOOKED_FOR
from lint_runtime.linter.file_linter import STDIN, FileLinter
from lint_runtime.linter.report import Report
from lint_runtime.linter.session import Session
from lint_runtime.linter.workers import Check, Worker, spread, work
from lint_runtime.rules import RULES_OF
from lint_runtime.text import counted, json_document, quoted, shown_path, visible, wrapped

if TYPE_CHECKING:
    from lint_runtime.linter.places import Places

_DIFF_COLORS = {"-": "red", "+": "green", "@": "cyan"}


@click.command(cls=Command, params=[*PARAMETERS])
def command(**given: Any) -> int:
    """Check Dockerfiles and Astro manifests for unsupported, yanked and unsuitable Astro Runtime images.

    PATH is a file, a directory to search for Dockerfiles and manifests, or '-' for standard input
    (default: the current directory). With --from-report, PATH is a JSON report.
    """
    arguments = Arguments(**given)
    check_conflicts(arguments)
    arguments = arguments._replace(paths=arguments.paths or (os.curdir,))
    if arguments.list_rules or arguments.explain:
        if arguments.list_rules:
            click.echo(rule_list(as_json=arguments.format_name == "json"), nl=False)
        names = dict.fromkeys(rule for name in chain(*arguments.explain) for rule in RULES_OF[name])
        click.echo("\n".join(explanation(name, terminal_width()) for name in names), nl=False)
        return EXIT_CLEAN
    # Don't use local configuration files for reports, which may come from other machines.
    is_isolated = arguments.isolated or arguments.from_report
    settings = Settings(arguments.overrides, arguments.config_path, is_isolated=is_isolated)
    if arguments.show_config:
        # Lazy import (4 ms): only --show-config needs it.
        from lint_runtime.config.show import render_settings

        named = map(arguments.name_of, arguments.paths)
        files = [os.path.join(path, "Dockerfile") if os.path.isdir(path) else path for path in named]
        shown = (render_settings(file, settings.of(file), settings.options) for file in files)
        click.echo("\n\n".join(shown))
        for warning in settings.warnings:
            complain(warning)
        return EXIT_CLEAN
    today = arguments.as_of or current_day()
    if arguments.init:
        # Lazy import (25 ms): only --init needs it.
        from lint_runtime.cli.init import initialize, top_directory

        root = top_directory()
        return initialize(root, Linting(arguments._replace(paths=(root,)), settings, today).recorded)
    linting = Linting(arguments, settings, today)
    path = arguments.write_baseline
    return linting.lint() if path is None else linting.write_baseline(path)


class Linting:
    """A run of the command over files or reports, and the state shared by its steps."""

    def __init__(self, arguments: Arguments, settings: Settings, today: date) -> None:
        self.arguments = arguments
        self.settings = settings
        self.today = today
        self.session = Session(today, complain)
        self.total = self.session.total
        self.run = Run(
            today,
            settings.default.table,
            self.total,
            is_colored(arguments.color, sys.stdout),
            arguments.label,
            terminal_width(),
            sys.stdout.isatty(),
            shows_links(sys.stdout),
            arguments.sarif_suppressed,
            arguments.verbose,
            azure_pipeline(),
            arguments.directory,
            arguments.link,
            arguments.previous,
            arguments.from_report,
        )
        # Show progress only for reports and directories, which may contain many files.
        self.shows_progress = sys.stderr.isatty() and (
            arguments.from_report or any(map(os.path.isdir, arguments.paths))
        )

    def lint(self) -> int:
        """Lint, apply fixes if requested, write all outputs, and return the exit code."""
        arguments, total = self.arguments, self.total
        plain = self.run._replace(is_colored=False, is_terminal=False, has_links=False)
        # Load all formats before linting: if an extra is missing, fail before fixing any file.
        targets: list[tuple[type[Format], Run, str | None]] = [
            (load_format(name), plain, path) for name, path in arguments.outputs
        ]
        if arguments.show_suppressed:
            # Lazy import (1 ms): only --show-suppressed needs it.
            from lint_runtime.formatters.suppressed import Suppressed, SuppressedJson

            is_json = arguments.format_name == "json"
            targets.insert(0, (SuppressedJson if is_json else Suppressed, self.run, None))
        elif not arguments.diff and not arguments.statistics:
            default = "full" if sys.stdout.isatty() else "text"
            targets.insert(0, (load_format(arguments.format_name or default), self.run, None))
        baseline = None if arguments.baseline_path is None else load(arguments.baseline_path)
        places = None
        if not arguments.from_report and any(kind.is_rooted or kind.shows_owners for kind, _, _ in targets):
            # Lazy import (6 ms): formats for people don't need it.
            from lint_runtime.linter.places import Places

            with suppress(FileNotFoundError):
                places = Places(arguments.path_root)
        functions = [partial(_entry, format_class, run, places) for format_class, run, _ in targets]
        self._write_outputs(targets, self._results(baseline, functions))
        if baseline is not None:
            self._report_stale(baseline)
        self._report_end()
        if self.session.problems or (arguments.fail_on_nothing and not total.files):
            return EXIT_USAGE
        return EXIT_FINDINGS if total.failing and not arguments.exit_zero else EXIT_CLEAN

    def write_baseline(self, path: str) -> int:
        """Record all findings in a baseline file, and return the exit code."""
        known = load(path) if os.path.isfile(path) else Baseline(path)
        records = self.recorded(path)
        self._write_file(path, [known.replaced(records).text()])
        if self.session.problems:
            return EXIT_USAGE
        if not self.arguments.quiet:
            findings = counted(sum(counts.total() for _, counts in records), "finding")
            files = counted(self.total.files, "file")
            complain(f"recorded {findings} in {files} in the baseline {quoted(path)}")
        return EXIT_CLEAN

    def recorded(self, path: str) -> list[Record]:
        """Return the records of all files. Raises UnusableError if there are problems.

        path: the path of the baseline, for the error message
        """
        records = [of_file for (of_file,) in self._results(None, [record])]
        if self.session.problems:
            raise UnusableError(f"the baseline {quoted(path)} was not written")
        return records

    def _results(
        self, baseline: Baseline | None, functions: Sequence[Callable[[Report], Any]]
    ) -> Iterator[tuple[Any, ...]]:
        """Check all files, or all files in past reports. Returns an iterator with one tuple per file.

        Each tuple contains the results of calling each of the `functions` with the new report of the file.
        """
        arguments, settings = self.arguments, self.settings
        watched = with_progress if self.shows_progress else iter
        check: Check
        items: Iterable[Any]
        if arguments.from_report:
            # Lazy import (6 ms): only --from-report needs it.
            from lint_runtime.linter.recheck import entries_of, recheck, report_files

            check = partial(recheck, settings, self.today)
            entries = entries_of(watched(report_files(arguments.paths)), self.session)
            jobs, items = spread(entries, arguments.jobs)
        else:
            fix_mode = None
            if arguments.fix or arguments.diff:
                # Lazy import (6 ms): few runs apply fixes.
                from lint_runtime.linter.fixes import FixMode

                goal = arguments.upgrade_to or ("" if arguments.upgrade else None)
                table = settings.default.table
                names = [lifecycle.series.name for lifecycle in table.as_of(self.today).maintained]
                if goal and goal not in names:
                    known = f"maintained on {self.today}: {', '.join(names) or 'none'}"
                    raise UnusableError(
                        f"cannot upgrade to {series_name(goal)}, which is not maintained;"
                        f" {known} ({describe_table(table)})"
                    )
                fix_mode = FixMode(arguments.diff, arguments.unsafe_fixes, goal)
            named: set[str] = set()
            # abspath() fails if the working directory is gone. Then only standard input can be linted.
            with suppress(FileNotFoundError):
                named = {
                    os.path.normcase(os.path.abspath(arguments.name_of(path))) for path in arguments.paths
                }
            check = FileLinter(
                settings,
                self.today,
                named,
                arguments.name_of(STDIN),
                baseline,
                fix_mode,
                honors_comments=not arguments.no_suppressions,
            ).check
            files = self.session.files_of(
                arguments.paths,
                uses_gitignore=not arguments.no_gitignore,
                tracked_by=settings if arguments.tracked else None,
            )
            # With --fix or standard input, use one process: two workers could fix the same file, and
            # workers can't read standard input.
            is_alone = arguments.fix or STDIN in arguments.paths
            jobs, files = spread(files, 1 if is_alone else arguments.jobs)
            items = watched(files)
        return self.session.parts(work(Worker(check, functions), items, jobs))

    def _write_outputs(
        self, targets: Iterable[tuple[type[Format], Run, str | None]], results: Iterable[tuple[Any, ...]]
    ) -> None:
        """Write all results. With --diff or --statistics, also print the changes or the counts.

        targets: tuples of a format, its run, and its path (None for standard output)
        results: one tuple per file, with one entry per target
        """
        with ExitStack() as stack:
            outputs = []
            for format_class, run, path in targets:
                # Until the end, hold text that goes to a file or would garble the progress bar.
                is_held = path is not None or (sys.stdout.isatty() and self.shows_progress)
                held = stack.enter_context(hold_text()) if is_held else None
                outputs.append((format_class(run, held.write if held else print_text), path, held))
            for entries in results:
                for (output, _, _), entry in zip(outputs, entries, strict=True):
                    output.add(entry)
            if self.arguments.diff:
                self._print_diffs()
            elif self.arguments.statistics:
                self._print_statistics()
            for output, path, held in outputs:
                output.finish()
                texts = chunks(held) if held else ()
                if path is not None:
                    self._write_file(path, texts)
                    continue
                for text in texts:
                    print_text(text)
                flush_text()

    def _write_file(self, path: str, texts: Iterable[str]) -> None:
        """Replace a file atomically, or append to the job summary of GitHub Actions."""
        encoded = (text.encode("utf-8", "backslashreplace") for text in texts)
        if self.arguments.tracked:
            # Lazy import (5 ms): only --tracked needs it.
            from lint_runtime.dockerfile.git import leads_out, repository_root

            root = repository_root(os.path.dirname(os.path.abspath(path)), {})
            if root and leads_out(path, root):
                problem = "it is a link that leads out of the repository"
                self.session.fail(f"cannot write {quoted(path)}: {problem}")
                return
        try:
            if path == os.environ.get("GITHUB_STEP_SUMMARY") and os.path.isfile(path):
                with open(path, "ab") as file:
                    file.writelines(encoded)
            else:
                replace_file(path, encoded)
        except OSError as error:
            self.session.fail(f"cannot write {quoted(path)}: {error.strerror or error}")

    def _print_diffs(self) -> None:
        """Print the diffs. Escapes control characters if the output is a terminal or in color."""
        for diff in self.total.diffs:
            if not self.run.is_colored and not sys.stdout.isatty():
                print_text(diff.encode("utf-8", "surrogateescape"))
                continue
            lines = [visible(line) for line in diff.split("\n")]
            for number, line in enumerate(lines if self.run.is_colored else ()):
                if line.startswith(("--- ", "+++ ")):
                    lines[number] = click.style(line, bold=True)
                elif color := _DIFF_COLORS.get(line[:1]):
                    lines[number] = click.style(line, fg=color)
            print_text("\n".join(lines))

    def _print_statistics(self) -> None:
        """Print the number of findings per rule, most frequent first."""
        counts = sorted(self.total.by_rule.items(), key=lambda item: (-item[1], item[0]))
        fixable = self.total.fixable_rules
        if self.arguments.format_name == "json":
            rows = [{"rule": rule, "count": count, "fixable": fixable[rule]} for rule, count in counts]
            print_text(json_document(rows))
            return
        width = max((len(f"{count:,}") for _, count in counts), default=0)
        for rule, count in counts:
            mark = ("[*] " if fixable[rule] else "    ") if fixable.total() else ""
            print_text(f"{count:{width},}  {mark}{rule}\n")

    def _report_stale(self, baseline: Baseline) -> None:
        """Remove the findings of the baseline that no longer occur, or suggest --update-baseline."""
        arguments = self.arguments
        left = baseline.without_stale(self.total.recorded)
        count = len(baseline) - len(left)
        if not count:
            return
        findings, path = counted(count, "finding"), arguments.baseline_path or ""
        verb, them = ("occurs", "it") if count == 1 else ("occur", "them")
        if arguments.update_baseline:
            self._write_file(path, [left.text()])
            message = f"removed {findings} that no longer {verb} from the baseline {quoted(path)}"
        else:
            message = f"{findings} in the baseline {quoted(path)} no longer {verb}"
            message += f"; remove {them} with --update-baseline"
        if not arguments.quiet and not self.session.problems:
            complain(message)

    def _report_nothing(self) -> None:
        """Explain why nothing was linted.

        Without --fail-on-nothing, prints nothing if PATH is a `pyproject.toml` that is not a manifest.
        """
        arguments, total = self.arguments, self.total
        where = ", ".join(map(quoted, arguments.paths))
        if total.excluded:
            files = counted(total.excluded, "file")
            complain(f"nothing to lint: the configuration excludes {files} in {where}")
        elif arguments.from_report:
            complain("nothing to lint: the reports list no files")
        elif arguments.fail_on_nothing or any(map(os.path.isdir, arguments.paths)):
            ignored = "" if arguments.no_gitignore else " that git doesn't ignore"
            complain(
                f"no Dockerfiles or Astro manifests found in {where} (looked for {LOOKED_FOR}{ignored})"
            )

    def _report_end(self) -> None:
        """Explain why nothing was linted, or print the changes and the summary."""
        arguments, total = self.arguments, self.total
        if not total.files and not self.session.problems:
            self._report_nothing()
        if not total.files or arguments.quiet:
            return
        if total.upgrades:
            # Lazy import (3 ms): only --upgrade needs it.
            from lint_runtime.formatters.changes import changes_as_text, move_as_text

            for path, upgrade in total.upgrades:
                complain(move_as_text(path, upgrade, is_done=arguments.fix))
            tables = "\n".join(changes_as_text(total.upgrades))
            if tables:
                print_error(f"\n{tables}\n")
        for finding in total.overruled:
            place = f"{shown_path(finding.path)}:{finding.line}"
            complain(f"{place}: suppression of {finding.rule} ignored (--no-suppressions)")
        for fixed in total.fixed:
            complain(f"fixed {fixed}")
        summary = command_summary(
            self.run,
            self.session.past_reports,
            is_fix=arguments.fix,
            is_dry_run=arguments.diff,
            has_baseline=bool(arguments.baseline_path),
        )
        lines = wrapped(summary, self.run.width) if sys.stderr.isatty() else [summary]
        print_error("\n".join([*lines, ""]))


def _entry(format_class: type[Format], run: Run, places: "Places | None", report: Report) -> Any:
    """Return the entry of a report in the output of a format."""
    if places and format_class.is_rooted:
        report = places.rooted(report)
    elif places and format_class.shows_owners:
        report = places.owned(report)
    return format_class.entry(report, run)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0 for success, 1 for findings, and 2 for errors."""
    return run_command(command, "lint-runtime", argv)
