"""The numbers of a history: the record, and the trials along each parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import axes
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.panels.exploration_history.timeline import (
    MAX_TRIALS,
    ORDERS,
    WHY_NOT,
    describe_left_out,
    describe_signs,
    describe_survivors,
    describe_trial,
    find_record,
    find_spots,
    lay_out,
)
from optuna_guide.figures.panels.exploration_history.trails import (
    find_corridor,
    find_evaluations,
    find_groups,
    find_links,
)
from optuna_guide.study.targets import PARETO_RANK
from optuna_guide.words.samplers import describe_sampler

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.drawing.look import About
    from optuna_guide.figures.panels.exploration_history.timeline import Order, Timeline
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import ParamGuidance

MAX_PARAMS = 5
MAX_BARS = 80
SYMBOLS = {"startup": "square", "explored": "diamond", "enqueued": "star"}


@dataclass(frozen=True, eq=False)
class Points:
    """Trials that are drawn alike; arrays ``(n_points,)``, places from 0 to 1 up."""

    symbol: str
    x: FloatArray
    y: FloatArray
    values: FloatArray
    labels: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Row:
    """The trials along one parameter, and what lies behind them; lines are apart by NaN.

    Attributes:
        name: Of the parameter.
        ticks: Places and labels of its own values.
        corridor: What was narrowed to: start, end, low and high of each part.
        evaluations: Places ``(x, y)`` of intermediate values, of the poor trials and of the good
            ones; may be empty.
        links: Curves ``(x, y)`` from parents to children; may be empty.
        points: The trials.
    """

    name: str
    ticks: tuple[tuple[float, str], ...]
    corridor: tuple[tuple[float, float, float, float], ...]
    evaluations: tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
    links: tuple[FloatArray, FloatArray]
    points: tuple[Points, ...]


@dataclass(frozen=True, eq=False)
class Peak:
    """The record, as bars that touch each other.

    Attributes:
        edges: ``(n_bars + 1,)`` of the bars.
        record: ``(n_bars,)`` at the end of each.
        foot: Where the bars stand: what nine in ten trials reach.
        top: The observed best.
        is_rank: Whether it is the share of the front of several objectives.
    """

    edges: FloatArray
    record: FloatArray
    foot: float
    top: float
    is_rank: bool


@dataclass(frozen=True)
class Numbers:
    """How the search went.

    Attributes:
        about: The target.
        order: What the horizontal axis counts.
        ends: First and last place.
        reach: Target values of the faintest and of the strongest colour.
        peak: The record.
        rows: The parameters.
        shaded: Start and end of every second generation or batch.
        said: Lines below the drawing.
    """

    about: About
    order: Order
    ends: tuple[float, float]
    reach: tuple[float, float]
    peak: Peak
    rows: tuple[Row, ...]
    shaded: tuple[tuple[float, float], ...]
    said: tuple[str, ...]


def gather(
    sources: Sources,
    *,
    by: Order = "trial",
    params: Sequence[str] = (),
    colour_range: tuple[float, float] | None = None,
    n_trials: int = MAX_TRIALS,
) -> Numbers | Nothing:
    """The observed record, and the values of the most important parameters.

    Args:
        sources: Trials and how they came to be.
        by: What the horizontal axis counts.
        params: Parameters to show; the most important ones where nothing is said.
        colour_range: Target values of the faintest and the strongest colour.
        n_trials: Trials that are drawn at most.

    Raises:
        KeyError: If there is no such parameter.
        ValueError: If the trials do not have the target, or ``by`` is unknown.
    """
    if by not in ORDERS:
        raise ValueError(f"by must be one of {', '.join(ORDERS)}, not {by!r}.")
    guidance, exploration = sources.found, sources.exploration
    view = lay_out(exploration, sources.explored_goal, by, colour_range, n_trials)
    if not len(view.rows):
        why = "There is no trial to show."
        if len(exploration):
            why = f"No trial has a {by}: {WHY_NOT[by]}."
        return Nothing(why, sources.about)
    space = exploration.trials.space
    asked = [guidance[name] for name in params] or list(guidance.params)
    known = [replace(p, distribution=space[p.name]) for p in asked if p.name in space]
    shown = known[:MAX_PARAMS]
    hidden = describe_left_out(view, len(known) - len(shown))
    said = [
        " · ".join(filter(None, [describe_signs(view), hidden])),
        describe_survivors(view, shown),
        describe_sampler(exploration.samplers),
    ]
    x = view.x[view.rows]
    return Numbers(
        about=sources.about,
        order=by,
        ends=(float(x.min()), float(x.max())),
        reach=view.reach,
        peak=_find_peak(view),
        rows=tuple(_find_row(view, param) for param in shown),
        shaded=tuple(find_groups(view)),
        said=tuple(filter(None, said)),
    )


def _find_peak(view: Timeline) -> Peak:
    """The record so far, at places that are evenly apart."""
    x, record = find_record(view)
    n = min(len(x), MAX_BARS)
    last = np.linspace(0, len(x), n + 1).round().astype(int)[1:] - 1
    edges = np.concatenate([[x[0] - 0.5], x[last] + 0.5])
    foot, top = _peak_reach(view, record)
    return Peak(edges, record[last], foot, top, view.target.name == PARETO_RANK)


def _peak_reach(view: Timeline, record: FloatArray) -> tuple[float, float]:
    """Foot and top of the record: what nine in ten trials reach, and the observed best."""
    if view.target.name == PARETO_RANK:
        return 0.0, 1.0
    faint, strong = view.reach
    values = view.target.values[view.rows]
    known = values[np.isfinite(values) & ~view.exploration.trials.pruned[view.rows]]
    high = float(np.max(record) if strong > faint else np.min(record))
    low = float(np.quantile(known, 0.1 if strong > faint else 0.9)) if len(known) else faint
    return (low, high) if low != high else (faint, strong)


def _find_row(view: Timeline, param: ParamGuidance) -> Row:
    trials = view.exploration.trials
    column = trials.params[:, trials.names.index(param.name)]
    y = spaces.to_unit(param.distribution, column)
    rows = view.rows[~np.isnan(y[view.rows])]
    return Row(
        name=param.name,
        ticks=tuple(axes.upright_ticks(param, 8)),
        corridor=tuple(find_corridor(view, param)),
        evaluations=find_evaluations(view, rows, y),
        links=find_links(view, rows, y),
        points=tuple(_find_points(view, param, rows, y)),
    )


def _find_points(
    view: Timeline, param: ParamGuidance, rows: IntArray, y: FloatArray
) -> Iterator[Points]:
    """A group for each symbol, the pruned trials of it first."""
    trials, kinds = view.exploration.trials, view.exploration.kinds
    shape = np.array([SYMBOLS.get(k, "circle") for k in kinds[rows]])
    column = trials.params[:, trials.names.index(param.name)]
    pruned, x = trials.pruned[rows], find_spots(view, rows)
    for symbol in dict.fromkeys(shape.tolist()):
        for is_pruned in (True, False):
            at = np.flatnonzero((shape == symbol) & (pruned == is_pruned))
            if len(at):
                chosen = rows[at]
                yield Points(
                    symbol=f"{symbol}-open" if is_pruned else symbol,
                    x=x[at],
                    y=y[chosen],
                    values=view.target.values[chosen],
                    labels=tuple(param.label(value) for value in column[chosen].tolist()),
                    said=tuple(describe_trial(view, row) for row in chosen.tolist()),
                )
