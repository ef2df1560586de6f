"""What knows a finding again on another day, after other lines were put above it, on another system."""

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from lint_runtime.diagnostics import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
    """Yield each finding with its fingerprint, which no other one of `diagnostics` has.

    Of those that are alike in path, rule and subject the first has number 1, the next number 2. So
    silenced ones have to be among `diagnostics`, or silencing one would rename those below it.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for diagnostic in diagnostics:
        identity = (_path(diagnostic.path), diagnostic.rule, diagnostic.subject)
        seen[identity] += 1
        # JSON keeps the parts apart and has an escape for lone surrogates, which no encoding takes.
        yield diagnostic, sha256(json.dumps([*identity, seen[identity]]).encode()).hexdigest()


def _path(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))
