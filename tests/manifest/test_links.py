"""Deployment links, pools, targets and build secrets."""

from __future__ import annotations

import pytest

from lint_runtime.manifest.parser import parse_manifest

ASTRO = "[project]\nname = 'demo'\ndependencies = ['apache-airflow==3.3.*']\n[tool.astro]\n"
LINK = "workspace = 'w'\n[tool.astro.deployments.d]\n"
URL = LINK + "auth = {method = 'none'}\nurl = "
AUTH = LINK + "url = 'https://x'\nauth = "


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LINK + "deployment = 'x'\ndefault = true", ""),
        ("deployments = 1", "expected_table:deployments"),
        (LINK + "deployment = 'x'\nx = 1", "unknown_key:deployments.d.x"),
        (LINK, "deployment_required:deployments.d.deployment"),
        (LINK.replace("workspace", "target"), "inherited_target_unusable:deployments.d.target"),
        (LINK + "target = 'oss'", "target_unusable:deployments.d.target"),
        (
            LINK + "target = ''",
            "deployment_required:deployments.d.deployment empty_string:deployments.d.target",
        ),
        (LINK[16:] + "deployment = 'x'", "workspace_required:deployments.d.workspace"),
        (
            LINK + "deployment = 'x'\nenvironment = 'y'",
            "environment_on_astro_link:deployments.d.environment",
        ),
        (LINK + "target = 'mwaa'", "environment_required:deployments.d.environment"),
        (LINK + "target = 'mwaa'\nenvironment = 'y'", ""),
        (URL + "'https://x'\ntarget = 'mwaa'", "target_needs_environment:deployments.d"),
        (
            LINK + "target = 'composer'\nenvironment = 'y'\ndeployment = 'x'\nworkspace = 'z'",
            "deployment_on_environment_link:deployments.d.deployment"
            " workspace_on_non_astro_link:deployments.d.workspace",
        ),
        (URL + "'https://x'\ndeployment = 'x'", "url_and_coordinates:deployments.d"),
        (LINK + "url = 'https://x'", "auth_required:deployments.d.auth"),
        (LINK + "deployment = 'x'\ndefault = 'yes'", "expected_bool:deployments.d.default"),
        ("[tool.astro.deployments.local]", "link_name_reserved:deployments.local"),
        ("[tool.astro.deployments.'']", "link_needs_name:deployments"),
        ("deployments.a = 'x'", "expected_table:deployments.a"),
        (
            "workspace = 'w'\ndeployments.a = {deployment = 'x', default = true}\n"
            "deployments.b = {deployment = 'y', default = true}",
            "multiple_defaults:deployments",
        ),
        ("domain = 'x'\ndeployments.a = {deployment = 'x', workspace = 'y'}", ""),
        *(
            (f"domain = 'x'\ndeployments.a = {link}", f"{found} domain_without_workspace:domain".strip())
            for link, found in (
                ("{target = 'mwaa', environment = 'y'}", ""),
                ("{target = 'x', workspace = 'y'}", "target_unusable:deployments.a.target"),
                ("{url = 'https://x', auth = 1}", "expected_table:deployments.a.auth"),
                ("{url = 'https://x', auth = {}}", "auth_method_required:deployments.a.auth.method"),
                ("{url = 'https://x', auth = {method = 'aws'}}", ""),
                ("{url = 'https://x'}", "auth_required:deployments.a.auth"),
            )
        ),
        ("domain = 'x'\ndeployments.a = {url = 'https://x', auth = {method = 'astro'}}", ""),
    ],
)
def test_links_are_checked(text: str, found: str) -> None:
    _check(text, found)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://airflow.example.com:8080/home?a=b#c", ""),
        ("HTTP://[::1]:80", ""),
        ("airflow.example.com", "url_no_scheme"),
        ("//host/x", "url_no_scheme"),
        ("/path", "url_no_scheme"),
        ("localhost:8080", "url_not_http"),
        ("ftp://x", "url_not_http"),
        ("127.0.0.1:8080", "url_invalid"),
        (":x", "url_invalid"),
        ("https://host:port", "url_invalid"),
        ("https://ex ample", "url_invalid"),
        ("https://x/%zz", "url_invalid"),
        ("https://[::1", "url_invalid"),
        ("https://", "url_no_host"),
        ("https:x", "url_no_host"),
        ("mailto:%zz", "url_not_http"),
        ("https:/%zz", "url_invalid"),
        ("https:///x", "url_no_host"),
        ("https://me:secret@x", "url_has_credentials"),
        ("https://@x", "url_has_credentials"),
    ],
)
def test_urls_are_checked(url: str, code: str) -> None:
    _check(URL + repr(url), f"{code}:deployments.d.url" if code else "")


