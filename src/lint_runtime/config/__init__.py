"""Settings from configuration files and the command line."""
