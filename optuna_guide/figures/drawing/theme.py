"""Looks of every figure: one grey and four colours that read on white and on black.

Nothing here sets a width or a height: the dashboard's cards and a notebook's cells decide them.
The head of a figure (title, one sentence how to read it, what to beware of) is measured in
pixels, so that it never runs into the drawing below. Texts are measured in ens (`lettering`), for
nobody knows the font in which they will be written.
"""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import lettering
from optuna_guide.figures.drawing.look import CARD, Look
from optuna_guide.words.names import short_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from optuna_guide.figures.drawing.look import About, Nothing

INK = "#757575"  # contrast 4.6 on white and on black
GRID = "rgba(127,127,127,.25)"
FILL = "rgba(127,127,127,.38)"
BLUE = "#3a87c8"
BLUE_LIGHT = "rgba(58,135,200,.45)"
BLUE_FAINT = "rgba(58,135,200,.22)"
ORANGE = "#cf7a00"
ORANGE_FAINT = "rgba(230,145,10,.33)"
PURPLE = "#b0639b"
RED = "#d5521a"

FONT = "Inter, Roboto, Helvetica Neue, Arial, sans-serif"
LINE = 16  # pixels that a line of 12 px text takes
ROOM, FOOT = Look().room, Look().foot  # ens of a line of 12 and of 11 px in the narrowest card
SHORT = 10  # ens of a target that always stands beside the title
MAX_LINES = 3  # of each part of the head
_NOTICE = f'<span style="color:{RED}">'
MUTED = 0.45  # opacity of what is not to be trusted yet

AXIS: dict[str, Any] = {
    "showgrid": False,
    "zeroline": False,
    "showline": False,
    "ticks": "",
    "fixedrange": True,
    "automargin": False,
}


def draw(
    about: About,
    look: Look,
    title: str,
    how: str,
    traces: Sequence[dict[str, Any]],
    *,
    colours: Mapping[str, str] | None = None,
    annotations: Sequence[Mapping[str, Any]] = (),
    margin: Mapping[str, int] | None = None,
    **layout: Any,
) -> go.Figure:
    """A figure with its head and the common looks.

    Args:
        about: The target, the number of trials and, while the gate is closed, why.
        look: What the place where it is shown wants.
        title: Title of the panel.
        how: One sentence how to read it.
        traces: Traces.
        colours: Words of ``how`` that are written in a colour: the legend.
        annotations: Further texts.
        margin: Pixels left (``l``), right (``r``), below (``b``), and between head and drawing
            (``t``).
        layout: Further attributes of the layout.
    """
    margins = {"l": 60, "r": 16, "b": 32, "t": 8, **(margin or {})}
    top: dict[str, Any] = {"annotations": list(annotations)}
    if look.has_head:
        lines = head(about, look, title, how, colours or {})
        gap = margins["t"]
        top["title"] = _title(title, look, about)
        top["annotations"].insert(0, _head(lines, margins["l"], gap))
        margins["t"] = 36 + LINE * len(lines) + gap
    else:
        margins["t"] = max(margins["t"], 8)
    return go.Figure(data=list(traces), layout={**_base(), **top, "margin": margins, **layout})


def head(about: About, look: Look, title: str, how: str, colours: Mapping[str, str]) -> list[str]:
    """Lines below the title: what it is about, how to read it, and what to beware of."""
    return [
        *([] if _has_room(title, look, about) else _lines(_said_of(about), look)),
        *_lines(how, look, colours),
        *(f"{_NOTICE}{line}</span>" for line in _lines(about.notice, look)),
    ]


def say(found: Nothing, look: Look, title: str, how: str, colours: Mapping[str, str]) -> go.Figure:
    """A figure that says why there is nothing to see, below its head where it has one."""
    hidden = {"visible": False, "fixedrange": True}
    words = wrapped(found.why, 48, 12)
    place = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "font": {"size": 14}}
    if found.about is None:
        note = {"text": words, "showarrow": False, **place, "y": 0.55}
        margin = {"l": 24, "r": 24, "t": 60, "b": 24}
        head = {"title": _title(title, look), "annotations": [note], "margin": margin}
        return go.Figure(layout={**_base(), **head, "xaxis": hidden, "yaxis": hidden})
    note = label(wrapped(found.why, 48), **place)
    return draw(
        found.about, look, title, how, [], colours=colours, annotations=[note],
        xaxis=hidden, yaxis=hidden,
    )  # fmt: skip


def read_aid(how: str, colours: Mapping[str, str]) -> str:
    """How to read a figure, as it is written above it, for a heading of its own."""
    return " ".join(_lines(how, Look(), colours))


def scatter(x: npt.ArrayLike, y: npt.ArrayLike, mode: str, **look: Any) -> dict[str, Any]:
    """A trace of short numbers; it answers to the mouse where it is given something to say."""
    hover = "text" if "hovertext" in look else "all" if "hovertemplate" in look else "skip"
    place = {"x": rounded(x), "y": rounded(y, 6)}
    return {"type": "scatter", **place, "mode": mode, "hoverinfo": hover, **look}


def area(
    x: npt.ArrayLike, y: npt.ArrayLike, colour: str, *, edge: str | None = None
) -> dict[str, Any]:
    """Filled polygons, separated by NaN."""
    line = {"width": 1.5 if edge else 0, "color": edge or colour}
    return scatter(x, y, "lines", fill="toself", fillcolor=colour, line=line)


