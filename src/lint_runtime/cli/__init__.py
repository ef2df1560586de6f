"""The commands. Only these modules print and read the clock."""
