"""The lifecycle data as people see it: tables, details, timelines."""
