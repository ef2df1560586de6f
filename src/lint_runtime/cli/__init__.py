"""The commands. Only these modules print or read the clock."""
