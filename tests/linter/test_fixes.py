"""The changes of `--fix`, `--unsafe-fixes` and `--diff` to files."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity, Target
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Existence, Lifecycle, Status
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import NotFixableError, apply_edits, select_edits, write_fixed
from lint_runtime.linter.report import Report
from tests.conftest import AS_OF, LINT, count_calls
from tests.linter.conftest import LintIn

RELEASES = embedded_table().releases
TABLE = embedded_table()

COMMAND = [*LINT, "--as-of", "2026-09-25"]
AIRFLOW_2 = "quay.io/astronomer/astro-runtime"
AIRFLOW_3 = "astrocrpublic.azurecr.io/runtime"
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
DIGEST = "@sha256:" + "a" * 64
SUPPRESSED = "# lint-runtime: ignore[outdated-release,yanked-release]\n"


class Case(NamedTuple):
    """A file to fix, with its expected content.

    source: the content before a fix
    safe: the content after `--fix`, or None if it is unchanged
    unsafe: the content after `--unsafe-fixes`, or None if it is the same as after `--fix`
    config: the configuration file in the same directory, or "" if there is none
    """

    source: str | bytes
    safe: str | bytes | None = None
    unsafe: str | bytes | None = None
    config: str = ""

    def expected(self, *, unsafe: bool) -> bytes:
        wanted = (self.unsafe if unsafe else None) or self.safe or self.source
        return wanted if isinstance(wanted, bytes) else wanted.encode()

    @property
    def data(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.encode()


def _tag(old: str, safe: str | None = None, unsafe: str | None = None, repository: str = AIRFLOW_2) -> Case:
    """Return a Case with one FROM: its tag, and the tags after `--fix` and after `--unsafe-fixes`."""
    lines = (f"FROM {repository}:{tag}\n" if tag else None for tag in (old, safe, unsafe))
    return Case(*lines)  # type: ignore[arg-type]


def _unsafe(old: str, new: str | None = None) -> Case:
    """Return a Case with one FROM. `--fix` keeps its image. `--unsafe-fixes` writes `new`, if given."""
    return Case(f"FROM {old}\n", None, f"FROM {new}\n" if new else None)


def _same(source: str, old: str = "13.5.0", new: str = "13.11.0") -> Case:
    """Return a Case with the content `source`, in which `--fix` replaces `old` with `new`."""
    assert source.count(old) == 1
    return Case(source, source.replace(old, new))


VERSIONS = {
    "an outdated release": _tag("13.6.0", "13.11.0"),
    "an outdated release of Airflow 3": _tag("3.1-5", "3.1-21", repository=AIRFLOW_3),
    "a version with one more digit": _tag("3.3-7", "3.3-8", repository=AIRFLOW_3),
    "a yanked release": _tag("13.5.0", "13.11.0"),
    "a yanked release of Airflow 3": _tag("3.2-1-base", "3.2-10-base", repository=AIRFLOW_3),
    "-base": _tag("13.6.0-base", "13.11.0-base"),
    "-slim": _tag("13.6.0-slim", "13.11.0-slim"),
    "every suffix": _tag("13.6.0-ubi9-python-3.11-slim-base", "13.11.0-ubi9-python-3.11-slim-base"),
    "-python": _tag("3.0-9-python-3.11-base", "3.0-18-python-3.11-base", repository=AIRFLOW_3),
    "the newest release": _tag("13.11.0"),
    "a release newer than the data": _tag("13.99.0"),
    "a series past its maintenance": _tag("12.5.0"),
    "a series past all ends": _tag("9.7.0-base"),
    "a yanked release of a series past its maintenance": _tag("9.1.0"),
    "a pre-release": _tag("13.6.0-rc1", None, "13.11.0"),
    "a nightly": _tag("3.1-5-nightly", None, "3.1-21", repository=AIRFLOW_3),
    "a repository of pre-releases": _unsafe(
        "astrocrpublic.azurecr.io/runtime-dev:3.1-5", f"{AIRFLOW_3}:3.1-21"
    ),
    "another image": _tag("13.5.0", repository="docker.io/example/astro-runtime"),
    "a digest": _tag(f"13.5.0{DIGEST}"),
    "a digest of an outdated release": _tag(f"13.6.0-base{DIGEST}"),
    "the default port": _tag(
        "13.5.0-base", "13.11.0-base", repository="Quay.io:443/astronomer/astro-runtime"
    ),
    "suffixes out of order": _tag("13.6.0-base-slim", None, "13.11.0-slim-base"),
    "an agent": _tag("3.1-5-python-3.12-astro-agent-1.0.0", repository=AGENT),
}
UNSAFE = {
    "a floating series": _unsafe(f"{AIRFLOW_2}:13", f"{AIRFLOW_2}:13.11.0"),
    "a floating series with a suffix": _unsafe(
        f"{AIRFLOW_2}:13-slim-base", f"{AIRFLOW_2}:13.11.0-slim-base"
    ),
    "a floating minor": _unsafe(f"{AIRFLOW_2}:13.6-base", f"{AIRFLOW_2}:13.11.0-base"),
    "a floating series of Airflow 3": _unsafe(f"{AIRFLOW_3}:3.1-base", f"{AIRFLOW_3}:3.1-21-base"),
    "a floating series past its maintenance": _unsafe(f"{AIRFLOW_2}:12"),
    "latest": _unsafe(f"{AIRFLOW_2}:latest"),
    "the tag 3": _unsafe(f"{AIRFLOW_3}:3"),
    "no tag": _unsafe(AIRFLOW_2),
    "a floating tag with a digest": _unsafe(f"{AIRFLOW_3}:3.1{DIGEST}"),
    "a floating agent": _unsafe(f"{AGENT}:3.1"),
    "3.0.8, which becomes the newest release": _unsafe(
        f"{AIRFLOW_3}:3.0.8-base", f"{AIRFLOW_3}:3.0-18-base"
    ),
    "3.3.8, which becomes the newest release": _unsafe(f"{AIRFLOW_3}:3.3.8", f"{AIRFLOW_3}:3.3-8"),
    "3.0.8 in the wrong repository": _unsafe(f"{AIRFLOW_2}:3.0.8", f"{AIRFLOW_3}:3.0-18"),
    "13.6-0": _unsafe(f"{AIRFLOW_2}:13.6-0", f"{AIRFLOW_2}:13.11.0"),
    "3.0.9, where 3.0-9 is yanked": _unsafe(f"{AIRFLOW_3}:3.0.9", f"{AIRFLOW_3}:3.0-18"),
    "3.0.4, which exists": _unsafe(f"{AIRFLOW_3}:3.0.4"),
    "3.3.99, which does not exist in either form": _unsafe(f"{AIRFLOW_3}:3.3.99", f"{AIRFLOW_3}:3.3-8"),
    "12.5-0 of a series past its maintenance": _unsafe(f"{AIRFLOW_2}:12.5-0"),
    "3.0.8 with a digest": _unsafe(f"{AIRFLOW_3}:3.0.8{DIGEST}"),
    "3.0.8 of an agent": _unsafe(f"{AGENT}:3.0.8-python-3.12-astro-agent-1.0.0"),
    "a misspelled architecture": _unsafe(
        f"--platform=linux/amd46 {AIRFLOW_2}:13.11.0", f"--platform=linux/amd64 {AIRFLOW_2}:13.11.0"
    ),
    "a misspelled architecture alone": _unsafe(
        f"--platform=arm46 {AIRFLOW_2}:13.11.0", f"--platform=linux/arm64 {AIRFLOW_2}:13.11.0"
    ),
    "a misspelled system": _unsafe(
        f"--platform=linus/amd64 {AIRFLOW_2}:13.11.0", f"--platform=linux/amd64 {AIRFLOW_2}:13.11.0"
    ),
    "another system": _unsafe(f"--platform=windows/amd64 {AIRFLOW_2}:13.11.0"),
    "an unknown platform": _unsafe(f"--platform=linux/vax {AIRFLOW_2}:13.11.0"),
    "a platform after an undeclared variable": Case(f"FROM --platform=${{X}}/arm64 {AIRFLOW_2}:13.11.0\n"),
    "a platform after an empty variable": Case(
        f"ARG X=\nFROM --platform=${{X}}/arm64 {AIRFLOW_2}:13.11.0\n"
    ),
    "a platform after a variable without a value": Case(
        f"ARG X\nFROM --platform=$X/arm64 {AIRFLOW_2}:13.11.0\n"
    ),
    "a platform after an optional variable": Case(
        f"FROM --platform=${{X:+linux}}/arm64 {AIRFLOW_2}:13.11.0\n"
    ),
    "a platform whose default has a gap": Case(f"ARG P=$X/arm64\nFROM --platform=$P {AIRFLOW_2}:13.11.0\n"),
    "a platform after a variable of the machine": Case(
        f"FROM --platform=${{TARGETVARIANT}}/arm64 {AIRFLOW_2}:13.11.0\n"
    ),
    "a platform split over an ARG": Case(f"ARG P=amd46\nFROM --platform=linux/$P {AIRFLOW_2}:13.11.0\n"),
    "a platform from an ARG": Case(
        f"ARG P=linux/amd46\nFROM --platform=$P {AIRFLOW_2}:13.11.0\nFROM --platform=$P {AIRFLOW_2}:13.11.0\n",
        None,
        f"ARG P=linux/amd64\nFROM --platform=$P {AIRFLOW_2}:13.11.0\nFROM --platform=$P {AIRFLOW_2}:13.11.0\n",
    ),
    "an ARG of a platform and another image": Case(
        f"ARG P=arm46\nFROM --platform=$P {AIRFLOW_2}:13.11.0\nFROM x:$P\n"
    ),
    "an ARG with an image of a repository without Runtime": Case(
        "ARG I=quay.io/astronomer/airflow:13.5.0\nFROM $I\n"
    ),
    "an Airflow 2 tag in the repository for Airflow 3": _unsafe(
        f"{AIRFLOW_3}:13.11.0-base", f"{AIRFLOW_2}:13.11.0-base"
    ),
    "an Airflow 3 tag in the repository for Airflow 2": _unsafe(
        f"{AIRFLOW_2}:3.3-8-base", f"{AIRFLOW_3}:3.3-8-base"
    ),
    "a version in the repository": _unsafe(f"{AIRFLOW_2}-13.11.0-base", f"{AIRFLOW_2}:13.11.0-base"),
    "a repository without Runtime": _unsafe("quay.io/astronomer/airflow:13.5.0", f"{AIRFLOW_2}:13.11.0"),
    "a wrong repository with a digest": _unsafe(f"{AIRFLOW_3}:13.11.0{DIGEST}"),
    "a repository without Runtime, with a digest": _unsafe(f"quay.io/astronomer/airflow:13.5.0{DIGEST}"),
    "a version in the repository, with a digest": _unsafe(f"{AIRFLOW_2}-13.5.0{DIGEST}"),
    "an ARG with the repository": Case(
        f"ARG R={AIRFLOW_3}\nFROM $R:13.11.0\n", None, f"ARG R={AIRFLOW_2}\nFROM $R:13.11.0\n"
    ),
    "an ARG with the repository of different images": Case(
        f"ARG R={AIRFLOW_3}\nFROM $R:13.11.0\nFROM $R:3.3-8\n"
    ),
    "several findings in one line": Case(
        f"FROM --platform=linux/amd46 {AIRFLOW_3}:13.5.0-base AS b\n",
        f"FROM --platform=linux/amd46 {AIRFLOW_3}:13.5.0-base AS b\n",
        f"FROM --platform=linux/amd64 {AIRFLOW_2}:13.11.0-base AS b\n",
    ),
    "safe and unsafe fixes in one file": Case(
        f"FROM {AIRFLOW_2}:13\nFROM {AIRFLOW_2}:13.6.0\n",
        f"FROM {AIRFLOW_2}:13\nFROM {AIRFLOW_2}:13.11.0\n",
        f"FROM {AIRFLOW_2}:13.11.0\nFROM {AIRFLOW_2}:13.11.0\n",
    ),
}
FEEDS = {
    "an ARG": _same(f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\n"),
    "an ARG with the whole tag": _same(f"ARG V=13.5.0-base\nFROM {AIRFLOW_2}:$V\n"),
    "an ARG with the whole image": _same(f"ARG I={AIRFLOW_2}:13.5.0-base\nFROM $I\n"),
    "an ARG of stages with different suffixes": _same(
        f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V AS a\nFROM {AIRFLOW_2}:${{V}}-base\n"
        f"FROM {AIRFLOW_2}:$V-python-3.11-slim\nFROM a\n"
    ),
    "an ARG of an ARG": _same(f"ARG A=13.5.0\nARG B=${{A}}-base\nARG C=$B\nFROM {AIRFLOW_2}:$C\n"),
    "a default in the FROM": _same(f"FROM {AIRFLOW_2}:${{V:-13.5.0}}-base\n"),
    "a default in the FROM, of an ARG without one": _same(f"ARG V\nFROM {AIRFLOW_2}:${{V-13.5.0}}\n"),
    "a default in the FROM that is not used": Case(
        f"ARG V=13.6.0\nFROM {AIRFLOW_2}:${{V:-13.5.0}}\n",
        f"ARG V=13.11.0\nFROM {AIRFLOW_2}:${{V:-13.5.0}}\n",
    ),
    "double quotes": _same(f'ARG V="13.5.0"\nFROM {AIRFLOW_2}:$V\n'),
    "single quotes": _same(f"ARG V='13.5.0-base'\nFROM {AIRFLOW_2}:$V\n"),
    "quotes in a FROM": _same(f'FROM "{AIRFLOW_2}:13.5.0"\n'),
    "several ARGs in one instruction": _same(f"ARG A=13.4.0 V='13.5.0' B=13.3.0\nFROM {AIRFLOW_2}:$V\n"),
    "the last of two ARGs": _same(f"ARG V=13.4.0\nARG V=13.5.0\nFROM {AIRFLOW_2}:$V\n"),
    "an ARG given again without a default": _same(f"ARG V=13.5.0\nARG V\nFROM {AIRFLOW_2}:$V\n"),
    "an ARG inside a stage": _same(f"FROM {AIRFLOW_2}:13.5.0\nARG V=13.4.0\nRUN echo $V\n"),
    "two ARGs of the same value": Case(
        f"ARG A=13.5.0\nARG B=13.5.0\nFROM {AIRFLOW_2}:$B\n",
        f"ARG A=13.5.0\nARG B=13.11.0\nFROM {AIRFLOW_2}:$B\n",
    ),
    "an ARG of two versions": Case(
        f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\nFROM {AIRFLOW_2}:13.6.0\n",
        f"ARG V=13.11.0\nFROM {AIRFLOW_2}:$V\nFROM {AIRFLOW_2}:13.11.0\n",
    ),
    "COPY --from": _same(f"FROM busybox\nCOPY --chmod=644 --from={AIRFLOW_2}:13.5.0-base /a /b\n"),
    "RUN --mount": _same(f"FROM busybox\nRUN --mount=type=bind,from={AIRFLOW_2}:13.5.0,target=/a ls\n"),
    "COPY --from a stage": Case("FROM busybox AS a\nFROM busybox\nCOPY --from=a /a /b\n"),
    "an indented instruction": _same(f"\t  FROM  \t{AIRFLOW_2}:13.5.0  AS  x\n"),
    "lower case": _same(f"arg V=13.5.0\nfrom {AIRFLOW_2}:$V as x\n"),
    "another escape character": _same(f"# escape=`\nARG `\n  V=13.5.0\nFROM `\n  {AIRFLOW_2}:$V\n"),
    "a continued line": _same(f"FROM \\\n\n# FROM x:13.4.0\n   {AIRFLOW_2}:13.5.0 \\\n  AS x\n"),
    "a tag on the line after its repository": _same(f"FROM {AIRFLOW_2}\\\n:13.5.0\\\n-base\n"),
    "after a heredoc": _same(
        f"FROM busybox\nRUN <<E\nFROM {AIRFLOW_2}:13.4.0\nE\nFROM {AIRFLOW_2}:13.5.0\n"
    ),
    "upper case in the registry": _same("FROM Quay.IO/astronomer/astro-runtime:13.5.0\n"),
}
UNTOUCHED = {
    "an ARG of another image": Case(f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\nFROM example/plugins:$V\n"),
    "an ARG of an earlier image": Case(f"ARG V=13.5.0\nFROM example/plugins:$V\nFROM {AIRFLOW_2}:$V\n"),
    "an ARG of an image with a digest": Case(
        f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\nFROM {AIRFLOW_2}:$V-base{DIGEST}\n"
    ),
    "an ARG of a pre-release": Case(f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\nFROM {AIRFLOW_2}:$V-rc1\n"),
    "an ARG of another platform": Case(
        f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V AS a\nFROM --platform=linux/$V busybox\n"
    ),
    "an ARG of its own platform": Case(f"ARG V=13.5.0\nFROM --platform=linux/$V {AIRFLOW_2}:$V\n"),
    "an ARG in the repository and the tag": Case(
        "ARG V=13.5.0\nFROM registry.corp/$V/runtime:$V\n",
        config=f'[images]\n"registry.corp/*/runtime" = "{AIRFLOW_2}"\n',
    ),
    "a version split over two ARGs": Case(f"ARG A=13\nARG B=5.0\nFROM {AIRFLOW_2}:$A.$B\n"),
    "a version split over an ARG and the FROM": Case(f"ARG A=5\nFROM {AIRFLOW_2}:13.$A.0\n"),
    "a version split over two lines": Case(f"FROM {AIRFLOW_2}:13.\\\n5.0\n"),
    "a version split over two lines of an ARG": Case(f"ARG V=13.\\\n5.0\nFROM {AIRFLOW_2}:$V\n"),
    "a version split by quotes": Case(f"ARG V=13'.5.0'\nFROM {AIRFLOW_2}:$V\n"),
    "a version split by an escape": Case(f"ARG V=13\\.5.0\nFROM {AIRFLOW_2}:$V\n"),
    "a suffix cut off": Case(f"ARG V=13.5.0-base\nFROM {AIRFLOW_2}:${{V%-base}}\n"),
    "a prefix cut off": Case(f"ARG V=v13.5.0\nFROM {AIRFLOW_2}:${{V#v}}\n"),
    "a replaced part": Case(f"ARG V=13x5x0\nFROM {AIRFLOW_2}:${{V//x/.}}\n"),
    "a suffix cut off elsewhere": Case(
        f"ARG V=13.5.0-base\nFROM {AIRFLOW_2}:$V\nFROM {AIRFLOW_2}:${{V%5.0-base}}5.0\n"
    ),
    "an ARG without a default": Case(f"ARG V\nFROM {AIRFLOW_2}:$V\n"),
    "build arguments of the configuration": Case(
        f"ARG V=13.6.0\nFROM {AIRFLOW_2}:$V\n", config='[build-args]\nV = "13.5.0"\n'
    ),
    "a comment": Case(f"# FROM {AIRFLOW_2}:13.5.0\nFROM busybox\n"),
    "a heredoc": Case(f"FROM busybox\nRUN <<E\nFROM {AIRFLOW_2}:13.5.0\nE\n"),
    "COPY --from a variable": Case(f"FROM busybox\nARG V=13.5.0\nCOPY --from={AIRFLOW_2}:$V /a /b\n"),
    "a suppressed finding": Case(f"{SUPPRESSED}FROM {AIRFLOW_2}:13.5.0\n"),
    "a suppressed finding above the ARG": Case(f"{SUPPRESSED}ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\n"),
    "an ARG of a suppressed finding and another one": Case(
        f"ARG V=13.5.0\n{SUPPRESSED}FROM {AIRFLOW_2}:$V-base\nFROM {AIRFLOW_2}:$V\n"
    ),
    "a file with all findings suppressed": Case(
        f"# lint-runtime: ignore-file[yanked-release,outdated-release]\nFROM {AIRFLOW_2}:13.5.0\n"
    ),
    "a rule ignored by the configuration": Case(
        f"FROM {AIRFLOW_2}:13.6.0\n", config='ignore = ["outdated-release"]\n'
    ),
    "a rule turned off by the configuration": Case(
        f"FROM {AIRFLOW_2}:13.6.0\n", config='[severity]\noutdated-release = "off"\n'
    ),
    "a rule ignored for some files": Case(
        f"FROM {AIRFLOW_2}:13.6.0\n", config='[per-file-ignores]\n"Docker*" = ["outdated-release"]\n'
    ),
    "a file excluded by the configuration": Case(
        f"FROM {AIRFLOW_2}:13.6.0\n", config='exclude = ["Docker*"]\n'
    ),
    "a tag in the wrong repository of a mirror": Case(
        "FROM registry.corp/runtime:13.11.0\n",
        config=f'[images]\n"registry.corp/runtime" = "{AIRFLOW_3}"\n',
    ),
    "an empty file": Case(""),
}
NEXT_TO_IT = {
    "an ARG that is declared again": Case(
        f"ARG V=13.6.0\nFROM {AIRFLOW_2}:$V\nARG V=13.6.0\nARG W=13.6.0 V=13.6.0\nARG V\nARG V=13.6\n",
        f"ARG V=13.11.0\nFROM {AIRFLOW_2}:$V\nARG V=13.11.0\nARG W=13.6.0 V=13.11.0\nARG V\nARG V=13.6\n",
    ),
    "an ARG in quotes that is declared again with suffixes": Case(
        f'ARG V="13.6.0-base"\nFROM {AIRFLOW_2}:$V\nARG V="13.6.0-base"\nARG V=13.6.0-base\n',
        f'ARG V="13.11.0-base"\nFROM {AIRFLOW_2}:$V\nARG V="13.11.0-base"\nARG V=13.6.0-base\n',
    ),
    "an ARG that is declared again over two lines": Case(
        f"ARG V=13.6.0\nFROM {AIRFLOW_2}:$V\nARG V=13.\\\n6.0\n"
    ),
    "an ARG for a platform that is declared again": Case(
        f"ARG P=linux/amd46\nFROM --platform=$P {AIRFLOW_2}:13.11.0\nARG P=linux/amd46\n",
        None,
        f"ARG P=linux/amd64\nFROM --platform=$P {AIRFLOW_2}:13.11.0\nARG P=linux/amd64\n",
    ),
    "one suppression of two findings": _same(f"# lint-runtime: ignore[not-lts]\nFROM {AIRFLOW_2}:13.5.0\n"),
    "an expired suppression": _same(
        f"# lint-runtime: ignore[yanked-release] until=2026-11-21\nFROM {AIRFLOW_2}:13.5.0\n"
    ),
    "a suppression of one stage": Case(
        f"{SUPPRESSED}FROM {AIRFLOW_2}:13.5.0\nFROM {AIRFLOW_2}:13.5.0\n",
        f"{SUPPRESSED}FROM {AIRFLOW_2}:13.5.0\nFROM {AIRFLOW_2}:13.11.0\n",
    ),
    "a mirror": Case(
        "FROM registry.corp/runtime:13.6.0-base\n",
        "FROM registry.corp/runtime:13.11.0-base\n",
        config=f'[images]\n"registry.corp/runtime" = "{AIRFLOW_2}"\n',
    ),
    "3.0.8 in a mirror": Case(
        "FROM registry.corp/runtime:3.0.8\n",
        None,
        "FROM registry.corp/runtime:3.0-18\n",
        config=f'[images]\n"registry.corp/runtime" = "{AIRFLOW_3}"\n',
    ),
}
BYTES = {
    "CRLF": _same(f"ARG A=1\r\nFROM {AIRFLOW_2}:13.5.0 AS x\r\nRUN a \\\r\n  b\r\n"),
    "CRLF at the end of the version": _same(f"ARG V=13.5.0\r\nFROM {AIRFLOW_2}:$V\r\n"),
    "CRLF and LF": _same(f"RUN a\r\n\nFROM {AIRFLOW_2}:13.5.0\nRUN b\r\n"),
    "a byte-order mark": _same(f"\ufeffFROM {AIRFLOW_2}:13.5.0\r\n"),
    "a byte-order mark before an ARG": _same(f"\ufeffARG V=13.5.0\nFROM {AIRFLOW_2}:$V"),
    "no newline at the end": _same(f"FROM {AIRFLOW_2}:13.5.0"),
    "no newline at the end of another line": _same(f"FROM {AIRFLOW_2}:13.5.0\nRUN a"),
    "many newlines at the end": _same(f"\n\n\nFROM {AIRFLOW_2}:13.5.0\n\n\n"),
    "whitespace": _same(f" \t\nFROM\t{AIRFLOW_2}:13.5.0\v\f \t\n \n"),
    "multibyte characters before the edit": _same(
        f"ARG Ä='é—𝔘' V=13.5.0 W='ß'\nFROM {AIRFLOW_2}:$V\nRUN ü\n"
    ),
    "characters that end a line elsewhere": _same(
        f"RUN a\u2028b\x0cc\x85d\x1ee\rf\nFROM {AIRFLOW_2}:13.5.0\n"
    ),
    "zero bytes": _same(f"RUN \0\0\nFROM {AIRFLOW_2}:13.5.0\n\0"),
    "invalid UTF-8 in other lines": Case(
        b"# \xff\xfe\xed\xa0\x80\nFROM quay.io/astronomer/astro-runtime:13.5.0\nRUN \x80",
        b"# \xff\xfe\xed\xa0\x80\nFROM quay.io/astronomer/astro-runtime:13.11.0\nRUN \x80",
    ),
    "invalid UTF-8 and nothing to fix": Case(b"FROM quay.io/astronomer/astro-runtime:13.11.0 # \xff\n"),
}
CASES = VERSIONS | UNSAFE | FEEDS | UNTOUCHED | NEXT_TO_IT | BYTES
TOOLS = [["git", "apply", "--whitespace=nowarn"], ["patch", "-p1", "--quiet"]]


def _options(*, unsafe: bool) -> list[str]:
    return ["--unsafe-fixes"] if unsafe else []


def _file(directory: Path, name: str) -> Path:
    return directory / f"{list(CASES).index(name):03}" / "Dockerfile"


def _written(directory: Path) -> Path:
    """Write each case to its own subdirectory, and return `directory`."""
    for name, case in CASES.items():
        file = _file(directory, name)
        file.parent.mkdir(parents=True)
        file.write_bytes(case.data)
        if case.config:
            (file.parent / ".lint-runtime.toml").write_text(case.config)
    return directory


def _contents(directory: Path) -> dict[str, bytes]:
    """Map the name of each case to the content of its file below `directory`."""
    return {name: _file(directory, name).read_bytes() for name in CASES}


SAFETY = pytest.mark.parametrize("is_unsafe", [False, True], ids=["safe", "unsafe"])


def _state(directory: Path) -> dict[str, tuple[bytes, int, int]]:
    """Map the path of each file below `directory` to its content, modification time and inode."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in files}


