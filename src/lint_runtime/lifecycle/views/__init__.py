"""Views of lifecycle data: the schedule, details, verification and timelines."""
