"""The numbers of a model overview: which trials, where, how large, and what each changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.trade_off import read_trade_off
from optuna_guide.domain import wording
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.figures.drawing.colours import colour_range
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.panels.model_overview.projections import PROJECTIONS, find_views
from optuna_guide.study import targets
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.analysis.trade_off import TradeOff
    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.drawing.look import About
    from optuna_guide.figures.panels.model_overview.projections import Projection, View
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

MAX_TRIALS = 400
MAX_LINKS = 200
SIZES = (5.0, 15.0)  # pixels, of the least and the largest cost
WHY_NOT = {
    "attribute": ("No objective, duration or numeric user attribute varies that could be a cost."),
    "prediction": (
        "Fewer than two trials logged predictions: call optuna_guide.log_predictions(trial, y)"
        " with what the model predicts on the validation set."
    ),
}


@dataclass(frozen=True)
class TrialPoint:
    """What is said of a trial; what it changed against the record, or None for the record."""

    number: int
    value: float
    changed: tuple[tuple[str, str, str], ...] | None  # parameter, value of the record, its own


@dataclass(frozen=True, eq=False)
class Numbers:
    """Trials in several projections.

    Attributes:
        about: The target.
        views: The projections that the trials allow.
        first: The one that is seen first, as a place among them.
        points: The shown trials.
        record: Number of the top trial.
        sizes: ``(n_shown,)`` diameters in pixels.
        tint: ``(n_shown,)`` what the colour shows; NaN = not known.
        reach: Values of the faintest and of the strongest colour.
        links: ``(n_links, 2)`` places among the shown trials of parents and their children.
        said: What is drawn and what is not.
    """

    about: About
    views: tuple[View, ...]
    first: int
    points: tuple[TrialPoint, ...]
    record: int
    sizes: FloatArray
    tint: FloatArray
    reach: tuple[float, float]
    links: IntArray
    said: str


def gather(
    sources: Sources,
    *,
    projection: Projection | None = None,
    against: str | None = None,
    size: str | None = None,
    colour: str | None = None,
) -> Numbers | Nothing:
    """One projection, and the others that the trials allow.

    Args:
        sources: Trials, how they came to be, what they predict, and what matters most.
        projection: What is seen first: ``"attribute"``: the target against a cost;
            ``"configuration"``: a map of Gower distances; ``"prediction"``: a map of what was
            logged with `log_predictions`. The first one that the trials allow by default.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        size: The same, as the size of the points; the cost by default.
        colour: The same, as their colour; the target by default.

    Raises:
        ValueError: If an option is unknown, or the trials do not have the target of the guidance.
    """
    if projection not in (None, *PROJECTIONS):
        known = ", ".join(map(repr, PROJECTIONS))
        raise ValueError(f"projection must be one of {known}, not {projection!r}.")
    guidance, trials = sources.found, sources.shown
    if not len(trials):
        return Nothing("There is no trial with this target.", sources.about)
    rows = np.sort(selection.thin(trials.loss, MAX_TRIALS))
    pair = read_trade_off(guidance, trials.table, against)
    views = find_views(sources, rows, pair)
    names = [view.name for view in views]
    if projection is not None and projection not in names:
        return Nothing(WHY_NOT[projection], sources.about)
    sizes = _sizes(trials, _column(trials, size or (pair and pair.x_name)))
    tint = (trials.drawn if colour is None else _column(trials, colour))[rows]
    direction = guidance.direction if colour is None else "minimize"
    reach = colour_range(tint[np.isfinite(tint)], direction)
    links = _links(sources, rows)
    return Numbers(
        about=sources.about,
        views=tuple(views),
        first=0 if projection is None else names.index(projection),
        points=tuple(_points(guidance, trials, rows)),
        record=int(trials.table.numbers[np.argmin(trials.loss)]),
        sizes=sizes[rows],
        tint=tint,
        reach=reach,
        links=links,
        said=_describe(trials, rows, links, pair, phrases.faintest(tint, reach)),
    )


def _sizes(trials: ShownTrials, cost: FloatArray) -> FloatArray:
    """Diameters by the logarithm of the cost, or by the cost where it is not positive."""
    known = np.isfinite(cost)
    sizes = np.full(len(trials), 7.0)
    if known.any() and np.ptp(cost[known]) > 0:
        scaled = np.log(cost[known]) if cost[known].min() > 0 else cost[known]
        low, high = SIZES
        sizes[known] = low + (high - low) * (scaled - scaled.min()) / np.ptp(scaled)
    return sizes


def _column(trials: ShownTrials, name: str | None) -> FloatArray:
    """``(n_trials,)`` a target, the bad side clipped; NaN = a trial has none."""
    column = np.full(len(trials), np.nan)
    if name is None:
        return column
    found = targets.read_target(trials.table, name)
    column[found.rows] = clip_outliers(found.values, found.direction)
    return column


def _links(sources: Sources, rows: IntArray) -> IntArray:
    """``(n_links, 2)`` places among the shown trials of parents and their children."""
    trials, exploration = sources.shown, sources.exploration
    place_of = {int(trials.table.numbers[row]): k for k, row in enumerate(rows)}
    pairs = zip(exploration.parents.tolist(), exploration.trials.numbers.tolist(), strict=True)
    found = [(place_of[p], place_of[n]) for p, n in pairs if p in place_of and n in place_of]
    return np.array(found[-MAX_LINKS:], dtype=np.int64).reshape(-1, 2)


def _points(guidance: Guidance, trials: ShownTrials, rows: IntArray) -> Iterator[TrialPoint]:
    top = int(np.argmin(trials.loss))
    shown = selection.shown_params(guidance, trials.table)
    columns = [trials.column(param.name) for param in shown]
    for row in rows.tolist():
        changed = tuple(
            (p.name, _label(p, c[top]), _label(p, c[row]))
            for p, c in zip(shown, columns, strict=True)
            if c[row] != c[top] and not (np.isnan(c[row]) and np.isnan(c[top]))
        )
        number, value = int(trials.table.numbers[row]), float(trials.values[row])
        yield TrialPoint(number, value, None if row == top else changed)


def _label(param: ParamGuidance, internal: float) -> str:
    return "inactive" if np.isnan(internal) else param.label(float(internal))


def _describe(
    trials: ShownTrials, rows: IntArray, links: IntArray, pair: TradeOff | None, faintest: str
) -> str:
    words = [selection.thinned_note(len(rows), len(trials))]
    if pair is not None:
        words.append(phrases.beyond(pair.y, pair.y_shown))
        words.append(phrases.beyond(pair.x, pair.x_shown, f"{wording.cut(pair.x_name, 20)} value"))
    words.append(faintest)
    words += ["arrows: parent to child"] if len(links) else []
    return "; ".join(filter(None, words))
