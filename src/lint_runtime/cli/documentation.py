"""Rule documentation for the terminal: `--list-rules` and `--explain`."""

import re

from lint_runtime.rules import RULE_BY_NAME, RULES, RULES_BY_TOPIC, address_of
from lint_runtime.text import json_document, wrapped


def rule_list(*, as_json: bool) -> str:
    """List all rules in topic order, one per line or as JSON."""
    if as_json:
        return json_document(
            [
                {
                    "name": rule.name,
                    "topic": topic,
                    "topic_name": rule.topic.word,
                    "severity": rule.severity.value,
                    "on_by_default": rule.on_by_default,
                    "summary": rule.summary,
                    "url": address_of(rule.name) or None,
                }
                for topic, rules in RULES_BY_TOPIC.items()
                for rule in rules
            ]
        )
    width = max(len(rule.name) for rule in RULES)
    lines = []
    for topic, rules in RULES_BY_TOPIC.items():
        lines += ["", f"{topic} ({rules[0].topic.word}):"]
        for rule in rules:
            default = "" if rule.on_by_default else " Off by default."
            lines.append(f"  {rule.name:{width}}  {rule.severity.value:7}  {rule.summary}{default}")
    return "\n".join([*lines[1:], ""])


def explanation(name: str, width: int) -> str:
    """Return the documentation of a rule, wrapped at `width` columns."""
    rule = RULE_BY_NAME[name]
    default = "" if rule.on_by_default else ", off by default"
    parts = re.split("(```.*?```)", rule.documentation.strip(), flags=re.DOTALL)
    # Wrap only paragraphs. Skip headings, lists, and the code blocks, which are at the odd indexes.
    paragraph = r"(?m)^(?!#|- )\S.*(?:\n.+)*"
    for index in range(0, len(parts), 2):
        parts[index] = re.sub(paragraph, lambda match: "\n".join(wrapped(match[0], width)), parts[index])
    return f"# {rule.name} ({rule.severity}{default})\n\n{''.join(parts)}\n"
