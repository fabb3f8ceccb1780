"""The numbers of parallel coordinates: axes, classes of trials, where the top ones cross."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import FloatDistribution

from optuna_guide.analysis import selection
from optuna_guide.domain import space
from optuna_guide.domain.cells import cell_edges
from optuna_guide.domain.labels import label
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.figures.drawing import axes, lettering, multiples, theme
from optuna_guide.figures.drawing.look import CARD, Nothing
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

MAX_PARAMS = 12
MAX_OBJECTIVES = 3
MAX_LINES = 1000
MAX_VERTICES = 15_000
N_HOVER = 40  # trials that answer to the mouse
LEFT, RIGHT = 30, 44  # pixels beside the axes
INACTIVE = -0.17  # height of the station of inactive parameters
CLASSES = {"others": 1.0, "50 %": 0.5, "25 %": 0.25, "10 %": 0.1, "1 %": 0.01}


@dataclass(frozen=True, eq=False)
class Axis:
    """An axis of the drawing.

    Attributes:
        name: Of the parameter or objective.
        heights: ``(n_trials,)`` of all trials, from 0 to 1; below 0 = inactive.
        labels: Heights and words beside it.
        bands: Parts that the promising range covers.
        importance: Of the parameter; None where it is not shown.
        note: Stands below the name.
    """

    name: str
    heights: FloatArray
    labels: tuple[tuple[float, str], ...]
    bands: tuple[tuple[float, float], ...] = ()
    importance: float | None = None
    note: str = ""

    @property
    def may_be_inactive(self) -> bool:
        """Whether the parameter is inactive in some trial."""
        return bool((self.heights < 0).any())


@dataclass(frozen=True)
class Bundle:
    """Trials of one class, by ascending goodness: places among the heights."""

    name: str
    rows: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Crossing:
    """Where a top trial crosses an axis.

    Attributes:
        axis: Place of the axis.
        height: There.
        number: Of the trial.
        value: Its target.
        is_feasible: Whether it keeps to the constraints.
        label: What it has there, in the parameter's own units; None for an objective.
    """

    axis: int
    height: float
    number: int
    value: float
    is_feasible: bool
    label: str | None


@dataclass(frozen=True)
class Numbers:
    """Axes from left to right, and the trials over them, the worst first."""

    about: About
    axes: tuple[Axis, ...]
    bundles: tuple[Bundle, ...]
    crossings: tuple[Crossing, ...]
    said: str


def gather(
    sources: Sources, *, params: Sequence[str] = (), n_lines: int = MAX_LINES
) -> Numbers | Nothing:
    """The trials over the most important parameters, or over those that are named.

    Args:
        sources: Trials, and the order of the axes.
        params: Parameters to show; the twelve most important where nothing is said.
        n_lines: Trials that are drawn at most; with few, few of them answer to the mouse.

    Raises:
        KeyError: If the guidance has no such parameter.
        ValueError: If the trials do not have the target of the guidance.
    """
    guidance = sources.found
    wanted = {guidance[name].name for name in params}
    known = selection.shown_params(guidance, sources.table)
    kept = [p for p in known if p.name in wanted] if wanted else list(known[:MAX_PARAMS])
    trials = sources.shown
    if not len(trials) or not kept:
        return Nothing("There is no trial with these parameters and this target.", sources.about)
    kept.reverse()
    targets = _target_axes(guidance, trials)
    room = label_room(len(kept) + len(targets))
    shown = [_param_axis(p, trials, room) for p in kept] + targets
    at_most = min(n_lines, MAX_VERTICES // (len(shown) + 1))
    rows = selection.thin(trials.loss, at_most)[::-1]
    hover = rows[::-1][: min(N_HOVER, n_lines // 20)].tolist()
    return Numbers(
        sources.about,
        tuple(shown),
        tuple(_classify(rows, trials)),
        tuple(c for row in hover for c in _cross(shown, kept, row, trials)),
        _foot(trials, len(rows), 0 if wanted else len(known) - len(kept)),
    )


def axis_room(n_axes: int, width: int = CARD) -> float:
    """Ens of 11 px from one axis to the next in a figure of ``width`` pixels."""
    return (width - LEFT - RIGHT) / (n_axes - 0.4) / 5.5


def label_room(n_axes: int) -> float:
    """Ens of 9 px of a label beside its axis in the narrowest card."""
    return min(max((5.5 * axis_room(n_axes) - 9) / 4.5, 5), 10)


def _param_axis(param: ParamGuidance, trials: ShownTrials, room: float) -> Axis:
    heights = place(param.distribution, trials.column(param.name), trials.table.numbers)
    promising = param.promising
    bands = () if promising is None else tuple(axes.bands(param, promising))
    labels = tuple(axes.upright_ticks(param, room))
    score = theme.percent(param.importance)
    return Axis(param.name, heights, labels, bands, param.importance, score)


def place(
    distribution: BaseDistribution, internal: FloatArray, numbers: npt.NDArray[np.int64]
) -> FloatArray:
    """Heights on the axis of a parameter; those of inactive trials lie below it.

    Levels are spread over the middle of their cells, so that lines do not hide each other.
    """
    heights = space.to_unit(distribution, internal)
    noise = selection.noise(numbers)
    n = space.n_levels(distribution)
    if n is not None:
        edges = cell_edges(distribution)
        cells = np.clip(np.searchsorted(edges, heights, side="right") - 1, 0, len(edges) - 2)
        heights = heights + 0.6 * noise * np.diff(edges)[cells]
    return np.where(np.isnan(heights), INACTIVE + 0.04 * noise, np.clip(heights, 0, 1))


def _target_axes(guidance: Guidance, trials: ShownTrials) -> list[Axis]:
    """The target, then the other objectives of the study; better is up."""
    found = [value_axis(guidance.title, trials.drawn, trials.maximise)]
    table = trials.table
    for k, name in enumerate(table.objectives):
        if name != guidance.target and len(found) < MAX_OBJECTIVES and len(table.objectives) > 1:
            loss = clip_outliers(table.losses[:, k], "minimize")
            values = -loss if table.maximised[k] else loss
            found.append(value_axis(name, values, table.maximised[k]))
    return found


def value_axis(name: str, values: FloatArray, maximise: bool) -> Axis:
    """The axis of a target; better is up."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return Axis(name, np.full(len(values), 0.5), ((0.5, theme.safe(f"{low:.4g}")),))
    distribution = FloatDistribution(low, high)
    marks = [(v, theme.safe(label(distribution, v))) for v in multiples.round_values(low, high)]
    units = [((v - low) / (high - low), words) for v, words in marks]
    heights = (values - low) / (high - low)
    if not maximise:
        units, heights = [(1 - u, words) for u, words in units], 1 - heights
    return Axis(name, heights, tuple(units))


