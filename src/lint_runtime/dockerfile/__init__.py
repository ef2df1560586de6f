"""Parse Dockerfiles as BuildKit does. Knows nothing about Astro."""
