"""The file has an instruction that the build does not know.

## What it does
Reports the first instruction that BuildKit does not know, unless a `# syntax=` line names a frontend that
isn't Docker's and may know more. The help distinguishes misspelled keywords, commands that lack a
continuation, templates and merge conflicts.

## Why it matters
The build stops there. A misspelled FROM names a base image that nothing checks.

## Example
```dockerfile
FORM quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
None.

## Options
None.

## See also
- `parse-error`
- [Dockerfile reference](https://docs.docker.com/reference/dockerfile/)
"""

import re

from lint_runtime.diagnostics import Severity, Target
from lint_runtime.dockerfile.lines import Word
from lint_runtime.dockerfile.source import INSTRUCTIONS, Unknown
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule
from lint_runtime.text import did_you_mean, quoted

_CONFLICT = r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|\Z)"
_TEMPLATE = r"[^\s\w]*(?:\{\{|\{%|\{#|<%|%%|@@)|__[A-Z]"
_SHELL = r"[-&|;>()\[\]{}$\"',.\\/]|[\w.]+\+?=|(?:if|then|else|elif|fi|for|do|done|while|case|esac)\b"
_COMMANDS = frozenset(
    "adduser cargo cd chmod command cp exec export local mkdir return rm tar unset useradd usermod"
    " xargs".split()
)
"""Shell commands that resemble a keyword. They get no spelling suggestion."""
_UNFINISHED = r".*(?:&&|\|\|?|;|,|\(|\{|\[|\\)\s*(?:#.*)?"


@rule(Topic.SYNTAX, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    if unknown := context.dockerfile.unknown:
        keyword, escape = unknown.instruction.written_keyword, context.dockerfile.escape
        message = f"Unknown instruction {quoted(keyword.text)}"
        if not keyword.text:
            message = f"{quoted(escape)} is not followed by an instruction"
        # The keyword may be in a later line of the instruction, but suppressions apply to the first.
        target = Target(keyword.location, message, frozenset({keyword.line.line}))
        yield Finding(target, message, _advice(keyword, unknown, escape))


def _advice(keyword: Word, unknown: Unknown, escape: str) -> str:
    text = keyword.text
    if re.match(_CONFLICT, keyword.line.text.lstrip()):
        return "resolve the merge conflict that this line is part of"
    if re.match(_TEMPLATE, text):
        return "lint the rendered file instead, and list this template under 'exclude'"
    spelling = "" if text in _COMMANDS else did_you_mean(text.upper(), INSTRUCTIONS)
    is_shell = re.match(_SHELL, text) or re.fullmatch(_UNFINISHED, unknown.previous_text)
    is_word = text.isalpha() and text.isupper()
    if unknown.previous and not (is_word and (spelling or not is_shell)):
        advice = f"end line {unknown.previous_line} with {escape} to continue its {unknown.previous}"
        if is_shell or keyword.location.column > 1:
            return advice
        if unknown.previous == "RUN" and text.islower() and not spelling:
            return f"{advice}, or start this line with RUN"
    return spelling or "remove it: the build fails here"
