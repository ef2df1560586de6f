"""Lint files and earlier reports: run the rules, apply fixes and plan upgrades."""
