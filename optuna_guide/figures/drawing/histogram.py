"""A histogram stacked by groups, and the axes beside it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from optuna_guide.figures.drawing import lettering, theme
from optuna_guide.figures.drawing.colours import GROUPS

if TYPE_CHECKING:
    from optuna_guide.domain.cells import Cells
    from optuna_guide.domain.space import FloatArray

Normalisation: TypeAlias = Literal["none", "min-max", "rank", "z"]

NORMALISATIONS = ("none", "min-max", "rank", "z")
N_BINS = 24
LOG_RATIO = 100.0  # of the largest to the smallest value, from which an axis is logarithmic
TITLE_LOOK = {"font": {"size": 11}, "standoff": 4}


def check(normalise: str) -> None:
    """Refuse an unknown normalisation.

    Raises:
        ValueError: If it is none of `NORMALISATIONS`.
    """
    if normalise not in NORMALISATIONS:
        known = ", ".join(map(repr, NORMALISATIONS))
        raise ValueError(f"normalise must be one of {known}, not {normalise!r}.")


def normalised(values: FloatArray, groups: Cells, how: Normalisation) -> FloatArray:
    """Values made comparable, each group by itself; see the panels for what each does."""
    out = np.array(values)
    for k in range(len(groups)):
        rows = groups.codes == k
        part = values[rows]
        if how == "min-max":
            out[rows] = (part - part.min()) / (np.ptp(part) or 1.0)
        elif how == "rank":
            out[rows] = np.searchsorted(np.sort(part), part) / max(len(part) - 1, 1)
        elif how == "z":
            out[rows] = (part - part.mean()) / (part.std() or 1.0)
    return out


def stacked(groups: Cells, values: FloatArray) -> list[dict[str, Any]]:
    """A trace of bars for each group, over common bins."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, N_BINS + 1)
    ends = [f"{a:.4g} … {b:.4g}" for a, b in itertools.pairwise(edges)]
    middles = theme.rounded((edges[1:] + edges[:-1]) / 2, 6)
    found = []
    for k, name in enumerate(groups.labels):
        counts = np.histogram(values[groups.codes == k], bins=edges)[0]
        found.append(
            {
                "type": "bar",
                "x": middles,
                "y": counts.tolist(),
                "width": float(f"{(high - low) / N_BINS:.6g}"),
                "marker": {"color": GROUPS[k], "line": {"width": 0}},
                "hovertext": [
                    f"{theme.safe(name, 30)}<br>{theme.safe(e)}<br>{n} trials"
                    for e, n in zip(ends, counts, strict=True)
                ],
                "hoverinfo": "text",
            }
        )
    return found


def legend(groups: Cells) -> tuple[list[dict[str, Any]], int]:
    """The groups' names in their colours, above the headings, and the pixels that they take."""
    if not groups.name:
        return [], 0
    first, *labels = [lettering.cut(words, 20) for words in (f"{groups.name}:", *groups.labels)]
    lines, used = [theme.safe(first)], lettering.measure(first)
    for k, label in enumerate(labels):
        width = lettering.measure(f"{label} · ") * lettering.BOLD
        word = f'<span style="color:{GROUPS[k]}"><b>{theme.safe(label)}</b></span>'
        if used + width > theme.FOOT:
            lines, used = [*lines, word], width
        else:
            lines[-1], used = f"{lines[-1]} {'· ' * (k > 0)}{word}", used + width
    place = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left"}
    hover = theme.wrapped(groups.name)
    said = "<br>".join(lines)
    notes = [theme.label(said, xshift=-34, yshift=28, yanchor="bottom", hovertext=hover, **place)]
    return notes, theme.LINE * len(lines)


def axis(domain: tuple[float, float], anchor: str, title: str) -> dict[str, Any]:
    """An axis of a drawing that takes a part of the figure."""
    upright = anchor.startswith("x")
    return {
        **theme.AXIS,
        "domain": domain,
        "anchor": anchor,
        "nticks": 5,
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
        "showgrid": upright,
        "gridcolor": theme.GRID,
        "title": {"text": theme.safe(title, 40) if title else "", **TITLE_LOOK},
    }


def scale(x: FloatArray) -> str:
    """``"log"`` for positive values over several decades."""
    return "log" if x.min() > 0 and x.max() / x.min() >= LOG_RATIO else "linear"
