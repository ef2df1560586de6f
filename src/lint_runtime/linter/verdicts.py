"""Say in one line what to do about an image, and which releases to start new projects on."""

import re
from datetime import date
from operator import itemgetter

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.errors import UnusableError
from lint_runtime.images import (
    REPOSITORY_FOR,
    InvalidTagError,
    RuntimeImage,
    RuntimeTag,
    correct_tag,
    original_of,
    parse_tag,
)
from lint_runtime.lifecycle.model import Lifecycle, State, Status
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.upgrade_path import longest_maintained
from lint_runtime.lifecycle.views.details import find_subject
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from lint_runtime.rules.advice import answer, coming_step, to_write
from lint_runtime.rules.base import Case, target_of
from lint_runtime.rules.destinations import meaning_of
from lint_runtime.text import quoted

Verdict = tuple[str, str]
"""Two texts about an image.

The first text says how long the image is supported, and what to do about it. The second text is the next
step to Airflow 3, or "".
"""


def look_up(name: str, known: Snapshot) -> tuple[Lifecycle, Verdict]:
    """Return the facts and the verdict about an image, a FROM, a tag, a release or a series.

    Raises UnusableError for unknown names.
    """
    image_name = re.sub(r"(?i)^\s*FROM\s+", "", name)
    runtime_3 = None
    if not re.search("[/:$]", image_name):
        try:
            written = parse_tag(image_name)
        except InvalidTagError:
            # If the tag can't be corrected, find_subject always raises an error, which has suggestions.
            written = correct_tag(image_name) or parse_tag(find_subject(known, image_name).series.name)
        # Read 3 as the series Astro Runtime 3. As a tag, it would name no series.
        runtime_3 = known.series("3") if written.number == "3" else None
        if runtime_3:
            image_name = str(written._replace(number=str(runtime_3.newest or "3.0.0")))
        image_name = f"{_repository_of(written, known)}:{image_name}"
    data = f"FROM {image_name}\n".encode("utf-8", "surrogateescape")
    report = lint_file(data, "Dockerfile", Config(), known)
    reference = report.stages[0][0].reference if report.stages else None
    if not report.images and reference and (original := original_of(reference.repository)):
        config = Config(images={reference.repository: original})
        report = lint_file(data, "Dockerfile", config, known)
    if not report.images:
        raise UnusableError(f"{quoted(name)} is neither an image of Astro Runtime nor a file")
    image = report.images[0]
    meaning, (text, step) = meaning_of(image, known), verdict_of(image, report, known.day)
    tag = meaning.tag if meaning.is_corrected or image.tag is None else image.tag
    subject = str((tag.version if tag else None) or (tag.series if tag else None) or "")
    if not subject or image.is_prerelease:
        raise UnusableError(f"{quoted(name)} names no release or series: {text}")
    if runtime_3 is None:
        return find_subject(known, subject), (text, step)
    of_3 = [series.series.label for series in known.released if series.airflow_major == 3]
    names = " to ".join(dict.fromkeys((*of_3[:1], *of_3[-1:])))
    following = f"; for Airflow 3, see {names}" if names else ""
    return runtime_3, (text + following, step)


def _repository_of(tag: RuntimeTag, known: Snapshot) -> str:
    """Return the repository for the Airflow version of a tag.

    A misspelled tag such as 3.0.8 counts as 3.0-8, so its repository is the one for Airflow 3.
    """
    if tag.version and known.table.release(tag.version):
        return REPOSITORY_FOR[tag.version.airflow]
    first, dot, _ = tag.number.partition(".")
    is_airflow_3 = tag.number == "latest" or (dot and int(first) in known.table.airflow_3_numbers)
    return REPOSITORY_FOR[3 if is_airflow_3 else 2]


def verdicts_of(report: Report, day: date) -> list[dict[str, object]]:
    """Return the path, line, image, verdict and next step of each image of a file, in file order."""
    found = (
        (target_of(image.stage, image).location.line, image.stage.image, verdict_of(image, report, day))
        for image in report.images
    )
    return [
        {"path": report.path, "line": line, "image": image, "verdict": text, "next_step": next_step}
        for line, image, (text, next_step) in sorted(dict.fromkeys(found), key=itemgetter(0))
    ]