def _classify(rows: npt.NDArray[np.int64], trials: ShownTrials) -> Iterator[Bundle]:
    """Rows of each class, the worst class first; the last one is there even where it is empty."""
    standing = trials.n_better[rows] / len(trials)
    ends = [*CLASSES.values(), 0.0]
    for name, (share, tighter) in zip(CLASSES, pairwise(ends), strict=True):
        members = rows[(standing < share) & (standing >= tighter)]
        if len(members) or tighter == 0.0:
            yield Bundle(name, members)


def _cross(
    shown: Sequence[Axis], params: Sequence[ParamGuidance], row: int, trials: ShownTrials
) -> Iterator[Crossing]:
    """Where a trial crosses the axes of the parameters, which come first, and the others."""
    number, is_feasible = int(trials.table.numbers[row]), not trials.table.violations[row] > 0
    labels: list[str | None] = [None] * len(shown)
    for i, param in enumerate(params):
        internal = trials.column(param.name)[row]
        labels[i] = "inactive" if np.isnan(internal) else param.label(internal)
    for i, (axis, words) in enumerate(zip(shown, labels, strict=True)):
        height, value = float(axis.heights[row]), float(trials.values[row])
        yield Crossing(i, height, number, value, is_feasible, words)


def _foot(trials: ShownTrials, n_lines: int, n_hidden: int) -> str:
    clipped, infeasible = trials.n_clipped, int((trials.table.violations > 0).sum())
    notes = [
        selection.thinned_note(n_lines, len(trials)),
        f"{infeasible} infeasible trials are behind the others" if infeasible else "",
        phrases.left_out(n_hidden) if n_hidden else "",
        f"{clipped} worse trial{'s are' if clipped > 1 else ' is'} drawn at the limit"
        if clipped
        else "",
    ]
    return lettering.truncate("; ".join(filter(None, notes)), 110)
