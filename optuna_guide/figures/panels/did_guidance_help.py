"""Trials before the guidance, under each of its versions, and those that ignored it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.analysis.selection import read_goal
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.study.exploration import Exploration, align, explore_table

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.analysis.evidence import Batch, NarrowingEvidence
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable

TITLE = "Did guidance help?"
HOW = (
    "Bar: mean ± standard deviation; line: median; ◆ observed top; grey: trials; "
    "p: guided trials are better than those before."
)
COLOURS = {"Bar": theme.BLUE, "◆": theme.ORANGE}
USES_TRIALS = True

MAX_VERSIONS = 6
FREE = ("explored", "by the model")  # kinds that ignored the proposals while they held
MAX_DOTS = 80  # of a row
HEIGHT = 0.32


class _Row(NamedTuple):
    name: str
    batch: Batch
    p_value: float | None
    dots: FloatArray


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    evidence: NarrowingEvidence | None = None,
    exploration: Exploration | None = None,
) -> go.Figure:
    """Draw the distribution of the target in each of these groups.

    Args:
        guidance: Says the target.
        table: Trials.
        evidence: The comparison, of `measure_evidence`.
        exploration: Which trial belongs to which group.

    Raises:
        ValueError: If the table does not have the target.
    """
    read_goal(guidance, table)
    if evidence is None or not evidence.guided.n:
        why = "There is no trial that is known to be guided: use GuidedSampler."
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    rows = _rows(guidance, evidence, exploration or explore_table(table))
    axis, left = theme.rows([row.name for row in rows], 22)
    hidden = len(evidence.versions) - MAX_VERSIONS
    words = evidence.summary + (f" {hidden} older versions are not shown." if hidden > 0 else "")
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        [_dots(rows), _bars(rows), _medians(rows), _tops(rows)],
        colours=COLOURS,
        annotations=[*_numbers(rows), *_foot(words, left)],
        margin={"l": left, "r": 110, "b": 76, "t": 14},
        xaxis={
            **theme.AXIS,
            "range": _reach(rows),
            "nticks": 6,
            "tickformat": ".3~g",
            "showgrid": True,
            "gridcolor": theme.GRID,
            "title": {
                "text": theme.safe(evidence.target, 40),
                "font": {"size": 11},
                "standoff": 4,
            },
        },
        yaxis={**axis, "range": [max(len(rows), 5) - 0.4, -0.6]},
    )


def _rows(guidance: Guidance, evidence: NarrowingEvidence, found: Exploration) -> list[_Row]:
    values = align(read_goal(guidance, found.trials), len(found)).values
    if evidence.target != guidance.target:
        values = np.full(len(found), np.nan)
    kinds, versions = found.kinds, found.versions
    guided = np.isin(kinds, ("guided", "repaired"))
    decided = np.flatnonzero(versions > 0)
    before = np.arange(len(found)) < (decided[0] if len(decided) else 0)
    rows = [_Row("before", evidence.before, None, values[before])]
    rows += [
        _Row(f"version {v.version}", v.after, v.p_value, values[guided & (versions == v.version)])
        for v in evidence.versions[-MAX_VERSIONS:]
    ]
    rows.append(_Row("all guided", evidence.guided, evidence.p_before, values[guided]))
    if evidence.explored.n:
        rows.append(_Row("explored", evidence.explored, None, values[np.isin(kinds, FREE)]))
    return [row for row in rows if row.batch.n]


def _reach(rows: list[_Row]) -> list[float]:
    """From the first to the last bar; what lies far outside is drawn at the edge."""
    ends = [
        end
        for _, batch, _, _ in rows
        for end in (batch.best, batch.median, batch.mean - batch.std, batch.mean + batch.std)
        if math.isfinite(end)
    ]
    low, high = max(min(ends, default=0.0), -1e300), min(max(ends, default=1.0), 1e300)
    margin = 0.05 * (high - low) or 0.05 * max(abs(high), 1e-12)
    return [low - margin, high + margin]


def _dots(rows: list[_Row]) -> dict[str, Any]:
    low, high = _reach(rows)
    x: list[float] = []
    y: list[float] = []
    for i, row in enumerate(rows):
        values = row.dots[np.isfinite(row.dots)]
        kept = values[np.linspace(0, len(values) - 1, min(len(values), MAX_DOTS)).astype(int)]
        x += np.clip(kept, low, high).tolist()
        y += (i + HEIGHT * (np.arange(len(kept)) * 0.618 % 1 * 2 - 1)).tolist()
    return theme.scatter(x, y, "markers", marker={"size": 4, "color": theme.FILL})


def _bars(rows: list[_Row]) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    for i, (_, batch, _, _) in enumerate(rows):
        x += [batch.mean - batch.std, batch.mean + batch.std, np.nan]
        y += [i, i, np.nan]
    return theme.scatter(x, y, "lines", line={"color": theme.BLUE_LIGHT, "width": 9})


def _medians(rows: list[_Row]) -> dict[str, Any]:
    return theme.scatter(
        [row.batch.median for row in rows],
        list(range(len(rows))),
        "markers",
        marker={"symbol": "line-ns", "size": 13, "line": {"width": 2.5, "color": theme.BLUE}},
        hovertext=[_hover(row.batch) for row in rows],
    )


def _tops(rows: list[_Row]) -> dict[str, Any]:
    return theme.scatter(
        [row.batch.best for row in rows],
        list(range(len(rows))),
        "markers",
        marker={"symbol": "diamond", "size": 8, "color": theme.ORANGE},
        hovertext=[_hover(row.batch) for row in rows],
        cliponaxis=False,
    )


def _hover(batch: Batch) -> str:
    return (
        f"observed top {batch.best:.4g}<br>median {batch.median:.4g}<br>"
        f"mean {batch.mean:.4g} ± {batch.std:.4g}"
    )


def _numbers(rows: list[_Row]) -> list[dict[str, Any]]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "yref": "y"}
    return [
        theme.label(
            theme.safe(f"n = {row.batch.n}" + (f", p = {row.p_value:.1g}" if row.p_value else "")),
            y=i,
            **place,
        )
        for i, row in enumerate(rows)
    ]


def _foot(words: str, left: int) -> list[dict[str, Any]]:
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return [
        theme.label(theme.wrapped(words, 84, 2), x=0, y=0, xshift=12 - left, yshift=-40, **place)
    ]
