"""The commands: options, streams, exit codes. The only code that prints or reads the clock."""
