"""The settings of a file, from configuration files and the command line."""
