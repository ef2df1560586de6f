"""What is raised where a configuration cannot be used; by itself, for few runs import what raises it."""

from collections.abc import Sequence


class ConfigError(Exception):
    """A configuration file that cannot be used. `messages`: what is wrong with it, a line each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)
