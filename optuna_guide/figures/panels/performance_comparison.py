"""Several studies over common axes: a histogram stacked by study, and what each target costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.histogram import check, count, normalise_groups
from optuna_guide.analysis.trade_off import read_trade_off, unbeaten
from optuna_guide.domain import outliers
from optuna_guide.domain.cells import Cells
from optuna_guide.figures.drawing import histogram, multiples, theme
from optuna_guide.figures.drawing.colours import GROUPS
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.histogram import Histogram, Normalisation
    from optuna_guide.analysis.trade_off import TradeOff
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources

TITLE = "Performance of several studies"
HOW = (
    "Left: number of trials by target, stacked by study; right: target against a cost, lines: "
    "trials that none of their study beats."
)
COLOURS: dict[str, str] = {}

MAX_STUDIES = 5
MAX_TRIALS = 300  # of a study, in the trade-off


@dataclass(frozen=True, eq=False)
class Costs:
    """Target against a cost within one study; places are rows of ``pair``.

    Attributes:
        group: Place of the study among those of the histogram.
        pair: What is compared.
        rows: Trials that are drawn.
        front: Trials that none of the study beats, along the line.
    """

    group: int
    pair: TradeOff
    rows: npt.NDArray[np.int64]
    front: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Numbers:
    """How the target is distributed in each study, and what it costs there.

    Attributes:
        about: The target.
        histogram: Of all studies.
        costs: Of the studies that have the cost.
        limit: What the cost must not exceed; None = no limit.
        n_missing: Studies that lack the target or are too many.
    """

    about: About
    histogram: Histogram
    costs: tuple[Costs, ...]
    limit: float | None
    n_missing: int


def gather(
    sources: Sources,
    *,
    normalise: Normalisation = "none",
    against: str | None = None,
    limit: float | None = None,
) -> Numbers | Nothing:
    """The studies that have the target, at most five.

    Args:
        sources: Trials of several studies, the first of which says target and cost.
        normalise: See `optuna_guide.analysis.histogram.normalise_groups`.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        limit: What the cost must not exceed (or fall below, for a maximised objective): a line.

    Raises:
        ValueError: If an option is unknown, or the first study does not have the target or cost.
    """
    check(normalise)
    guidance = sources.found
    first = read_trade_off(guidance, sources.table, against)
    studies = {name: _read(one) for name, one in sources.side_by_side.items()}
    members = [(name, values) for name, values in studies.items() if values is not None]
    members = members[:MAX_STUDIES]
    if not members:
        return Nothing("There is no trial with this target.", sources.about)
    codes = np.repeat(np.arange(len(members)), [len(values) for _, values in members])
    groups = Cells("study", tuple(name for name, _ in members), codes)
    values = normalise_groups(np.concatenate([v for _, v in members]), groups, normalise)
    return Numbers(
        about=replace(sources.about, n_trials=len(values)) if sources.beside else sources.about,
        histogram=count(values, groups, normalise, guidance.direction),
        costs=tuple(_weigh(sources, groups.labels, first)),
        limit=limit,
        n_missing=len(studies) - len(members),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the stacked histogram, and the trade-offs beside it."""
    found, costs = numbers.histogram, numbers.costs
    layout = histogram.axes(
        numbers.about.name, found, "study", is_alone=not costs, width=look.width
    )
    traces = histogram.stacked(found)
    legend, height = histogram.legend(found.name, found.labels, look.foot)
    if costs:
        x, y = (np.concatenate([getattr(c.pair, f"{side}_shown") for c in costs]) for side in "xy")
        drawn = [trace for one in costs for trace in _trade_off(one)]
        drawn += histogram.limit_line(numbers.limit, y)
        traces += [{**trace, "xaxis": "x2", "yaxis": "y2"} for trace in drawn]
        layout |= histogram.cost_axes(costs[0].pair, x, look.width)
    said = [phrases.beyond(found.values, found.shown)]
    if numbers.n_missing:
        said.append(f"{numbers.n_missing} of the studies lack the target or are too many")
    words = "; ".join(filter(None, said))
    foot = multiples.foot(words, 46, 38, room=look.foot)
    below = max(56, multiples.below(words, 38, room=look.foot))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        annotations=[*({**note, "yshift": 8} for note in legend), *foot],
        margin={"l": 46, "r": 20, "b": below, "t": 12 + height},
        barmode="stack",
        bargap=0.04,
        **layout,
    )


def _read(sources: Sources) -> FloatArray | None:
    """``(n_trials,)`` target in a study; None where no trial has it."""
    try:
        trials = sources.shown
    except ValueError:
        return None
    return outliers.limit(trials.values) if len(trials) else None


def _weigh(sources: Sources, names: Sequence[str], first: TradeOff | None) -> Iterator[Costs]:
    """The trade-offs of the studies that have the cost."""
    for k, name in enumerate(names):
        try:
            table = sources.side_by_side[name].table
            pair = None if first is None else read_trade_off(sources.found, table, first.x_name)
        except ValueError:
            continue
        if pair is not None:
            front = np.flatnonzero(unbeaten(pair))[:MAX_TRIALS]
            front = front[np.argsort(pair.x_loss[front], kind="stable")]
            yield Costs(k, pair, selection.thin(pair.y_loss, MAX_TRIALS), front)


def _trade_off(costs: Costs) -> list[dict[str, Any]]:
    pair, front, colour = costs.pair, costs.front, GROUPS[costs.group]
    x, y = pair.x[costs.rows], pair.y[costs.rows]
    names = theme.safe(pair.y_title, 36), theme.safe(pair.x_title, 36)
    said = [
        f"trial {n}<br>{names[0]} {b:.5g}<br>{names[1]} {a:.5g}"
        for n, a, b in zip(pair.numbers[costs.rows], x, y, strict=True)
    ]

    def shown(rows: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
        return pair.x_shown[rows], pair.y_shown[rows]

    points = {"size": 5, "color": colour, "opacity": 0.45}
    steps = {"color": colour, "width": 2, "shape": "hv"}
    return [
        theme.scatter(*shown(costs.rows), "markers", marker=points, hovertext=said),
        theme.scatter(*shown(front), "lines", line=steps),
    ]
