"""Bytes to stages, images and comments, as BuildKit reads them. Knows nothing of Astro."""
