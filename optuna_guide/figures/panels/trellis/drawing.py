"""A column of means for each option, with a colour for each option of another parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis import significance
from optuna_guide.domain.wording import equals
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.colours import GROUPS
from optuna_guide.figures.panels.trellis.gathering import MIN_TRIALS
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import Look
    from optuna_guide.figures.panels.trellis.gathering import Numbers

TITLE = "Trellis"
HOW = (
    "Mean target and its 95 % interval of trials with the options of row, column and colour; "
    "filled: differs beyond chance; line: mean of all."
)
COLOURS: dict[str, str] = {}

DODGE = 0.5  # of a row, for the colours


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw a column for each option of the primary parameter."""
    names = [theme.part(label, 16) for row in numbers.rows for label in row.labels]
    notes = [f"Means of fewer than {MIN_TRIALS} trials are not drawn"]
    notes += [numbers.beyond] if numbers.beyond else []
    notes += [phrases.left_out(numbers.n_hidden)] if numbers.n_hidden > 0 else []
    layout: dict[str, Any] = {}
    traces, titles = [], []
    for i, label in enumerate(numbers.columns):
        n, across = multiples.suffix(i), multiples.part(i, len(numbers.columns), 0.03)
        layout[f"xaxis{n}"] = _x_axis(across, numbers.reach)
        place = {"x": across[0], "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left"}
        titles.append(theme.label(f"<b>{theme.part(label, 16)}</b>", yanchor="bottom", **place))
        traces += [{**t, "xaxis": f"x{n}"} for t in _column(i, numbers, len(names))]
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        annotations=[
            *titles,
            *multiples.group_names(numbers.rows),
            *_legend(numbers),
            *multiples.foot("; ".join(notes), 182, 26),
        ],
        margin={"l": 182, "r": 16, "b": 62, "t": 44},
        yaxis={
            **theme.AXIS,
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "tickfont": {"size": 10},
            "range": [max(len(names), 4) - 0.4, -0.6],
            "showgrid": True,
            "gridcolor": theme.GRID,
        },
        **layout,
    )


def _x_axis(across: tuple[float, float], reach: tuple[float, float]) -> dict[str, Any]:
    return {
        **theme.AXIS,
        "domain": across,
        "range": list(reach),
        "nticks": 4,
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
        "tickangle": 0,
        "showgrid": True,
        "gridcolor": theme.GRID,
        "anchor": "y",
    }


def _column(i: int, numbers: Numbers, n_rows: int) -> list[dict[str, Any]]:
    """The overall mean, and the means of one column, a trace per colour."""
    overall, colours, means = numbers.overall, numbers.colours, numbers.means
    dotted = {"color": theme.INK, "width": 1, "dash": "dot"}
    found = [theme.scatter([overall, overall], [-0.5, n_rows - 0.5], "lines", line=dotted)]
    bars = {"thickness": 1.3, "width": 0}
    offsets = DODGE * ((np.arange(len(colours)) + 0.5) / len(colours) - 0.5)
    n, mean, half, q = means.n[i], means.mean[i], means.half[i], means.q[i]
    for k, colour in zip(range(len(colours)), GROUPS, strict=False):
        kept = np.flatnonzero(np.isfinite(mean[:, k]))
        found.append(
            theme.scatter(
                mean[kept, k],
                kept + offsets[k],
                "markers",
                marker={
                    "size": 6,
                    "color": colour,
                    "symbol": [
                        "circle" if q[r, k] <= significance.ALPHA else "circle-open" for r in kept
                    ],
                },
                error_x={**bars, "color": colour, "array": theme.rounded(half[kept, k])},
                hovertext=[
                    f"{mean[r, k]:.4g} ± {half[r, k]:.2g}<br>{n[r, k]:.0f} trials"
                    f"{_contrast(q[r, k])}"
                    for r in kept
                ],
            )
        )
    return found


def _contrast(q: float) -> str:
    if np.isnan(q):
        return ""
    differs = q <= significance.ALPHA
    return f"<br>{'differs from all others' if differs else 'may differ by chance'}, q {equals(q)}"


def _legend(numbers: Numbers) -> list[dict[str, Any]]:
    """What the columns and the colours are."""
    said = f"columns: <b>{theme.safe(numbers.primary, 20)}</b>"
    if numbers.secondary is not None:
        words = [
            f'<span style="color:{colour}"><b>{theme.part(label, 16)}</b></span>'
            for label, colour in zip(numbers.colours, GROUPS, strict=False)
        ]
        said += f"; colours: {theme.safe(numbers.secondary, 20)} " + " · ".join(words)
    place = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "yanchor": "bottom"}
    return [theme.label(said, xanchor="left", xshift=-170, yshift=20, **place)]