@SAFETY
def test_fixes_of_which_a_second_run_changes_nothing(
    is_unsafe: bool, tmp_path: Path, lint_in: LintIn
) -> None:
    directory = _written(tmp_path / "fixed")
    code, _, err = lint_in(directory, "--fix", *_options(unsafe=is_unsafe))
    assert code == 1
    assert err.splitlines()[-1].startswith("lint-runtime: ")
    assert _contents(directory) == {name: case.expected(unsafe=is_unsafe) for name, case in CASES.items()}
    before = _state(directory)
    _, _, err = lint_in(directory, "--fix", *_options(unsafe=is_unsafe))
    assert "fixed" not in err
    assert _state(directory) == before


@SAFETY
def test_a_difference_applies_to_what_a_fix_writes(
    is_unsafe: bool, tmp_path: Path, lint_in: LintIn
) -> None:
    directory = _written(tmp_path / "cases")
    before = _state(directory)
    _, difference, _ = lint_in(directory, "--diff", *_options(unsafe=is_unsafe))
    assert _state(directory) == before
    expected = {name: case.expected(unsafe=is_unsafe) for name, case in CASES.items()}
    for number, tool in enumerate(TOOLS):
        copy = tmp_path / str(number)
        shutil.copytree(directory, copy)
        _applied(tool, difference, copy)
        assert _contents(copy) == expected


