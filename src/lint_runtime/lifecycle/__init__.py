"""Facts about Runtime releases: the data model, the data and the policy."""
