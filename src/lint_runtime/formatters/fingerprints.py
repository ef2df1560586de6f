"""Fingerprints: the same for a finding on another day, further down in the file, on another system."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from lint_runtime.diagnostics import Diagnostic
from lint_runtime.text import portable_path


def fingerprints(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
    """Yield each finding with its fingerprint, which no other one of `diagnostics` has.

    Of those that are alike in path, rule and subject the first has number 1, the next number 2. So
    suppressed ones have to be among `diagnostics`, or suppressing one would rename those below it.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for diagnostic in diagnostics:
        # A report that is read may be from Windows.
        path = portable_path(diagnostic.path.replace("\\", "/"))
        identity = (path, diagnostic.rule, diagnostic.subject)
        seen[identity] += 1
        # JSON keeps the parts apart and has an escape for lone surrogates, which no encoding takes.
        yield diagnostic, sha256(json.dumps([*identity, seen[identity]]).encode()).hexdigest()