def verdict_of(image: RuntimeImage, report: Report, day: date) -> Verdict:
    """Return the verdict about an image of a linted file."""
    known = report.table.as_of(day)
    case = Case(image, known, Config(warn_within=report.warn_within))
    meaning = meaning_of(image, known)
    lifecycle, target = meaning.lifecycle, image.next or image.destination
    state = image._replace(lifecycle=lifecycle).state(day, report.warn_within)
    step = coming_step(case)
    found = [finding for finding in report.diagnostics if image.stage.image_location in finding.images]
    if lifecycle is None or state is State.PRERELEASE:
        if not found:
            return "nothing is known of its support", step
        worst = min(found, key=lambda finding: [*Severity].index(finding.severity))
        return "; ".join(filter(None, (worst.message, worst.help))), step
    texts = [_support_text(lifecycle, state)]
    if target:
        advice = to_write(case, target, "use")
        if not image.next and target.tag and target.tag.version == lifecycle.newest:
            advice += ", the newest"
        texts.append(advice)
    elif state in (State.YANKED, State.UNSUPPORTED, State.BASIC_SUPPORT):
        texts.append(answer(case).help)
    if meaning.is_corrected:
        texts.insert(0, f"{quoted(image.reference.tag)} doesn't exist, read as {meaning.tag}")
    return "; ".join(texts), step


def _support_text(lifecycle: Lifecycle, state: State) -> str:
    maintenance, support = lifecycle.maintenance, lifecycle.basic_support
    if lifecycle.status is Status.UNKNOWN or (lifecycle.status is Status.MAINTAINED and not maintenance):
        text = "no end date is published"
    elif lifecycle.status is Status.MAINTAINED:
        text = "" if state is State.YANKED else f"maintained until {maintenance}"
    elif maintenance is None:
        text = "no fixes or support"
    elif lifecycle.status is Status.BASIC_SUPPORT:
        text = f"no fixes since {maintenance.since}"
    elif support is None:
        text = f"no fixes or support since {maintenance.since}"
    else:
        text = f"no fixes since {maintenance.since}, no support since {support.since}"
    return ", ".join(filter(None, ("yanked" if state is State.YANKED else "", text)))


def recommend(known: Snapshot) -> tuple[list[tuple[int, str, str]], str]:
    """Return the recommended release for each Airflow major, newest major first, and a summary.

    A recommendation is a tuple of the Airflow major, the image to write, and the reason. The image is ""
    if the major has no maintained series. Raises UnusableError if no series is maintained.
    """
    majors = sorted({series.airflow_major for series in known.released}, reverse=True)
    best = {
        major: longest_maintained(series for series in known.maintained if series.airflow_major == major)
        for major in majors
    }
    first = longest_maintained(known.maintained)
    if first is None:
        raise UnusableError(f"no series is maintained on {known.day}")
    found = []
    for major, series in best.items():
        if series is None or series.newest is None:
            found.append((major, "", "no maintained series is known"))
            continue
        airflow = (known.release(series.newest) or series).airflow
        python = f", Python {series.series.default_python}" if series.series.default_python else ""
        is_only = [other.airflow_major for other in known.maintained].count(major) == 1
        reason = (
            f"Airflow {airflow}{python}; {series.series.label} is maintained until {series.maintenance},"
            f" {'the only series that is' if is_only else 'longer than any other series'}"
        )
        repository = REPOSITORY_FOR[2 if major == 2 else 3]
        found.append((major, f"{repository}:{series.newest}", reason))
    summary = f"Start new projects on Airflow {first.airflow_major}"
    other = next((series for series in best.values() if series and series != first), None)
    if other is None:
        return found, f"{summary}: no maintained series of another Airflow major is known"
    summary += f": Airflow {other.airflow_major} is maintained only until {other.maintenance}"
    if other.airflow_major < first.airflow_major:
        summary += ", and moving later is a major migration"
    return found, summary
