"""Every rule by topic, in the order of the documentation. A new rule is its module and two lines here."""

from collections.abc import Mapping
from itertools import chain

from lint_runtime.rules import (
    amd64_only,
    digest_only,
    disallowed_version,
    end_of_basic_support,
    end_of_maintenance,
    expired_suppression,
    floating_tag,
    ignored_stage,
    invalid_platform,
    invalid_suppression,
    invalid_tag,
    maintenance_ending,
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
    unknown_instruction,
    unknown_release,
    unmapped_mirror,
    unresolved_variable,
    unsupported_platform,
    unsupported_python,
    unused_suppression,
    wrong_repository,
    yanked_release,
)
from lint_runtime.rules.base import Rule

RULES_BY_TOPIC: Mapping[str, tuple[Rule, ...]] = {
    "Syntax and stages": (
        parse_error.RULE,
        unknown_instruction.RULE,
        template_placeholder.RULE,
        unresolved_variable.RULE,
        ignored_stage.RULE,
    ),
    "Tags and repositories": (
        invalid_tag.RULE,
        floating_tag.RULE,
        prerelease.RULE,
        nonexistent_release.RULE,
        unknown_release.RULE,
        unavailable_variant.RULE,
        retired_image.RULE,
        wrong_repository.RULE,
        unmapped_mirror.RULE,
        digest_only.RULE,
    ),
    "Lifecycle": (
        yanked_release.RULE,
        end_of_basic_support.RULE,
        end_of_maintenance.RULE,
        maintenance_ending.RULE,
        outdated_release.RULE,
        security_fixes_only.RULE,
        unsupported_python.RULE,
        not_lts.RULE,
    ),
    "Your own policy": (disallowed_version.RULE,),
    "Platforms": (
        invalid_platform.RULE,
        unsupported_platform.RULE,
        target_platform.RULE,
        amd64_only.RULE,
    ),
    "Suppressions": (
        invalid_suppression.RULE,
        expired_suppression.RULE,
        unused_suppression.RULE,
    ),
}

RULES: tuple[Rule, ...] = tuple(chain.from_iterable(RULES_BY_TOPIC.values()))

RULE_BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}

DOCUMENTATION = ""
"""The address of `docs/` for this version, with a slash at the end; empty until it is published."""

LIFECYCLE_POLICY = "https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy"


def address_of(name: str) -> str:
    """Return the address of the documentation of a rule; "" if there is none."""
    if name not in RULE_BY_NAME:
        # A report that is read may be from a version with more rules.
        return ""
    if DOCUMENTATION:
        return f"{DOCUMENTATION}rules/{name}.md"
    is_about_lifecycle = RULE_BY_NAME[name] in RULES_BY_TOPIC["Lifecycle"]
    return LIFECYCLE_POLICY if is_about_lifecycle else ""
