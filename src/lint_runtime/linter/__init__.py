"""The engine: rules applied to a file, to many files, or to earlier reports."""
