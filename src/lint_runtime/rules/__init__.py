"""Every rule, in the order of the documentation. A new rule is its module and two lines here."""

from lint_runtime.rule import Rule
from lint_runtime.rules import (
    amd64_only,
    digest_only,
    end_of_basic_support,
    end_of_maintenance,
    floating_tag,
    invalid_platform,
    invalid_tag,
    maintenance_ending,
    nonexistent_release,
    outdated_release,
    parse_error,
    prerelease,
    retired_image,
    unavailable_variant,
    unknown_release,
    unresolved_variable,
    unsupported_platform,
    yanked_release,
)

RULES: tuple[Rule, ...] = (
    parse_error.RULE,
    unresolved_variable.RULE,
    invalid_tag.RULE,
    floating_tag.RULE,
    prerelease.RULE,
    nonexistent_release.RULE,
    unknown_release.RULE,
    unavailable_variant.RULE,
    retired_image.RULE,
    digest_only.RULE,
    yanked_release.RULE,
    end_of_basic_support.RULE,
    end_of_maintenance.RULE,
    maintenance_ending.RULE,
    outdated_release.RULE,
    invalid_platform.RULE,
    unsupported_platform.RULE,
    amd64_only.RULE,
)
