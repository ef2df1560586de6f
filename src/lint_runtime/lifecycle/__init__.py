"""Facts about Runtime releases: model, data, policy."""