def by_trust(about: About, traces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The traces, drawn faintly while the gate is closed; what is written on bars stays clear."""
    if about.is_open:
        return list(traces)
    return [
        {**trace, "marker": {**trace["marker"], "opacity": MUTED}}
        if trace["type"] == "bar"
        else {**trace, "opacity": MUTED}
        for trace in traces
    ]


def rows(names: Sequence[str], room: float) -> tuple[dict[str, Any], int]:
    """A vertical axis with a name per row of at most ``room`` ens, and the pixels left of it."""
    short = short_names(names, room, lettering.measure)
    shown = [short[name] for name in names]
    ticks = {"tickvals": list(range(len(names))), "ticktext": [f"{safe(n)}&nbsp;" for n in shown]}
    return {**AXIS, **ticks}, 20 + round(6 * max(map(lettering.measure, shown)))


def short(names: Iterable[str], room: float) -> dict[str, str]:
    """Names that stand beside each other, in ``room`` ens each, as text that plotly draws."""
    found = short_names(names, room, lettering.measure)
    return {name: safe(words) for name, words in found.items()}


def short_lines(names: Iterable[str], room: float, n_lines: int) -> dict[str, str]:
    """The same in ``n_lines`` lines at most of ``room`` ens each, in one where all fit there."""
    known = tuple(names)
    longest = max(map(lettering.measure, known), default=0.0)
    if longest <= room or room < 2:
        return short(known, room)
    found = short_names(known, (n_lines - 0.5) * room, lettering.measure)
    return {name: wrapped(words, room, n_lines) for name, words in found.items()}


def lines_in(share: float, n_lines: int) -> int:
    """Lines for what takes ``n_lines`` in the narrowest card, in a ``share`` of its width."""
    return n_lines if share >= 1 else math.ceil(n_lines / share)


def safe(words: object, room: float | None = None) -> str:
    """Text that plotly draws as it is: one line, no tag, no formula; cut to ``room`` ens."""
    line = wording.one_line(str(words))
    if room is not None:
        line = lettering.truncate(line, room)
    return escape(line, quote=False).replace("$", "&#36;")


def part(words: str, room: float) -> str:
    """The name of a part of a range, which loses its blanks before any of its digits."""
    fits = lettering.measure(words) <= room
    return safe(words if fits else words.replace(" … ", "…"), room)


def percent(share: float) -> str:
    """A share as text that plotly draws as it is."""
    return safe(wording.percent(share))


def wrapped(words: object, room: float = 66, max_lines: int = 6) -> str:
    """The same over several lines, as for what is shown on hover."""
    lines = lettering.wrap(wording.one_line(str(words)), room, max_lines)
    return "<br>".join(safe(line) for line in lines)


def rounded(values: npt.ArrayLike, digits: int = 4) -> list[float | None]:
    """Numbers with few significant digits, for a small JSON; what is not finite is a gap."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    return [float(f"{v:.{digits}g}") if np.isfinite(v) else None for v in flat]


def label(words: str, **place: Any) -> dict[str, Any]:
    """An annotation without an arrow, left aligned, in small type."""
    return {"text": words, "showarrow": False, "align": "left", "font": {"size": 11}, **place}


def _base() -> dict[str, Any]:
    return {
        "template": {},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": INK},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "align": "left",
            "namelength": 0,
            "bgcolor": "#303030",
            "bordercolor": INK,
            "font": {"family": FONT, "size": 12, "color": "#f2f2f2"},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": GRID,
            "activecolor": INK,
            "remove": ["select", "lasso"],
        },
        "dragmode": False,
        "uirevision": "optuna-guide",
    }


def _title(title: str, look: Look, about: About | None = None) -> dict[str, Any]:
    """The title, and beside it what the figure is about, where there is room for it."""
    words = f"<b>{safe(title)}</b>"
    if look.number is not None:
        words = f"<b>{look.number}</b> {words}"
    if about is not None and _has_room(title, look, about):
        words += f'  <span style="font-size:11px">{safe(_said_of(about))}</span>'
    place = {"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yanchor": "top"}
    return {"text": words, "font": {"size": 14}, "pad": {"l": 12, "t": 14}, **place}


def _said_of(about: About) -> str:
    """Target, direction, number of trials, or of studies."""
    n, kind = (about.n_studies, "studies") if about.n_studies > 1 else (about.n_trials, "trials")
    return f"{about.target}, {about.better} · {n} {kind}"


def _has_room(title: str, look: Look, about: About) -> bool:
    """Whether the title leaves enough of its line to say what the figure is about."""
    used = lettering.measure(f"8 {title}  ") * 14 / 11 * lettering.BOLD
    rest = lettering.measure(_said_of(replace(about, target="")))
    least = SHORT if look.width >= CARD else 0
    return lettering.measure(wording.one_line(about.target)) <= max(look.foot - used - rest, least)


def _head(lines: Iterable[str], left: int, gap: int) -> dict[str, Any]:
    """Lines that hang below the title, at the left end of the card."""
    shown = list(lines)
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return label(
        "<br>".join(shown),
        **place,
        x=0,
        y=1,
        xshift=12 - left,
        yshift=gap + LINE * len(shown),
        borderpad=0,
        font={"size": 12},
    )


def _lines(words: str, look: Look, colours: Mapping[str, str] | None = None) -> list[str]:
    if not words:
        return []
    room = look.room - (lettering.BOLD - 1) * sum(map(lettering.measure, colours or ()))
    lines = lettering.wrap(wording.one_line(words), room, lines_in(look.room / ROOM, MAX_LINES))
    shown = [safe(line) for line in lines]
    for word, colour in (colours or {}).items():
        marked = f'<span style="color:{colour}"><b>{word}</b></span>'
        shown = [line.replace(word, marked) for line in shown]
    return shown
