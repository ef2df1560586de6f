"""Check the deployment links, pools and build secrets in `tool.astro`. None of them affects the image."""

import re
from collections.abc import Mapping

from lint_runtime.manifest.problems import ROOT, Problems
from lint_runtime.manifest.toml import Table, Value
from lint_runtime.text import quoted

_LINK_KEYS = ("auth", "default", "deployment", "environment", "target", "url", "workspace")
_POOL_KEYS = ("description", "include_deferred", "slots")
_LINK_TARGETS = ("astro", "mwaa", "composer")
_ENV_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_SCHEME = "([A-Za-z][A-Za-z0-9+.-]*):"
_USER = "[A-Za-z0-9._~!$&'()*+,;=:%@-]*"
_HOST = r"(?:\[[^\]]*\]|[^\[ \\^`{|}%:]*)(?::[0-9]*)?"
_BAD_IN_URL = r"[\x00-\x1f\x7f]"
_BAD_ESCAPE = "%(?![0-9A-Fa-f]{2})"
_METHODS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "astro": (),
    "aws": (),
    "google": (),
    "basic": (("username-env", "password-env"),),
    "token": (("token-env",),),
    "airflow-token": (("client-id-env", "client-secret-env"), ("username-env", "password-env")),
    "exec": (("command",),),
    "none": (),
}
"""Maps each authentication method to its groups of fields. If it has two groups, a link uses only one."""


def check_links(problems: Problems, value: Value | None, target: str, *, has_workspace: bool) -> bool:
    """Check the links in `tool.astro.deployments`. Returns whether a link uses the Astro login.

    target: the target in `tool.astro.target`, which applies to links without their own target, or ""
    has_workspace: whether `tool.astro` has a workspace, which links use by default
    """
    root = f"{ROOT}.deployments"
    defaults, uses_login = [], False
    for name, link in (problems.table(root, value, is_named=True) or {}).items():
        key = f"{root}.{name}"
        if not name:
            message = "A deployment link has an empty name"
            problems.add("link_needs_name", root, link, message, "name the link")
        elif name == "local":
            message = "'local' is reserved for the Airflow on this computer"
            problems.add("link_name_reserved", key, link, message, "choose another name")
        elif (fields := problems.table(key, link)) is not None:
            uses_login |= _check_link(problems, key, link, fields, target, has_workspace=has_workspace)
            if problems.boolean(f"{key}.default", fields.get("default")):
                defaults.append(name)
    if value and len(defaults) > 1:
        message = f"More than one link is the default: {', '.join(map(quoted, sorted(defaults)[:10]))}"
        problems.add("multiple_defaults", root, value, message, "keep one 'default = true'")
    return uses_login


def _check_link(
    problems: Problems, key: str, link: Value, fields: Table, default_target: str, *, has_workspace: bool
) -> bool:
    """Check one deployment link. Returns whether it uses the Astro login."""
    problems.unknown_keys(key, fields, _LINK_KEYS)
    texts = {
        name: problems.string(f"{key}.{name}", fields.get(name))
        for name in ("target", "deployment", "environment", "url", "workspace")
    }
    target = texts["target"] or default_target or "astro"
    if target not in _LINK_TARGETS:
        code, place = "inherited_target_unusable", link
        if texts["target"]:
            code, place = "target_unusable", fields["target"]
        message = f"{quoted(target)} is not a target of a link"
        problems.add(code, f"{key}.target", place, message, "write astro, mwaa or composer")
        return False
    _check_coordinates(problems, key, link, fields, target, texts)
    kind = "endpoint" if texts["url"] else target
    if kind != "astro" and texts["workspace"]:
        message = "Only a link to an Astro Deployment has a workspace"
        place = fields["workspace"]
        problems.add("workspace_on_non_astro_link", f"{key}.workspace", place, message, "remove it")
    elif kind == "astro" and not texts["workspace"] and not has_workspace:
        message = "A link to an Astro Deployment needs a workspace"
        advice = f"add 'workspace' to the link or to [{ROOT}]"
        problems.add("workspace_required", f"{key}.workspace", link, message, advice)
    if "auth" in fields:
        return _check_auth(problems, f"{key}.auth", fields["auth"])
    if kind == "endpoint":
        message = "A link with a URL needs an authentication method"
        problems.add("auth_required", f"{key}.auth", link, message, "add 'auth = { method = … }'")
    return kind == "astro"


