"""How the parts of the SVG timeline look, alone and in a page, on light and on dark."""

# Each colour can be set by the page around, as a custom property; names are prefixed, for the styles
# of an SVG in a page are those of the page.
_LIGHT = {
    "background": "#ffffff",
    "text": "#1f2328",
    "muted": "#59636e",
    "grid": "#d8dee4",
    "maintained": "#1a7f37",
    "basic": "#9a6700",
    "past": "#818b98",
    "today": "#cf222e",
    "on-today": "#ffffff",
    "accent": "#0969da",
}
_DARK = {
    "background": "#0d1117",
    "text": "#f0f6fc",
    "muted": "#9198a1",
    "grid": "#2a313c",
    "maintained": "#3fb950",
    "basic": "#d29922",
    "past": "#656c76",
    "today": "#ff7b72",
    "on-today": "#0d1117",
    "accent": "#58a6ff",
}
_RULES = """
.lr-timeline text { font: 13px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, \
sans-serif; font-variant-numeric: tabular-nums; fill: var(--lr-t-text); }
.lr-timeline .lr-title { font-size: 17px; font-weight: 600; }
.lr-timeline .lr-small { font-size: 11px; }
.lr-timeline .lr-name { font-weight: 600; }
.lr-timeline .lr-muted { fill: var(--lr-t-muted); }
.lr-timeline .lr-lts { font-size: 10px; font-weight: 600; fill: var(--lr-t-muted); }
.lr-timeline .lr-today-text { font-size: 11px; font-weight: 600; fill: var(--lr-t-on-today); }
.lr-timeline .lr-files-text { font-size: 11px; font-weight: 600; fill: var(--lr-t-accent); }
.lr-background { fill: var(--lr-t-background); }
.lr-grid { stroke: var(--lr-t-grid); stroke-width: 1; }
.lr-lts-mark { fill: none; stroke: var(--lr-t-muted); }
.lr-today { stroke: var(--lr-t-today); stroke-width: 1.5; }
.lr-today-mark { fill: var(--lr-t-today); }
.lr-maintenance { fill: var(--lr-t-maintained); stroke: var(--lr-t-maintained); }
.lr-basic { fill: url(#lr-hatch); stroke: var(--lr-t-basic); }
.lr-past .lr-maintenance { fill: var(--lr-t-past); stroke: var(--lr-t-past); }
.lr-past .lr-basic { fill: url(#lr-hatch-past); stroke: var(--lr-t-past); }
.lr-computed { stroke-dasharray: 3 3; fill-opacity: 0.5; }
.lr-hatch-line { stroke: var(--lr-t-basic); stroke-width: 2; }
.lr-hatch-line-past { stroke: var(--lr-t-past); stroke-width: 2; }
.lr-files { fill: var(--lr-t-background); stroke: var(--lr-t-accent); }
"""


def _colours(scheme: dict[str, str]) -> str:
    properties = (f"--lr-t-{name}: var(--lr-{name}, {colour});" for name, colour in scheme.items())
    return f".lr-timeline {{ {' '.join(properties)} }}"


CSS = f"\n{_colours(_LIGHT)}\n@media (prefers-color-scheme: dark) {{ {_colours(_DARK)} }}{_RULES}"
"""The style sheet. A page sets `--lr-maintained` and the like to have colours of its own."""
