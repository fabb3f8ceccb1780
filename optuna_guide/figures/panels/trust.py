"""Skill against the number of trials: how far the guidance can be trusted, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Trust

TITLE = "Trust"
HOW = (
    "How well the model ranks trials that it has not seen (1 = perfect); suggestions need the "
    "lower end of the last bar above the gate."
)
COLOURS = {"ranks": theme.BLUE, "gate": theme.ORANGE}

FLOOR = -0.25  # skill below is drawn at the edge
GAP = 16.0  # pixels between two labels
PLOT_HEIGHT = 320.0  # pixels, about


class _Label(NamedTuple):
    y: float
    words: str
    colour: str


@dataclass(frozen=True)
class Numbers:
    """How well unseen trials are predicted.

    Attributes:
        about: The target.
        trust: Skill, gate and learning curve.
        n_missing: Trials that are about to be missing, as far as they are drawn.
        low: Lower end of the axis of skill.
        said: What is predicted: ranks and values, ranks, or neither.
    """

    about: About
    trust: Trust
    n_missing: int
    low: float
    said: str


def gather(sources: Sources) -> Numbers:
    """The learning curve, the gate and the baseline."""
    trust = sources.found.trust
    missing = min(trust.n_missing or 0, 3 * max(trust.n_trials, 1))
    low = float(np.clip(min([0.0, *_heights(trust)]) - 0.05, FLOOR, 0.0))
    return Numbers(sources.about, trust, missing, low, phrases.trusted(sources.found))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the learning curve, the gate and the baseline."""
    trust, low = numbers.trust, numbers.low
    last = max(trust.n_trials, 1)
    end = last + numbers.n_missing
    reach = (low, 1.04)
    said = _say(numbers)
    notes = [*_labels(trust, reach), *multiples.foot(said, 44, 38, n_lines=4)]
    if numbers.n_missing:
        notes.append(_missing_note(trust, last, end, low))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [*_curves(trust), *_last(trust, last), *_lines(trust, end)],
        colours=COLOURS,
        annotations=notes,
        margin={"l": 44, "r": 148, "b": max(72, multiples.below(said, 38, 4))},
        xaxis={
            **theme.AXIS,
            "range": [0, 1.02 * end],
            "nticks": 6,
            "title": {"text": "distinct trials", "font": {"size": 11}, "standoff": 4},
            "showline": True,
            "linecolor": theme.INK,
        },
        yaxis={
            **theme.AXIS,
            "range": list(reach),
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "ticktext": ["0", "0.25", "0.5", "0.75", "1"],
            "showgrid": True,
            "gridcolor": theme.GRID,
        },
    )


def _heights(trust: Trust) -> list[float]:
    values = [trust.spearman_lower, trust.r2, trust.r2_linear]
    values += [p.spearman - p.spearman_std for p in trust.curve] + [p.r2 for p in trust.curve]
    return [v for v in values if np.isfinite(v)]


def _curves(trust: Trust) -> list[dict[str, Any]]:
    if not trust.curve:
        return []
    n = [p.n for p in trust.curve]
    rank = np.array([p.spearman for p in trust.curve])
    spread = np.array([p.spearman_std for p in trust.curve])
    band = np.concatenate([rank - spread, (rank + spread)[::-1]])
    dots = {"size": 6, "color": theme.BLUE}
    return [
        theme.area(n + n[::-1], np.clip(band, FLOOR, 1.0), theme.BLUE_FAINT),
        theme.scatter(
            n,
            np.clip([p.r2 for p in trust.curve], FLOOR, 1.0),
            "lines",
            line={"color": theme.INK, "width": 1.5},
            hovertext=[f"R² with {p.n} trials: {p.r2:.2f}" for p in trust.curve],
        ),
        theme.scatter(
            n,
            np.clip(rank, FLOOR, 1.0),
            "lines+markers",
            line={"color": theme.BLUE, "width": 2.5},
            marker=dots,
            hovertext=[
                f"rank correlation with {p.n} trials: {p.spearman:.2f}" for p in trust.curve
            ],
        ),
    ]


def _last(trust: Trust, last: int) -> list[dict[str, Any]]:
    """The skill that the gate looks at, down to its lower bound."""
    if not np.isfinite(trust.spearman):
        return []
    least = np.floor(100 * trust.spearman_lower) / 100
    below = trust.spearman - trust.spearman_lower if np.isfinite(trust.spearman_lower) else 0.0
    return [
        theme.scatter(
            [last],
            [trust.spearman],
            "markers",
            marker={"size": 10, "color": theme.BLUE},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [0],
                "arrayminus": theme.rounded([below]),
                "color": theme.BLUE,
                "thickness": 2,
                "width": 5,
            },
            hovertext=[f"rank correlation {trust.spearman:.2f}, at least {least:.2f}"],
            cliponaxis=False,
        )
    ]


def _lines(trust: Trust, end: int) -> list[dict[str, Any]]:
    lines = [(trust.threshold, theme.ORANGE, "dash")]
    if np.isfinite(trust.r2_linear):
        lines.append((max(trust.r2_linear, FLOOR), theme.INK, "dot"))
    return [
        theme.scatter(
            [0, 1.02 * end], [y, y], "lines", line={"color": colour, "width": 1.5, "dash": dash}
        )
        for y, colour, dash in lines
    ]


def _labels(trust: Trust, reach: tuple[float, float]) -> list[dict[str, Any]]:
    """Names of the lines at their right ends, moved apart where they would overlap."""
    rank = f"<b>rank correlation {trust.spearman:.2f}</b>"
    labels = [
        _Label(trust.threshold, f"gate {trust.threshold:.2f}", theme.ORANGE),
        _Label(trust.spearman, rank, theme.BLUE),
        _Label(trust.r2, f"forest R² {trust.r2:.2f}", theme.INK),
        _Label(trust.r2_linear, f"linear R² {trust.r2_linear:.2f}", theme.INK),
    ]
    if trust.r2_ebm is not None:
        labels.append(_Label(trust.r2_ebm, f"EBM R² {trust.r2_ebm:.2f}", theme.INK))
    low, high = reach
    shown = sorted((entry for entry in labels if np.isfinite(entry.y)), key=lambda entry: entry.y)
    gap = GAP / PLOT_HEIGHT * (high - low)
    heights = _spread([max(entry.y, low) for entry in shown], gap, high - gap / 2)
    return [
        theme.label(
            entry.words,
            x=1,
            y=round(y, 4),
            xref="paper",
            yref="y",
            xanchor="left",
            xshift=8,
            font={"size": 11, "color": entry.colour},
        )
        for entry, y in zip(shown, heights, strict=True)
    ]


def _spread(heights: list[float], gap: float, top: float) -> list[float]:
    """Ascending heights, at least ``gap`` apart, none above ``top``, moved as little as needed."""
    moved = list(heights)
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    limit = top
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], limit)
        limit = moved[i] - gap
    return moved


def _missing_note(trust: Trust, last: int, end: int, low: float) -> dict[str, Any]:
    """A bracket over the trials that are missing."""
    return {
        "text": f"about {trust.n_missing} more",
        "x": end,
        "ax": last,
        "y": low + 0.03,
        "ay": low + 0.03,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "showarrow": True,
        "arrowhead": 2,
        "arrowcolor": theme.RED,
        "font": {"size": 11, "color": theme.RED},
        "xanchor": "right",
        "yanchor": "bottom",
    }


def _say(numbers: Numbers) -> str:
    words = (
        f"Sampling skew {numbers.trust.skew:.2f} (0 = uniform); holds inside the sampled region."
    )
    return " ".join(filter(None, [numbers.said, words, numbers.about.cut]))
