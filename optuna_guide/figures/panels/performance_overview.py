"""How the target is distributed, and what it costs: a stacked histogram beside a trade-off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.histogram import check, count, normalise_groups
from optuna_guide.analysis.trade_off import TradeOff, read_trade_off, unbeaten, within
from optuna_guide.domain import outliers, wording
from optuna_guide.domain.cells import Cells, cut_attribute, cut_param
from optuna_guide.figures.drawing import histogram, multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.histogram import Histogram, Normalisation
    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance

TITLE = "Performance overview"
HOW = (
    "Left: number of trials by target, stacked by the named options; right: the target "
    "against a cost, trials that no other beats."
)
COLOURS = {"no other beats": theme.PURPLE}

MAX_OPTIONS = 4
MAX_CHOICES = 5
MAX_TRIALS = 600  # in the trade-off
CROSS = {"size": 5, "color": theme.FILL, "symbol": "x-thin-open"}


@dataclass(frozen=True, eq=False)
class Cost:
    """Target against a cost; places are rows of ``pair``.

    Attributes:
        pair: What is compared.
        beyond: Trials beyond the limit, of those that are drawn.
        within: The others.
        front: Trials that no other beats, along the line.
        limit: What the cost must not exceed; None = no limit.
        top: The top trial that keeps to the limit; None = there is none, or no limit.
    """

    pair: TradeOff
    beyond: npt.NDArray[np.int64]
    within: npt.NDArray[np.int64]
    front: npt.NDArray[np.int64]
    limit: float | None
    top: int | None


@dataclass(frozen=True)
class Numbers:
    """How the target is distributed, and what it costs; None = there is no cost."""

    about: About
    histogram: Histogram
    cost: Cost | None


def gather(
    sources: Sources,
    *,
    by: str | None = None,
    normalise: Normalisation = "none",
    against: str | None = None,
    limit: float | None = None,
) -> Numbers | Nothing:
    """The histogram, and the trade-off where there is a cost.

    Args:
        sources: Trials; the most important parameter stacks the histogram by default.
        by: A parameter, a context or a numeric user attribute whose options are stacked.
        normalise: See `optuna_guide.analysis.histogram.normalise_groups`.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        limit: What the cost must not exceed (or fall below, for a maximised objective): a line.

    Raises:
        ValueError: If an option is unknown, or the trials do not have the target of the guidance.
    """
    guidance, trials = sources.found, sources.shown
    check(normalise)
    if not len(trials):
        return Nothing("There is no trial with this target.", sources.about)
    groups = _groups(guidance, trials, by)
    values = normalise_groups(outliers.limit(trials.values), groups, normalise)
    pair = read_trade_off(guidance, trials.table, against)
    cost = None if pair is None else _weigh(pair, limit)
    return Numbers(sources.about, count(values, groups, normalise, guidance.direction), cost)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the histogram, and the trade-off beside it."""
    found, cost = numbers.histogram, numbers.cost
    layout = histogram.axes(numbers.about.name, found, "group", is_alone=cost is None)
    traces, (notes, height) = histogram.stacked(found), histogram.legend(found.name, found.labels)
    if cost is not None:
        traces += [{**t, "xaxis": "x2", "yaxis": "y2"} for t in _trade_off(cost)]
        notes += _trade_off_notes(cost)
        layout |= histogram.cost_axes(cost.pair, cost.pair.x_shown)
    said = "; ".join(_said(found, cost))
    notes += multiples.foot(said, 46, 38, n_lines=3)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 46, "r": 20, "b": max(56, multiples.below(said, 38, 3)), "t": 30 + height},
        barmode="stack",
        bargap=0.04,
        **layout,
    )


def _weigh(pair: TradeOff, limit: float | None) -> Cost:
    flags, kept = unbeaten(pair), within(pair, limit)
    rows = np.union1d(selection.thin(pair.y_loss, MAX_TRIALS), np.flatnonzero(flags)[:MAX_TRIALS])
    front = np.flatnonzero(flags)[:MAX_TRIALS]
    front = front[np.argsort(pair.x_loss[front], kind="stable")]
    allowed = np.flatnonzero(kept & pair.feasible) if limit is not None else rows[:0]
    top = int(allowed[np.argmin(pair.y_loss[allowed])]) if len(allowed) else None
    return Cost(pair, rows[~kept[rows]], rows[kept[rows]], front, limit, top)


def _groups(guidance: Guidance, trials: ShownTrials, by: str | None) -> Cells:
    table = trials.table
    known = selection.shown_params(guidance, table)
    if by is None:
        if not known:
            return Cells("", ("all",), np.zeros(len(trials), dtype=np.int64))
        by = known[0].name
    if by in table.space:
        column = trials.column(by)
        return cut_param(by, table.space[by], column, MAX_OPTIONS, MAX_CHOICES).with_inactive()
    if by in table.contexts.names:
        return selection.cut_context(table, by, MAX_OPTIONS)
    if by in table.attributes:
        return cut_attribute(by, table.attributes[by], MAX_OPTIONS)
    names = ", ".join(map(repr, [*table.space, *table.contexts.names, *table.attributes]))
    raise ValueError(
        f"There is no parameter, context or numeric attribute {by!r}; there are {names}."
    )


def _trade_off(cost: Cost) -> list[dict[str, Any]]:
    pair = cost.pair
    steps = {"color": theme.PURPLE, "width": 1.5, "shape": "hv"}
    return [
        _dots(pair, cost.beyond, CROSS),
        _dots(pair, cost.within, {"size": 5, "color": theme.BLUE_LIGHT}),
        _dots(pair, cost.front, {"size": 7, "color": theme.PURPLE}),
        theme.scatter(pair.x_shown[cost.front], pair.y_shown[cost.front], "lines", line=steps),
        *histogram.limit_line(cost.limit, pair.y_shown),
    ]


def _dots(pair: TradeOff, rows: npt.NDArray[np.int64], marker: dict[str, Any]) -> dict[str, Any]:
    names = theme.safe(pair.y_title, 36), theme.safe(pair.x_title, 36)
    said = [
        f"trial {pair.numbers[r]}<br>{names[0]} {pair.y[r]:.5g}<br>{names[1]} {pair.x[r]:.5g}"
        for r in rows
    ]
    return theme.scatter(
        pair.x_shown[rows], pair.y_shown[rows], "markers", marker=marker, hovertext=said
    )


def _trade_off_notes(cost: Cost) -> list[dict[str, Any]]:
    pair, top = cost.pair, cost.top
    words = f"{theme.safe(pair.y_title, 32)} against {theme.safe(pair.x_title, 32)}"
    if top is not None:
        words += f"<br>within the limit: {pair.y[top]:.4g} (trial {pair.numbers[top]})"
    elif cost.limit is not None:
        words += "<br>no trial keeps to the limit"
    place = {"x": 0.56, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left"}
    return [theme.label(words, yanchor="bottom", **place)]


def _said(found: Histogram, cost: Cost | None) -> list[str]:
    """What is not drawn where it was measured, or not at all."""
    left = phrases.beyond(found.values, found.shown)
    said = [f"Left: {left}"] if left else []
    if cost is None:
        return said
    pair = cost.pair
    right = [
        selection.thinned_note(min(MAX_TRIALS, len(pair.x)), len(pair.x)),
        phrases.beyond(pair.x, pair.x_shown, f"{wording.cut(pair.x_name, 20)} value"),
    ]
    return said + [f"Right: {words}" for words in right if words]
