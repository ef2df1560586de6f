"""All rules. To add a rule, add a module, import it here, and list it in RULES."""

import re
from collections.abc import Mapping

from lint_runtime.rules import (
    airflow_mismatch,
    amd64_only,
    digest_only,
    disallowed_version,
    end_of_basic_support,
    end_of_maintenance,
    expired_suppression,
    floating_tag,
    foreign_frontend,
    ignored_stage,
    invalid_manifest,
    invalid_platform,
    invalid_suppression,
    invalid_tag,
    maintenance_ending,
    mismatched_agent,
    nonexistent_release,
    not_lts,
    outdated_release,
    parse_error,
    prerelease,
    retired_image,
    security_fixes_only,
    target_platform,
    template_placeholder,
    unavailable_variant,
    undeclared_dockerfile,
    unknown_instruction,
    unknown_release,
    unknown_repository,
    unmapped_mirror,
    unresolved_variable,
    unsupported_platform,
    unsupported_python,
    unused_suppression,
    wrong_repository,
    yanked_release,
)
from lint_runtime.rules.base import Rule, Topic

RULES: tuple[Rule, ...] = (
    parse_error.check,
    unknown_instruction.check,
    foreign_frontend.check,
    template_placeholder.check,
    unresolved_variable.check,
    ignored_stage.check,
    invalid_tag.check,
    floating_tag.check,
    prerelease.check,
    nonexistent_release.check,
    unknown_release.check,
    unavailable_variant.check,
    retired_image.check,
    wrong_repository.check,
    unknown_repository.check,
    unmapped_mirror.check,
    digest_only.check,
    mismatched_agent.check,
    yanked_release.check,
    end_of_basic_support.check,
    end_of_maintenance.check,
    maintenance_ending.check,
    outdated_release.check,
    security_fixes_only.check,
    unsupported_python.check,
    not_lts.check,
    disallowed_version.check,
    invalid_platform.check,
    unsupported_platform.check,
    target_platform.check,
    amd64_only.check,
    invalid_manifest.check,
    airflow_mismatch.check,
    undeclared_dockerfile.check,
    invalid_suppression.check,
    expired_suppression.check,
    unused_suppression.check,
)
"""The rules, grouped by topic, in the order of the documentation."""

RULES_BY_TOPIC: Mapping[str, tuple[Rule, ...]] = {
    topic.value: tuple(rule for rule in RULES if rule.topic is topic) for topic in Topic
}

RULE_BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}

RULES_OF: Mapping[str, tuple[str, ...]] = {
    **{rule.name: (rule.name,) for rule in RULES},
    **{topic.word: tuple(rule.name for rule in RULES if rule.topic is topic) for topic in Topic},
}
"""Maps each name in options and comments to rule names: a topic to all its rules, a rule to itself."""

LIFECYCLE_POLICY = "https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy"


def address_of(name: str) -> str:
    """Return the URL of a page about a rule: the first link in its documentation, or "" if it has none."""
    rule = RULE_BY_NAME.get(name)
    # A report from a newer version may name unknown rules.
    if rule is None:
        return ""
    link = re.search(r"^- \[.+\]\((.+)\)$", rule.documentation, re.MULTILINE)
    return link[1] if link else ""