def _check_coordinates(
    problems: Problems, key: str, link: Value, fields: Table, target: str, texts: dict[str, str]
) -> None:
    """Check that a link has the URL, deployment or environment for its target, and no other coordinates."""
    deployment, environment = f"{key}.deployment", f"{key}.environment"
    if texts["url"] and target != "astro":
        message = f"The target {target} needs an environment, not a URL"
        advice = "write 'environment', or remove 'target'"
        problems.add("target_needs_environment", key, link, message, advice)
    elif texts["url"] and (texts["deployment"] or texts["environment"]):
        message = "A link has either a URL or a deployment or environment"
        problems.add("url_and_coordinates", key, link, message, "remove 'url' or the others")
    elif texts["url"]:
        _check_url(problems, f"{key}.url", fields["url"])
    elif target == "astro":
        if texts["environment"]:
            message, place = "A link to an Astro Deployment has no 'environment'", fields["environment"]
            problems.add("environment_on_astro_link", environment, place, message, "remove it")
        if not texts["deployment"]:
            message = "A link to an Astro Deployment needs its ID"
            problems.add("deployment_required", deployment, link, message, "add 'deployment'")
    else:
        if texts["deployment"]:
            message, advice = f"A link to {target} has no 'deployment'", "write 'environment'"
            place = fields["deployment"]
            problems.add("deployment_on_environment_link", deployment, place, message, advice)
        if not texts["environment"]:
            message = f"A link to {target} needs an environment"
            problems.add("environment_required", environment, link, message, "add 'environment'")


def _check_url(problems: Problems, key: str, value: Value) -> None:
    url: str = value.data
    parts = _split_url(url)
    if parts is None:
        problems.add("url_invalid", key, value, f"{quoted(url)} is not a URL", "write an https:// address")
        return
    scheme, user, host = parts
    if not scheme:
        advice = f"write {quoted('https://' + url)}"
        problems.add("url_no_scheme", key, value, f"{quoted(url)} has no scheme", advice)
    elif scheme.lower() not in ("http", "https"):
        message = f"{quoted(url)} is not an HTTP address"
        problems.add("url_not_http", key, value, message, "write an https:// address")
    elif not host:
        problems.add("url_no_host", key, value, f"{quoted(url)} has no host", "add the host")
    elif user is not None:
        advice = "remove it, and use an authentication method with environment variables"
        problems.add("url_has_credentials", key, value, "The URL has a user name", advice)


def _split_url(url: str) -> tuple[str, str | None, str] | None:
    """Return the scheme, user and host of a URL, or None if Go's URL parser rejects the URL.

    A missing scheme or host is "", and a missing user is None.
    """
    rest, _, fragment = url.partition("#")
    match = re.match(_SCHEME, rest)
    scheme = match[1] if match else ""
    rest = rest[match.end() if match else 0 :].partition("?")[0]
    user, host = None, ""
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        before, at, host = authority.rpartition("@")
        user = before if at else None
        rest = slash + path
        if not re.fullmatch(_HOST, host) or not re.fullmatch(_USER, before):
            return None
    elif scheme and not rest.startswith("/"):
        rest = ""
    elif ":" in rest.partition("/")[0]:
        return None
    if re.search(_BAD_IN_URL, url) or re.search(_BAD_ESCAPE, f"{user}{rest}{fragment}"):
        return None
    return scheme, user, host


def _check_auth(problems: Problems, key: str, value: Value) -> bool:
    """Check the table `auth` of a link. Returns whether its method is `astro`."""
    menu = ", ".join(_METHODS)
    if value.kind != "table":
        advice = "write { method = 'token', token-env = 'AIRFLOW_TOKEN' }"
        problems.add("expected_table", key, value, "'auth' must be a table", advice)
        return False
    method, place = value.data.get("method"), f"{key}.method"
    if method is None:
        advice = f"add 'method' with one of {menu}"
        problems.add("auth_method_required", place, value, "'auth' has no method", advice)
    elif method.kind != "string":
        problems.string(place, method)
    elif method.data not in _METHODS:
        message = f"{quoted(method.data)} is not an authentication method"
        problems.add("auth_method_unknown", place, method, message, f"write one of {menu}")
    else:
        for name, field in value.data.items():
            if name != "method":
                _check_field(problems, f"{key}.{name}", name, field, method.data)
        _check_presence(problems, key, value, method.data)
        return bool(method.data == "astro")
    return False


def _check_field(problems: Problems, key: str, name: str, field: Value, method: str) -> None:
    """Check that a field belongs to an authentication method and has a valid value."""
    if not any(name in group for group in _METHODS[method]):
        message = f"The method {method} has no field {quoted(name)}"
        problems.add("auth_field_not_for_method", key, field, message, "remove it")
    elif name != "command":
        if (text := problems.string(key, field)) and not re.fullmatch(_ENV_NAME, text):
            message = f"{quoted(name)} must name an environment variable"
            advice = "write the name of the variable, not its value"
            problems.add("auth_env_name_invalid", key, field, message, advice)
    elif field.kind not in ("array", "tables"):
        message = "'command' must be an array of strings"
        problems.add("expected_string_array", key, field, message, "write ['program', 'argument']")
    elif not field.data:
        problems.add("auth_command_empty", key, field, "'command' is empty", "name the program to run")
    else:
        for index, item in enumerate(field.data):
            problems.string(f"{key}[{index}]", item)


