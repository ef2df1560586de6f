"""What applies to a file: configuration files, their keys, and the command line over them."""
