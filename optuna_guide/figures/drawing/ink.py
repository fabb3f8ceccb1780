"""Texts in the colour of the page in which a figure stands, be it light or dark.

No grey has a contrast of 4.5 both on white and on the dark cards of the dashboard; the ink of the
page itself has. plotly paints every text in one colour, but leaves that of a span to the browser.
"""

from __future__ import annotations

import re
from typing import Any

import plotly.graph_objects as go

from optuna_guide.figures.drawing import theme

PAGE = "currentColor"
QUIET = ";fill-opacity:.8"
_KEPT = "55%"  # of a colour of the palette that is mixed with the ink of the page
_PALETTE = (theme.BLUE, theme.ORANGE, theme.PURPLE, theme.RED)
_COLOUR = re.compile(r"color:([^;\"]+)")


def in_page_ink(figure: go.Figure) -> go.Figure:
    """The same figure; its grey texts are in the ink of the page, and coloured ones lean to it."""
    found = figure.to_dict()
    layout = found["layout"]
    for trace in found["data"]:
        _paint_trace(trace)
    for name, part in layout.items():
        if name.startswith(("xaxis", "yaxis", "coloraxis")):
            _paint_axis(part.get("colorbar", {}) if name == "coloraxis" else part)
    for part in (layout.get("title", {}), *layout.get("annotations", [])):
        _paint(part, "text", part.get("font", {}))
    return go.Figure(found)


def _paint_trace(trace: dict[str, Any]) -> None:
    font = trace.get("textfont", {})
    is_beside = trace.get("textposition") == "outside" or "color" in font
    is_shown = is_beside if trace["type"] == "bar" else "text" in trace.get("mode", "")
    if is_shown:  # on a bar plotly chooses the ink; what is not shown is for the mouse
        _paint(trace, "text", font)
    for part in (trace, trace.get("marker", {})):
        if "colorbar" in part:
            _paint_axis(part["colorbar"])


def _paint_axis(axis: dict[str, Any]) -> None:
    font = axis.get("tickfont", {})
    _paint(axis.get("title", {}), "text", font)
    if "ticktext" in axis:
        _paint(axis, "ticktext", font)
    elif axis.get("showticklabels", True) and axis.get("visible", True):
        before, after = _paint_words("|", font.get("color")).split("|")
        axis["tickprefix"] = before + axis.get("tickprefix", "")
        axis["ticksuffix"] = axis.get("ticksuffix", "") + after


def _paint(part: dict[str, Any], key: str, font: dict[str, Any]) -> None:
    """Paint a text, or each of a sequence, that is written in a font."""
    words, colour = part.get(key), font.get("color")
    if isinstance(words, str):
        part[key] = _paint_words(words, colour)
    elif words is not None:
        colours = colour if isinstance(colour, list | tuple) else [colour] * len(words)
        part[key] = [_paint_words(w, c) for w, c in zip(words, colours, strict=True)]


def _paint_words(words: str, colour: str | None) -> str:
    own = colour in _PALETTE
    if not words or not (own or colour in (None, theme.INK)):
        return words  # it is written on a colour
    marked = _COLOUR.sub(lambda found: f"color:{_lean(found[1])}", words)
    return f'<span style="color:{_lean(colour or theme.INK)}">{marked}</span>'


def _lean(colour: str) -> str:
    """The ink of the page for grey; a colour leans to it."""
    if colour == theme.INK:
        return PAGE + QUIET
    return f"color-mix(in srgb,{colour} {_KEPT},{PAGE});fill-opacity:1"
