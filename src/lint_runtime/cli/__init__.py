"""The commands. No other modules print or read the clock."""