def _applied(tool: list[str], difference: str, directory: Path) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"there is no {tool[0]} here")
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    given = difference.encode("utf-8", "surrogateescape")
    result = subprocess.run(
        tool, cwd=directory, input=given, env=environment, capture_output=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


OUTDATED = f"FROM {AIRFLOW_2}:13.6.0\n".encode()
FIXED = f"FROM {AIRFLOW_2}:13.11.0\n".encode()


NAMES = {
    "my Dockerfile": "my Dockerfile",
    " a  b ": " a  b ",
    "Dockerfile": "./Dockerfile",
    "a/Dockerfile": "a//b/.././Dockerfile",
    "c/Dockerfile": "c",
    "Döckerfile": "Döckerfile",
    'a"b c': 'a"b c',
    "a\\b": "a\\b",
    "a\tb": "a\tb",
    "a\nb": "a\nb",
    "\x1b[31mé": "\x1b[31mé",
    "a\udcffé": "a\udcffé",
    "\x7f": "\x7f",
}


@pytest.mark.parametrize("tool", TOOLS, ids=["git", "patch"])
def test_a_difference_names_the_file(tmp_path: Path, tool: list[str], lint_in: LintIn) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "c").mkdir()
    for name, path in NAMES.items():
        file = tmp_path / name
        file.write_bytes(OUTDATED)
        code, difference, _ = lint_in(tmp_path, "--diff", path)
        assert (name, code, difference.count("\n")) == (name, 0, 5)
        _applied(tool, difference, tmp_path)
        assert file.read_bytes() == FIXED, name


