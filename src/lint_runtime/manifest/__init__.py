"""Read a `pyproject.toml` with `[tool.astro]` as the Astro CLI does.

Imports neither `lint_runtime.dockerfile` nor `lint_runtime.lifecycle`.
"""
