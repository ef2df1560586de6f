"""Lint Dockerfiles for unsupported, yanked and invalid Astro Runtime images.

`check` is the public API. It returns a Result with Diagnostics.
"""

# Not imported from `typing`, to save time: every `import lint_runtime.x` runs this module. Type checkers
# treat any variable with this name as true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from lint_runtime.api import Result, check
    from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity
    from lint_runtime.version import __version__ as __version__

_MODULES = {
    **dict.fromkeys(("Result", "check"), "api"),
    **dict.fromkeys(("Diagnostic", "Edit", "Fix", "Location", "Severity"), "diagnostics"),
    "__version__": "version",
}

__all__ = ["Diagnostic", "Edit", "Fix", "Location", "Result", "Severity", "check"]

# Hide `__getattr__` from type checkers: in a module that has one, they accept any name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the public names, imported or not."""
        return sorted({*globals(), *_MODULES})
