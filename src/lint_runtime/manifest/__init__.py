"""Read a `pyproject.toml` with `[tool.astro]` as the Astro CLI does. Knows no Docker and no lifecycles."""
