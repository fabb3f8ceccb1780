"""Trials before the guidance, under each of its versions, and those that ignored it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.wording import equals
from optuna_guide.figures.drawing import theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.study.targets import PARETO_RANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.evidence import Batch, NarrowingEvidence
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.study.exploration import Exploration

TITLE = "Did guidance help?"
HOW = (
    "Bar: mean ± standard deviation; line: median; ◆ observed top; grey: trials; "
    "p: better than before, which any sampler that learns would be."
)
COLOURS = {"Bar": theme.BLUE, "◆": theme.ORANGE}

MAX_VERSIONS = 6
FREE = ("explored", "by the model")  # kinds that ignored the proposals while they held
MAX_DOTS = 80  # of a row
HEIGHT = 0.32


@dataclass(frozen=True, eq=False)
class TrialGroup:
    """A group of trials.

    Attributes:
        name: Of the group.
        batch: How the target is distributed in it.
        p_value: That it is better than the trials before; None = not tested.
        dots: ``(n_dots,)`` target of some of the trials.
    """

    name: str
    batch: Batch
    p_value: float | None
    dots: FloatArray


@dataclass(frozen=True)
class Numbers:
    """The target within each group, and what that says."""

    about: About
    target: str
    rows: tuple[TrialGroup, ...]
    said: str


def gather(sources: Sources) -> Numbers | Nothing:
    """The distribution of the target before, under and beside the narrowing.

    Raises:
        ValueError: If the trials do not have the target of the guidance.
    """
    evidence, goal = sources.evidence, sources.explored_goal
    if evidence is None or not evidence.guided.n:
        why = "There is no trial that is known to be guided: use GuidedSampler."
        return Nothing(why, sources.about)
    values, title = goal.values, sources.about.target
    if evidence.target != sources.found.target:
        values, title = np.full(len(values), np.nan), evidence.target
    hidden = len(evidence.versions) - MAX_VERSIONS
    words = evidence.summary + (f" {hidden} older versions are not shown." if hidden > 0 else "")
    rows = _rows(evidence, sources.exploration, values)
    return Numbers(sources.about, title, tuple(rows), words)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the distribution of the target in each group."""
    rows = numbers.rows
    axis, left = theme.rows([row.name for row in rows], 22)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [_dots(rows), _bars(rows), *_marks(rows, numbers.target)],
        colours=COLOURS,
        annotations=[*_numbers(rows), *_foot(numbers.said, left)],
        margin={"l": left, "r": 110, "b": 76, "t": 14},
        xaxis={
            **theme.AXIS,
            "range": _reach(rows),
            "nticks": 6,
            "tickformat": ".3~g",
            "showgrid": True,
            "gridcolor": theme.GRID,
            "title": {
                "text": theme.safe(numbers.target, 40),
                "font": {"size": 11},
                "standoff": 4,
            },
        },
        yaxis={**axis, "range": [max(len(rows), 5) - 0.4, -0.6]},
    )


def _rows(
    evidence: NarrowingEvidence, found: Exploration, values: FloatArray
) -> Iterator[TrialGroup]:
    kinds, versions = found.kinds, found.versions
    guided = np.isin(kinds, ("guided", "repaired"))
    decided = np.flatnonzero(versions > 0)
    before = np.arange(len(found)) < (decided[0] if len(decided) else 0)
    groups: list[tuple[str, Batch, float | None, npt.NDArray[np.bool_]]] = [
        ("before", evidence.before, None, before)
    ]
    groups += [
        (f"version {v.version}", v.after, v.p_value, guided & (versions == v.version))
        for v in evidence.versions[-MAX_VERSIONS:]
    ]
    groups.append(("all guided", evidence.guided, evidence.p_before, guided))
    ignoring = np.isin(kinds, FREE) & np.isin(versions, versions[guided])
    groups.append(("ignored it", evidence.explored, None, ignoring))
    for name, batch, p_value, members in groups:
        if batch.n:
            known = values[members & np.isfinite(values)]
            kept = np.linspace(0, len(known) - 1, min(len(known), MAX_DOTS)).astype(int)
            yield TrialGroup(name, batch, p_value, known[kept])


def _reach(rows: Sequence[TrialGroup]) -> list[float]:
    """From the first to the last bar; what lies far outside is drawn at the edge."""
    ends = [
        end
        for batch in (row.batch for row in rows)
        for end in (batch.best, batch.median, batch.mean - batch.std, batch.mean + batch.std)
        if math.isfinite(end)
    ]
    low, high = max(min(ends, default=0.0), -1e300), min(max(ends, default=1.0), 1e300)
    margin = 0.05 * (high - low) or 0.05 * max(abs(high), 1e-12)
    return [low - margin, high + margin]


def _dots(rows: Sequence[TrialGroup]) -> dict[str, Any]:
    low, high = _reach(rows)
    x: list[float] = []
    y: list[float] = []
    for i, row in enumerate(rows):
        x += np.clip(row.dots, low, high).tolist()
        y += (i + HEIGHT * (np.arange(len(row.dots)) * 0.618 % 1 * 2 - 1)).tolist()
    return theme.scatter(x, y, "markers", marker={"size": 4, "color": theme.FILL})


def _bars(rows: Sequence[TrialGroup]) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    for i, batch in enumerate(row.batch for row in rows):
        x += [batch.mean - batch.std, batch.mean + batch.std, np.nan]
        y += [i, i, np.nan]
    return theme.scatter(x, y, "lines", line={"color": theme.BLUE_LIGHT, "width": 9})


def _marks(rows: Sequence[TrialGroup], target: str) -> Iterator[dict[str, Any]]:
    """Median and observed top of each group."""
    line = {"symbol": "line-ns", "size": 13, "line": {"width": 2.5, "color": theme.BLUE}}
    diamond = {"symbol": "diamond", "size": 8, "color": theme.ORANGE}
    said = {"hovertext": [_hover(row.batch, target) for row in rows], "cliponaxis": False}
    y = list(range(len(rows)))
    yield theme.scatter([row.batch.median for row in rows], y, "markers", marker=line, **said)
    yield theme.scatter([row.batch.best for row in rows], y, "markers", marker=diamond, **said)


def _hover(batch: Batch, target: str) -> str:
    top = f"observed top {batch.best:.4g}"
    if target == PARETO_RANK:
        top = f"top trial: Pareto rank {batch.best:.4g}" if batch.best else "reaches the front"
    spread = f"standard deviation {batch.std:.2g}"
    return f"{top}<br>median {batch.median:.4g}<br>mean {batch.mean:.4g}, {spread}"


def _numbers(rows: Sequence[TrialGroup]) -> list[dict[str, Any]]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "yref": "y"}
    return [
        theme.label(
            theme.safe(f"n = {row.batch.n}{_tested(row.p_value)}"),
            y=i,
            **place,
        )
        for i, row in enumerate(rows)
    ]


def _tested(p_value: float | None) -> str:
    return "" if p_value is None else f", p {equals(p_value)}"


def _foot(words: str, left: int) -> list[dict[str, Any]]:
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return [
        theme.label(theme.wrapped(words, 84, 2), x=0, y=0, xshift=12 - left, yshift=-40, **place)
    ]
