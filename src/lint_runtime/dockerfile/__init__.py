"""Parse Dockerfiles as BuildKit does. Independent of Astro Runtime."""
