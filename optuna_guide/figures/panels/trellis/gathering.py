"""Means by the options of all parameters, and whether they differ beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis import selection, significance
from optuna_guide.domain.cells import FEW, Cells, cut_param
from optuna_guide.domain.outliers import clip_outliers, limit
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.drawing.multiples import Group
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

MAX_OPTIONS = 4  # of colours
MAX_COLUMNS = 6
MAX_ROWS = 16
MIN_TRIALS = 3  # that a mean is drawn of
CONFIDENCE = 0.95
N_IQR = 6.0  # of the means, beyond which the axis is cut


@dataclass(frozen=True, eq=False)
class Means:
    """Arrays ``(n_columns, n_rows, n_colours)``; NaN where there are too few trials."""

    n: FloatArray
    mean: FloatArray
    half: FloatArray  # of the interval
    q: FloatArray  # that they differ from all other trials, corrected for all means


@dataclass(frozen=True)
class Numbers:
    """Means by the options of all parameters.

    Attributes:
        about: The target.
        primary: Parameter, or context, whose options are the columns.
        secondary: Parameter, or context, whose options are the colours; None = one colour.
        columns: Options of the primary one.
        colours: Options of the secondary one.
        rows: The other parameters and their options.
        means: Means of all rows.
        overall: Mean of all trials.
        reach: Ends of the axis of the target.
        beyond: How many means lie beyond it, and where.
        n_hidden: Parameters without rows.
    """

    about: About
    primary: str
    secondary: str | None
    columns: tuple[str, ...]
    colours: tuple[str, ...]
    rows: tuple[Group, ...]
    means: Means
    overall: float
    reach: tuple[float, float]
    beyond: str
    n_hidden: int


def gather(
    sources: Sources, *, primary: str | None = None, secondary: str | None = None
) -> Numbers | Nothing:
    """Means over the options of the most important other parameters.

    Args:
        sources: Trials, and the order of the parameters.
        primary: Parameter or context whose options have a column each; the most important
            parameter by default.
        secondary: Parameter or context whose options have a colour each; by default the parameter
            that interacts most with the primary one.

    Raises:
        KeyError: If there is no such parameter or context.
        ValueError: If both are the same parameter, or the trials do not have the target of the
            guidance.
    """
    if primary is not None and primary == secondary:
        raise ValueError(f"primary and secondary must be two parameters, both are {primary!r}.")
    guidance, trials = sources.found, sources.shown
    known = selection.shown_params(guidance, sources.table)
    if not len(trials) or not known:
        return Nothing("There is no trial with these parameters and this target.", sources.about)
    first = primary or next((p.name for p in known if p.name != secondary), known[0].name)
    second = secondary or _partner(guidance, known, first)
    columns = _split(guidance, trials, first, MAX_COLUMNS)
    colours = _one("all", trials)
    if second is not None:
        colours = _split(guidance, trials, second, MAX_OPTIONS)
    others = [p for p in known if p.name not in (first, second)]
    rows = _rows(others, trials)
    means = _all_means(columns, rows, colours, trials)
    return Numbers(
        about=sources.about,
        primary=first,
        secondary=second,
        columns=columns.labels,
        colours=colours.labels,
        rows=tuple(Group(cells.name, cells.labels) for cells in rows),
        means=means,
        overall=float(limit(trials.values).mean()),
        reach=_reach(means, guidance.direction),
        beyond=_beyond(means, guidance.direction),
        n_hidden=len(others) - len(rows) if others else 0,
    )


def _partner(guidance: Guidance, known: tuple[ParamGuidance, ...], first: str) -> str | None:
    """The parameter that interacts most with the first one, else the most important other."""
    others = [p.name for p in known if p.name != first]
    for pair in guidance.pairs:
        if first in pair.names:
            name = pair.names[pair.names[0] == first]
            if name in others:
                return name
    return next(iter(others), None)


def _split(guidance: Guidance, trials: ShownTrials, name: str, at_most: int) -> Cells:
    """Options of a parameter, or values of a context."""
    if name in trials.table.contexts.names:
        return selection.cut_context(trials.table, name, at_most)
    return _cut(guidance[name], trials, at_most)


def _cut(param: ParamGuidance, trials: ShownTrials, n_choices: int = FEW) -> Cells:
    column = trials.column(param.name)
    cells = cut_param(param.name, param.distribution, column, MAX_OPTIONS, n_choices)
    return cells.with_inactive()


def _one(label: str, trials: ShownTrials) -> Cells:
    return Cells("", (label,), np.zeros(len(trials), dtype=np.int64))


def _rows(params: list[ParamGuidance], trials: ShownTrials) -> list[Cells]:
    found: list[Cells] = []
    for param in params:
        cells = _cut(param, trials)
        if sum(map(len, found)) + len(cells) > MAX_ROWS:
            break
        found.append(cells)
    return found or [_one("all trials", trials)]


def _all_means(columns: Cells, rows: list[Cells], colours: Cells, trials: ShownTrials) -> Means:
    """Means by the options of each of the rows' parameters, tested together."""
    from scipy.stats import rankdata

    shapes = [(len(columns), len(row), len(colours)) for row in rows]
    codes = [(columns.codes, row.codes, colours.codes) for row in rows]
    cells = [np.ravel_multi_index(c, shape) for c, shape in zip(codes, shapes, strict=True)]
    starts = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
    ranks = rankdata(trials.values) - (len(trials) + 1) / 2
    placed = np.array([cell + start for cell, start in zip(cells, starts, strict=False)])
    q = significance.contrast_q(placed, ranks, int(starts[-1]), MIN_TRIALS)
    parts = np.split(q, starts[1:-1])
    found = [
        _means(cell, shape, limit(trials.values), part)
        for cell, shape, part in zip(cells, shapes, parts, strict=True)
    ]
    return Means(*(np.concatenate(part, axis=1) for part in zip(*found, strict=True)))


def _means(
    cell: npt.NDArray[np.int64], shape: tuple[int, int, int], values: FloatArray, q: FloatArray
) -> tuple[FloatArray, ...]:
    """Means of all cells with Student's interval."""
    from scipy.special import stdtrit

    size = int(np.prod(shape))
    n = np.bincount(cell, minlength=size).astype(np.float64)
    n[n < MIN_TRIALS] = np.nan
    mean = np.bincount(cell, weights=values, minlength=size) / n
    squares = np.bincount(cell, weights=(values - mean[cell]) ** 2, minlength=size)
    factor = np.asarray(stdtrit(n - 1, (1 + CONFIDENCE) / 2), dtype=np.float64)
    half = factor * np.sqrt(squares / (n - 1) / n)
    return tuple(part.reshape(shape) for part in (n, mean, half, q))


def _shown(means: Means, direction: Direction) -> tuple[FloatArray, FloatArray]:
    """All means, and the same with those that are far worse than the others at the axis' end."""
    known = means.mean[np.isfinite(means.mean)]
    return known, clip_outliers(known, direction, N_IQR)


def _beyond(means: Means, direction: Direction) -> str:
    return phrases.beyond(*_shown(means, direction), "mean")


def _reach(means: Means, direction: Direction) -> tuple[float, float]:
    """Range of the shown means with a margin for their intervals."""
    shown = _shown(means, direction)[1]
    if not len(shown):
        return 0.0, 1.0
    low, high = float(shown.min()), float(shown.max())
    margin = 0.15 * (high - low) or 0.05 * max(abs(high), 1e-12)
    return low - margin, high + margin
