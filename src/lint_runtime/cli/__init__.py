"""The commands. Only these modules read the clock and print."""