@pytest.mark.parametrize(
    ("auth", "found"),
    [
        ("{method = 'google'}", ""),
        ("'none'", "expected_table:"),
        ("{}", "auth_method_required:.method"),
        ("{method = 1}", "expected_string:.method"),
        ("{method = 'magic'}", "auth_method_unknown:.method"),
        ("{method = 'none', token-env = 'X'}", "auth_field_not_for_method:.token-env"),
        ("{method = 'token', token-env = 'X'}", ""),
        ("{method = 'token'}", "auth_field_required:.token-env"),
        ("{method = 'token', token-env = 'a-b'}", "auth_env_name_invalid:.token-env"),
        ("{method = 'token', token-env = ''}", "empty_string:.token-env"),
        ("{method = 'basic', username-env = 'X'}", "auth_field_required:.password-env"),
        ("{method = 'airflow-token'}", "auth_needs_credentials:"),
        ("{method = 'airflow-token', username-env = 'X'}", "auth_pair_incomplete:.password-env"),
        ("{method = 'airflow-token', username-env = 'X', password-env = 'Y'}", ""),
        (
            "{method = 'airflow-token', username-env = 'X', password-env = 'Y', client-id-env = 'Z',"
            " client-secret-env = 'W'}",
            "auth_too_many_pairs:",
        ),
        ("{method = 'exec', command = ['a', 'b']}", ""),
        ("{method = 'exec', command = 'a'}", "expected_string_array:.command"),
        ("{method = 'exec', command = []}", "auth_command_empty:.command"),
        ("{method = 'exec', command = ['', 1]}", "empty_string:.command[0] expected_string:.command[1]"),
    ],
)
def test_authentication_is_checked(auth: str, found: str) -> None:
    _check(AUTH + auth, found.replace(":", ":deployments.d.auth"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pools.x = {slots = 4, description = 'y', include_deferred = true}", ""),
        ("pools.x = {slots = -1}", ""),
        ("pools.x = {slots = 0x10}", ""),
        ("pools.x = {slots = 1_000}", ""),
        (f"pools.'{'é' * 128}' = {{slots = 1}}", ""),
        (f"pools.'{'é' * 128}x' = {{slots = 1}}", f"pool_name_invalid:pools.{'é' * 128}x"),
        ("pools.x = {}", "required:pools.x.slots"),
        ("pools.x = {slots = 0}", "pool_slots_invalid:pools.x.slots"),
        ("pools.x = {slots = 1.0}", "expected_integer:pools.x.slots"),
        ("pools.'a/b' = {slots = 1}", "pool_name_invalid:pools.a/b"),
        ("pools.' ' = {slots = 1}", "pool_name_invalid:pools. "),
        (
            "pools.default_pool = {slots = 1, description = 'x'}",
            "default_pool_description:pools.default_pool.description",
        ),
        ("pools.x = {slots = 1, slot = 2}", "unknown_key:pools.x.slot"),
        ("pools.x = 1", "expected_table:pools.x"),
        ("targets.mwaa = {region = 'x'}\ntargets.oss = {x = 1}", ""),
        ("targets.mwaa.x = 1\ntargets.k8s = {}", ""),
        ("targets = 'x'", "expected_table:targets"),
        ("targets.mwaa = 'x'", "expected_table:targets.mwaa"),
        ("build-secrets = ['id=netrc,src=~/.netrc', ' id = netrc , env = X ']", ""),
        ("build-secrets = ['id=netrc,type=env,source=X', 'ID=netrc,Source=/x,type=file']", ""),
        ("build-secrets = ['id=x,env=X']", "build_secrets_without_dockerfile:build-secrets"),
        ("dockerfile = 'D'\nbuild-secrets = ['id=x,env=X']", ""),
        ("build-secrets = ['env=X']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['secret']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['id=netrc']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['id=netrc,env=X,src=/x']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['id=netrc,src=x']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['id=netrc,env=$X']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['id=netrc,env=X,type=x']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = ['id=netrc,env=X,mode=x']", "build_secret_invalid:build-secrets[0]"),
        ("build-secrets = 'id=netrc,env=X'", "expected_string_array:build-secrets"),
    ],
)
def test_other_tables_are_checked(text: str, found: str) -> None:
    _check(text, found)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("pools = 3", "write a table for each, as in [tool.astro.pools.name]"),
        ("deployments = 'x'", "write a table for each, as in [tool.astro.deployments.name]"),
        ("pools.x = 3", "write '{ … }' with its settings"),
    ],
)
def test_help_names_the_form_of_a_table(text: str, advice: str) -> None:
    manifest = parse_manifest((ASTRO + text).encode())
    assert manifest is not None
    assert [problem.help for problem in manifest.problems] == [advice]


def _check(text: str, found: str) -> None:
    manifest = parse_manifest((ASTRO + text).encode())
    assert manifest is not None
    assert manifest.error is None
    reported = " ".join(f"{p.code}:{p.key.removeprefix('tool.astro.')}" for p in manifest.problems)
    assert reported == found
