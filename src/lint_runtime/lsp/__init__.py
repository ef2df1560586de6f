"""The language server, which shows findings, facts and fixes in an editor."""