def _check_presence(problems: Problems, key: str, value: Value, method: str) -> None:
    """Check that `auth` has all fields of exactly one group, if the method has groups of fields."""
    groups = _METHODS[method]
    missing = [[name for name in group if name not in value.data] for group in groups]
    if len(groups) == 1:
        for name in missing[0]:
            message = f"The method {method} needs {quoted(name)}"
            problems.add("auth_field_required", f"{key}.{name}", value, message, f"add {quoted(name)}")
    elif groups:
        for (first, second), names in zip(groups, missing, strict=True):
            if len(names) == 1:
                message, place = f"'{first}' and '{second}' belong together", f"{key}.{names[0]}"
                problems.add("auth_pair_incomplete", place, value, message, f"add '{names[0]}'")
        choice = " or ".join(f"'{first}' and '{second}'" for first, second in groups)
        if not any(missing):
            message = "The method has two pairs of credentials"
            problems.add("auth_too_many_pairs", key, value, message, f"keep {choice}")
        elif missing == [list(group) for group in groups]:
            message = "The method has no credentials"
            problems.add("auth_needs_credentials", key, value, message, f"add {choice}")


def check_pools(problems: Problems, value: Value | None) -> None:
    """Check the names and fields of the pools in `tool.astro.pools`."""
    root = f"{ROOT}.pools"
    for name, pool in (problems.table(root, value, is_named=True) or {}).items():
        key = f"{root}.{name}"
        if not name.strip() or len(name.encode("utf-8", "surrogateescape")) > 256 or "/" in name:
            message = f"{quoted(name)} is not the name of a pool"
            advice = "write a name without slashes and of at most 256 bytes"
            problems.add("pool_name_invalid", key, pool, message, advice)
            continue
        fields = problems.table(key, pool)
        if fields is None:
            continue
        problems.unknown_keys(key, fields, _POOL_KEYS)
        slots, place = fields.get("slots"), f"{key}.slots"
        if slots is None:
            problems.add("required", place, pool, "The pool has no 'slots'", "add the number of slots")
        elif slots.kind != "integer":
            problems.add("expected_integer", place, slots, "'slots' must be an integer", "write a number")
        elif (number := int(slots.data, 0)) < 1 and number != -1:
            message = f"A pool cannot have {slots.data} slots"
            advice = "write at least 1, or -1 for no limit"
            problems.add("pool_slots_invalid", place, slots, message, advice)
        description = problems.string(f"{key}.description", fields.get("description"))
        problems.boolean(f"{key}.include_deferred", fields.get("include_deferred"))
        if name == "default_pool" and description:
            message = "The description of default_pool cannot change"
            place = f"{key}.description"
            problems.add("default_pool_description", place, fields["description"], message, "remove it")


def check_secrets(problems: Problems, value: Value | None, *, has_dockerfile: bool) -> None:
    """Check the `--secret` options in `tool.astro.build-secrets`.

    has_dockerfile: whether the manifest declares a Dockerfile. If not, builds read only the secret `netrc`
    """
    root = f"{ROOT}.build-secrets"
    advice = "write id=<name>,env=<variable> or id=<name>,src=<file>"
    foreign = ""
    for key, item in problems.strings(root, value):
        name, reason = _check_secret(item.data)
        foreign = foreign or (name if name != "netrc" else "")
        if reason:
            # The entry may contain a secret, so the message does not quote it.
            problems.add("build_secret_invalid", key, item, f"The build secret {reason}", advice)
    if foreign and not has_dockerfile and value is not None:
        message = f"A build without a Dockerfile reads only the secret netrc, not {quoted(foreign)}"
        advice = "declare 'dockerfile', or remove the secret"
        problems.add("build_secrets_without_dockerfile", root, value, message, advice)


def _check_secret(text: str) -> tuple[str, str]:
    """Return the ID in a `--secret` option, and the reason why the option is invalid. Both may be ""."""
    secret: dict[str, str] = {}
    for field in text.strip().split(","):
        name, equals, content = field.partition("=")
        name, content = name.strip().lower(), content.strip()
        if not equals:
            return "", "has a field without '='"
        if name not in ("id", "src", "source", "env", "type"):
            return "", "has a field other than id, src, env and type"
        if name == "type" and content not in ("file", "env"):
            return "", "has a type other than file and env"
        secret["src" if name == "source" else name] = content
    if secret.get("type") == "env" and not secret.get("env"):
        secret["env"] = secret.pop("src", "")
    variable, source, name = (secret.get(field, "") for field in ("env", "src", "id"))
    if variable and not re.fullmatch(_ENV_NAME, variable):
        return "", "has an env= that is not the name of a variable"
    if not name:
        return "", "has no ID"
    if bool(variable) == bool(source):
        return name, "must have either env= or src="
    if source and not source.startswith(("/", "~/")):
        return name, "has a path that is neither absolute nor below ~/"
    return name, ""
