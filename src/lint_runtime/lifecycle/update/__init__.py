"""Refresh the lifecycle data from the published feed."""
