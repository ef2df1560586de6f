"""Templates -> pages that need nothing beside themselves. The one module that knows Jinja2."""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.resources import files

from lint_runtime.diagnostics import shown_path, visible
from lint_runtime.errors import missing

try:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup, escape
except ImportError:
    raise missing("HTML") from None

_PIECE = 1000
"""So many parts of a page are put together into one piece of text."""


def page(template: str, picture: str, **values: object) -> Iterator[str]:
    """Yield a page, piece by piece. `picture`: SVG, the one value that is not escaped.

    Its Content-Security-Policy lets exactly its own styles and script work, and nothing be loaded.
    """
    style, script = _text("page.css"), _text("page.js")
    values |= {
        "style": style,
        "script": script,
        "picture": picture,
        "style_hashes": " ".join(map(_hash, (style, *_styles(picture)))),
        "script_hash": _hash(script),
    }
    stream = _environment().get_template(template).stream(values)
    stream.enable_buffering(_PIECE)
    yield from stream


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        # Every value passes here, so that no template can forget it.
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"broken": _broken, "counted": _counted, "path": shown_path, "when": _when}
    return environment


@cache
def _text(name: str) -> str:
    return (files("lint_runtime") / "formatters" / "pages" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Name an inline style or script as a policy does."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _styles(picture: str) -> list[str]:
    """Return the styles in a picture as a browser reads them: within SVG, references count in them too."""
    return [unescape(style) for style in re.findall("<style>(.*?)</style>", picture, re.DOTALL)]


def _shown(value: object) -> object:
    """Return a value as a page shows it; Markup, which is escaped already, as it is."""
    return visible(value) if type(value) is str else value


def _broken(text: str) -> Markup:
    """Return a path or an image as it breaks best."""
    return escape(visible(text)).replace("/", Markup("/<wbr>"))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _when(days: int) -> str:
    """Say how far off a day is."""
    if days == 0:
        return "today"
    told = _counted(abs(days), "day")
    return f"in {told}" if days > 0 else f"{told} ago"
