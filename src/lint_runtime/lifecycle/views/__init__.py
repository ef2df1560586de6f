"""Views of lifecycle data for people: the schedule, details and timelines."""