def test_a_difference_of_an_absolute_path_starts_at_the_root(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_bytes(OUTDATED)
    _, difference, _ = lint_in(tmp_path, "--diff", tmp_path / "Dockerfile")
    assert difference.startswith(f"--- a{tmp_path}/Dockerfile\n+++ b{tmp_path}/Dockerfile\n")


def test_a_difference_has_three_lines_of_context(tmp_path: Path, lint_in: LintIn) -> None:
    lines = ["RUN a\n"] * 20
    for index in (0, 1, 8, 18):
        lines[index] = OUTDATED.decode()
    (tmp_path / "Dockerfile").write_text("".join(lines))
    _, difference, _ = lint_in(tmp_path, "--diff", "Dockerfile")
    shown = difference.replace(OUTDATED.decode(), "old\n").replace(FIXED.decode(), "new\n")
    assert shown.splitlines()[2:] == (
        ["@@ -1,12 +1,12 @@", "-old", "-old", "+new", "+new", *[" RUN a"] * 6, "-old", "+new"]
        + [*[" RUN a"] * 3, "@@ -16,5 +16,5 @@", *[" RUN a"] * 3, "-old", "+new", " RUN a"]
    )


def test_a_difference_of_repeated_lines_is_small(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(f"{OUTDATED.decode()}RUN true\n" * 1000)
    _, difference, _ = lint_in(tmp_path, "--diff", "Dockerfile")
    assert difference.count("\n+FROM ") == difference.count("\n-FROM ") == 1000
    assert "\n-RUN" not in difference


def test_a_difference_of_standard_input(tmp_path: Path, lint_in: LintIn) -> None:
    code, difference, err = lint_in(tmp_path, "--diff", "-", "--stdin-filename", "in/D", stdin=OUTDATED)
    assert (code, err.count("\n")) == (0, 1)
    assert difference.splitlines() == [
        "--- a/in/D",
        "+++ b/in/D",
        "@@ -1,1 +1,1 @@",
        f"-{OUTDATED.decode().strip()}",
        f"+{FIXED.decode().strip()}",
    ]


@pytest.mark.process
def test_a_difference_has_no_raw_control_characters_on_a_terminal(tmp_path: Path) -> None:
    source = "# \x1b[31m\x9b31m\x07\u202e\r\n".encode() + b"# \xff\x9b\n" + OUTDATED + b"#\ta\x1b]0;t\x07"
    (tmp_path / "\x1b[31m\u202e").write_bytes(source)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execv(sys.executable, [*COMMAND, "--diff", "\x1b[31m\u202e"])  # noqa: S606
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # Reading fails once the other end of the terminal is closed.
            break
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    colored = shown.decode().replace("\r\n", "\n")
    assert "\x1b[32m+FROM quay" in colored
    assert "\x1b[31m-FROM quay" in colored
    text = re.sub(r"\x1b\[[0-9]*m", "", colored)
    assert "lint-runtime: would fix 1 of 1 finding: 1 warning in 1 file" in text
    assert "+FROM quay.io/astronomer/astro-runtime:13.11.0\n" in text
    assert not [char for char in text if char != "\n" and not char.isprintable()]


OPTIONS = [
    (["--build-arg", "V=13.6.0"], "ARG V=13.5.0\nFROM {}:$V\n", None),
    (["--build-arg", "W=x"], "ARG V=13.5.0\nFROM {}:$V\n", "ARG V=13.11.0\nFROM {}:$V\n"),
    (["--ignore", "outdated-release"], "FROM {}:13.6.0\n", None),
    (["--select", "not-lts"], "FROM {}:13.6.0\n", None),
    (["--as-of", "2026-08-30"], "FROM {}:13.6.0\n", "FROM {}:13.10.0\n"),
    (["--as-of", "2026-08-30"], "FROM {}:13.11.0\n", "FROM {}:13.10.0\n"),
    (["--as-of", "2027-05-01"], "FROM {}:13.5.0\n", None),
]


def test_options_decide_what_is_fixed(tmp_path: Path, lint_in: LintIn) -> None:
    file = tmp_path / "Dockerfile"
    for arguments, source, expected in OPTIONS:
        file.write_text(source.format(AIRFLOW_2))
        lint_in(tmp_path, "--fix", "--unsafe-fixes", *arguments, "Dockerfile")
        assert file.read_text() == (expected or source).format(AIRFLOW_2), arguments


def test_findings_of_the_baseline_are_not_fixed(tmp_path: Path, lint_in: LintIn) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(OUTDATED)
    assert lint_in(tmp_path, "--write-baseline", "baseline.json", "Dockerfile")[0] == 0
    file.write_bytes(OUTDATED * 2)
    lint_in(tmp_path, "--fix", "--baseline", "baseline.json", "Dockerfile")
    assert file.read_bytes() == OUTDATED + FIXED


def test_fixed_findings_are_counted_and_others_reported(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_bytes(OUTDATED + f"FROM {AIRFLOW_2}:9.1.0\n".encode())
    code, out, err = lint_in(tmp_path, "--fix", "--select", "yanked-release,outdated-release")
    assert code == 1
    assert out.startswith("Dockerfile:2:6: error: Astro Runtime 9.1.0 ")
    assert out.count("\n") == 1
    assert err.startswith(
        "lint-runtime: fixed Dockerfile:1:39: outdated-release (use 13.11.0)\n"
        "lint-runtime: 1 fixed, 1 error in 1 file with 2 Runtime images, "
    )


def test_an_edit_of_an_arg_is_made_and_counted_once(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(f"ARG V=13.5.0\nFROM {AIRFLOW_2}:$V\nFROM {AIRFLOW_2}:$V-base\n")
    _, _, err = lint_in(tmp_path, "--fix", "--ignore", "ignored-stage")
    assert err.startswith(
        "lint-runtime: fixed Dockerfile:1:7: yanked-release (write ARG V=13.11.0)\n"
        "lint-runtime: 1 fixed, no problems in 1 file with 2 Runtime images, "
    )


def test_a_note_says_why_a_digest_is_not_fixed() -> None:
    def notes(source: str) -> list[str]:
        return [note for finding in _linted(source.encode()).diagnostics for note in finding.notes]

    reason = "update the tag and the digest together (not fixed automatically)"
    for image in (
        f"{AIRFLOW_2}:13.5.0",
        f"{AIRFLOW_2}:13.6.0-base",
        f"{AIRFLOW_3}:3.1",
        f"{AIRFLOW_3}:3.0.8",
        f"{AIRFLOW_3}:13.11.0",
    ):
        assert reason in notes(f"FROM {image}{DIGEST}\n"), image
        assert reason not in notes(f"FROM {image}\n"), image


def _linted(data: bytes, today: date = AS_OF) -> Report:
    return lint_file(data, "Dockerfile", Config(), TABLE.as_of(today))


DAYS = [AS_OF, date(2026, 4, 18), date(2025, 11, 1), date(2024, 5, 20)]


def test_safe_fixes_stay_in_a_maintained_series() -> None:
    for today in DAYS:
        fixed = 0
        for release in RELEASES:
            repository = AIRFLOW_2 if release.version.airflow == 2 else AIRFLOW_3
            data = f"FROM {repository}:{release.version}-base\n".encode()
            for edit in select_edits(_linted(data, today).diagnostics, unsafe=False):
                fixed += 1
                new = parse_version(edit.text)
                assert new is not None, (today, release)
                assert new.series == release.version.series
                target = TABLE.release(new)
                assert target is not None, (today, release)
                assert target.yank is None or target.yank.known_by > today
                assert (target.released or target.seen_by or TABLE.date) <= today
                lifecycle = TABLE.as_of(today).release(new)
                assert lifecycle is not None, (today, release)
                assert lifecycle.status is Status.MAINTAINED
        assert fixed >= 5, today


# Hypothesis strategies for random Dockerfiles whose images come from variables.
VALUES = st.sampled_from(
    ["13.5.0", "13.6.0-base", "'13.6.0'", '"3.1-5"', "3.1-5-base", "13", "3.0.8", "9.1.0", "13.11.0", "5", "0-base"]
    + ["$V", "$W", "${V}-base", "${V%-base}", "${W:-13.5.0}", "13.$W", "linux/amd46", "linux/amd64", "é"]
    + [f"{AIRFLOW_2}:13.5.0", f'"{AIRFLOW_3}:$V"', f"{AIRFLOW_3}", f"13.5.0{DIGEST}", "13\\.5.0", "13.\\\n5.0"]
)  # fmt: skip
IMAGES = st.sampled_from(
    [f"{AIRFLOW_2}:$V", f"{AIRFLOW_2}:$V", f"{AIRFLOW_3}:$V", f"{AIRFLOW_2}:${{V}}-base", f"{AIRFLOW_3}:$W-base"]
    + [f"{AIRFLOW_2}:${{W:-13.5.0}}", f"{AIRFLOW_2}:${{V%-base}}", f"{AIRFLOW_2}:${{V/5/6}}", f"{AIRFLOW_2}:13.$V"]
    + [f"{AIRFLOW_2}:$V{DIGEST}", f"{AIRFLOW_2}:$V-rc1", f"{AIRFLOW_2}:13.6.0", f'"{AIRFLOW_3}:3.1-5-base"']
    + [f"{AIRFLOW_3}:13.6.0", f"{AIRFLOW_2}:3.0.8-base", f"{AIRFLOW_2}-13.5.0", "$V", "$W:13.5.0", "$W", "x:$V", "x"]
    + [f"{AGENT}:$V", f"{AIRFLOW_2}:\\\n13.5.0", f"{AIRFLOW_2}:13.\\\n5.0", f"{AIRFLOW_3}:${{W:+$V}}"]
)  # fmt: skip
PLATFORMS = st.sampled_from(
    ["", "", "", "", "--platform=linux/amd46 ", "--platform=$V ", "--platform=linux/arm64 "]
    + ["--platform=$X/arm64 ", "--platform=$V/amd46 ", "--platform=${W:+linux}/amd46 ", "--platform=${V-linux/amd46} "]
    + ["--platform=$BUILDVARIANT/arm64 ", "--platform=$TARGETOS/amd46 ", '--platform="linux/amd46" ']
)  # fmt: skip
LINES = st.one_of(
    st.builds("ARG V={}".format, VALUES),
    st.builds("ARG W={} V={}".format, VALUES, VALUES),
    st.builds("  arg\t'é'=ü W={}".format, VALUES),
    st.builds("FROM {}{}".format, PLATFORMS, IMAGES),
    st.builds("FROM {}{}".format, PLATFORMS, IMAGES),
    st.builds("\tfrom  {}{} as x".format, PLATFORMS, IMAGES),
    st.builds("COPY --from={} a b".format, IMAGES),
    st.sampled_from(["ARG X=", "ARG X", "ARG V", "ARG W=$V"]),
    st.sampled_from(["RUN a \\\n b", "# é \udcff", "", SUPPRESSED.strip(), "RUN <<E\nFROM x\nE"]),
)


@given(
    st.lists(st.builds("ARG V={}\nARG W={}".format, VALUES, VALUES), max_size=1),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff", "# escape=`\n"]),
    st.sampled_from(["", "\n"]),
    st.booleans(),
)
def test_fixes_resolve_their_findings_and_change_nothing_else(
    head: list[str], lines: list[str], newline: str, start: str, end: str, is_unsafe: bool
) -> None:
    text = start + "\n".join([*head, *lines]) + end
    data = text.replace("\n", newline).encode("utf-8", "surrogateescape")
    before = _linted(data)
    report, fixed = before, data
    for _ in range(10):
        edits = select_edits(report.diagnostics, unsafe=is_unsafe)
        if not edits:
            break
        changed = apply_edits(fixed, edits)
        _check_only_edited(fixed, changed, edits)
        fixed, report = changed, _linted(changed)
    assert [found for found in report.diagnostics if found.fix and (is_unsafe or found.fix.is_safe)] == []
    _check_stages(before, report, is_unsafe=is_unsafe)


def _check_only_edited(old: bytes, new: bytes, edits: Iterable[Edit]) -> None:
    """Check that `new` is `old` with only the edits applied."""
    lines = old.split(b"\n")
    for location, text in reversed(list(edits)):
        assert location.line == location.end_line
        line = lines[location.line - 1].decode()
        mark = "\ufeff" if location.line == 1 and line.startswith("\ufeff") else ""
        line = line.removeprefix(mark)
        line = line[: location.column - 1] + text + line[location.end_column - 1 :]
        lines[location.line - 1] = (mark + line).encode()
    assert new == b"\n".join(lines)


def _check_stages(before: Report, after: Report, *, is_unsafe: bool) -> None:
    suppressed = {found.location for found in before.suppressed} - {
        found.location for found in before.diagnostics
    }
    for pairs, others in ((before.stages, after.stages), (before.uses, after.uses)):
        for (old, image), (new, other) in zip(pairs, others, strict=True):
            assert (old.line, old.end_line, old.name, old.stage_ref) == (
                new.line,
                new.end_line,
                new.name,
                new.stage_ref,
            )
            if old.platform != new.platform:
                assert is_unsafe
                assert (old.platform, new.platform) == ("linux/amd46", "linux/amd64")
            if old.image != new.image:
                assert old.image_location not in suppressed
                _check_image(old, image, other, is_unsafe=is_unsafe)


def _check_image(
    old: Stage, image: RuntimeImage | None, other: RuntimeImage | None, *, is_unsafe: bool
) -> None:
    """Check that a fix may replace `image` with `other`."""
    assert "@" not in old.image
    assert other is not None
    assert other.tag is not None
    assert other.lifecycle is not None
    if image is None:
        assert is_unsafe
        assert old.image == f"{AIRFLOW_2}-13.5.0"
        assert other.stage.image.removeprefix(f"{AIRFLOW_2}:") in ("13.5.0", "13.11.0")
        return
    assert image.tag is not None
    assert image.repository.kind is other.repository.kind
    assert image.tag.prerelease == ""
    assert image.tag._replace(number="", version=None) == other.tag._replace(number="", version=None)
    if image.tag.number != other.tag.number:
        _check_number(image, image.tag.version, other.tag.version, other.lifecycle, is_unsafe=is_unsafe)
    if image.reference.repository != other.reference.repository:
        assert is_unsafe
        assert image.repository.airflow != other.airflow
        assert other.repository.airflow == other.airflow


def _check_number(
    image: RuntimeImage,
    old: RuntimeVersion | None,
    new: RuntimeVersion | None,
    lifecycle: Lifecycle,
    *,
    is_unsafe: bool,
) -> None:
    assert lifecycle.status is Status.MAINTAINED
    is_respelt = old is not None and image.existence is Existence.NEVER
    meant = old.other_form if old and is_respelt else old
    # If outdated-release is suppressed, only the form of the version changes, for example from 3.0.8 to 3.0-8.
    assert new == lifecycle.newest or (is_respelt and new == meant)
    assert is_unsafe or not (old is None or is_respelt)
    assert image.tag is not None
    assert lifecycle.series.name == (meant.series if meant else image.tag.series)


def _finding(start: int, end: int, *, is_safe: bool = True, title: str = "") -> Diagnostic:
    fix = Fix(title, (Edit(Location(1, start, 1, end), "x"),), "" if is_safe else "it is pinned")
    return Diagnostic("D", Target(Location(1, 1, 1, 2), ""), f"rule-{start}", Severity.ERROR, "", fix=fix)


def test_the_first_of_overlapping_edits_is_made() -> None:
    findings = [_finding(5, 7), _finding(1, 4), _finding(3, 6), _finding(4, 5)]
    edits = select_edits(findings, unsafe=False)
    assert [(edit.location.column, edit.location.end_column) for edit in edits] == [(1, 4), (4, 5), (5, 7)]
    assert apply_edits(b"abcdefgh", edits) == b"xxxgh"
    unsafe = [*findings, _finding(7, 8, is_safe=False)]
    assert select_edits(unsafe, unsafe=False) == edits
    assert len(select_edits(unsafe, unsafe=True)) == 4


def test_a_file_of_many_stages_is_fixed_in_linear_time(tmp_path: Path, lint_in: LintIn) -> None:
    file = tmp_path / "Dockerfile"
    calls = []
    for size in (250, 500):
        file.write_bytes(OUTDATED * size)
        calls.append(count_calls(lint_in, tmp_path, "--fix", "--ignore", "ignored-stage", "Dockerfile"))
        assert file.read_bytes() == FIXED * size
    assert calls[1] < 2.1 * calls[0]


def test_a_file_that_has_changed_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM c\n")
    with pytest.raises(NotFixableError, match="the file changed since it was read"):
        write_fixed(str(file), b"FROM a\n", b"FROM b\n")
    # There is no error if the file already has the new content.
    write_fixed(str(file), b"FROM a\n", b"FROM c\n")
    assert file.read_bytes() == b"FROM c\n"
