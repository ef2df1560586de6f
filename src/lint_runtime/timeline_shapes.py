"""The shapes that an SVG timeline is drawn with, and the room that its texts need."""

from xml.etree import ElementTree as ET

from lint_runtime.timeline_words import legal

# No text is measured here, so each gets the room that the widest of the usual fonts takes for it.
_ADVANCE = 0.7


def room(characters: int, size: float) -> float:
    """Return how wide so many characters are at the most, in a font of that size."""
    return characters * size * _ADVANCE


def text(
    parent: ET.Element, x: float, y: float, content: str, look: str = "", anchor: str = "start"
) -> None:
    """Draw a text on the baseline `y`. `look`: its classes; `anchor`: which part of it is at `x`."""
    attributes = {
        "x": _number(x),
        "y": _number(y),
        "text-anchor": anchor,
        "class": f"lr-text {look}".strip(),
    }
    ET.SubElement(parent, "text", attributes).text = legal(content)


def line(parent: ET.Element, look: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a straight line."""
    places = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    ET.SubElement(parent, "line", {"class": look, **{name: _number(at) for name, at in places.items()}})


def box(
    parent: ET.Element, look: str, x: float, y: float, width: float, height: float, radius: float
) -> None:
    """Draw a rectangle with round corners."""
    places = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
    ET.SubElement(parent, "rect", {"class": look, **{name: _number(at) for name, at in places.items()}})


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
