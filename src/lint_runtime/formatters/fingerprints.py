"""Fingerprints of findings, stable across days, line moves and operating systems."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from lint_runtime.diagnostics import Diagnostic
from lint_runtime.text import portable_path


def fingerprints(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
    """Yield each finding of a file with its unique fingerprint.

    Findings with the same path, rule and subject are numbered. `diagnostics` must include suppressed
    findings. Otherwise, suppressing a finding would renumber the findings below it.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for diagnostic in diagnostics:
        # Replace backslashes, which a report from Windows may contain.
        path = portable_path(diagnostic.path.replace("\\", "/"))
        identity = (path, diagnostic.rule, diagnostic.subject)
        seen[identity] += 1
        # JSON separates the fields and escapes lone surrogates, which UTF-8 can't encode.
        yield diagnostic, sha256(json.dumps([*identity, seen[identity]]).encode()).hexdigest()
