"""Update the lifecycle data from the published feed."""
