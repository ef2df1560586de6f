"""The language server: what the linter knows, in an editor."""
