"""Parallel coordinates: every trial a line over the parameters, most important next the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from optuna.distributions import FloatDistribution

from optuna_guide.analysis import selection
from optuna_guide.domain import space, wording
from optuna_guide.domain.cells import cell_edges
from optuna_guide.domain.labels import label
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.figures.drawing import axes, lettering, multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

TITLE = "Parallel coordinates"
HOW = (
    "Lines: trials of the top hundredth, tenth, quarter, half, and others; promising range; "
    "what matters most is next to the target, better up."
)

MAX_PARAMS = 12
MAX_OBJECTIVES = 3
MAX_LINES = 1000
MAX_VERTICES = 15_000
N_HOVER = 40  # trials that answer to the mouse
HALF_BAND = 0.07  # width of a promising range, in distances of two axes
INACTIVE = -0.17  # height of the station of inactive parameters
BAR, SCORE, NAME, SECOND_NAME = 1.09, 1.115, 1.18, 1.25  # heights above the axes
BOTTOM, TOP = -0.24, 1.32
EDGE = 0.07  # labels that are as near to an end are written outside
SMALL = {"size": 10, "color": theme.INK}
PLATE = {"bgcolor": "rgba(48,48,48,.7)", "font": {"size": 9, "color": "#f2f2f2"}}
NAME_COLUMNS = 88  # characters side by side in the narrowest card


class _Class(NamedTuple):
    """Trials that are drawn alike: ``share`` of all trials are at least as good as the last."""

    name: str
    share: float
    colour: str
    opacity: float
    width: float


CLASSES = (
    _Class("others", 1.0, "#8c8c8c", 0.3, 0.8),
    _Class("half", 0.5, "#74a9d6", 0.45, 0.9),
    _Class("quarter", 0.25, "#3a87c8", 0.65, 1.1),
    _Class("tenth", 0.1, "#7a63c9", 0.85, 1.4),
    _Class("hundredth", 0.01, "#c8369a", 1.0, 2.4),
)
COLOURS = {**{c.name: c.colour for c in reversed(CLASSES)}, "promising range": theme.ORANGE}


@dataclass(frozen=True, eq=False)
class Axis:
    """An axis of the drawing.

    Attributes:
        name: Of the parameter or objective.
        heights: ``(n_trials,)`` of all trials, from 0 to 1; below 0 = inactive.
        labels: Heights and words beside it.
        bands: Parts that the promising range covers.
        importance: Of the parameter; None for an objective.
    """

    name: str
    heights: FloatArray
    labels: tuple[tuple[float, str], ...]
    bands: tuple[tuple[float, float], ...] = ()
    importance: float | None = None

    @property
    def may_be_inactive(self) -> bool:
        """Whether the parameter is inactive in some trial."""
        return bool((self.heights < 0).any())


@dataclass(frozen=True)
class Bundle:
    """Trials of one class, by ascending goodness: places among the heights."""

    group: int
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
    shown = [_param_axis(p, trials) for p in kept] + _target_axes(guidance, trials)
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


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the trials over the axes."""
    shown, foot = numbers.axes, numbers.said
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [
            _bands(shown),
            *(_lines(shown, bundle) for bundle in numbers.bundles),
            _frames(shown),
            *theme.by_trust(numbers.about, [_bars(shown)]),
            _points(numbers),
        ],
        colours=COLOURS,
        annotations=[*_labels(shown), *_names(shown), *multiples.foot(foot, 30, 4)],
        margin={"l": 30, "r": 44, "b": 24 if foot else 4, "t": 8},
        xaxis={**theme.AXIS, "range": [-0.3, len(shown) - 0.7], "showticklabels": False},
        yaxis={**theme.AXIS, "range": [BOTTOM, TOP], "showticklabels": False},
    )


def _param_axis(param: ParamGuidance, trials: ShownTrials) -> Axis:
    """Levels are spread over the middle of their cells, so that lines do not hide each other."""
    distribution = param.distribution
    heights = space.to_unit(distribution, trials.column(param.name))
    noise = selection.noise(trials.table.numbers)
    n = space.n_levels(distribution)
    if n is not None:
        edges = cell_edges(distribution)
        cells = np.clip(np.searchsorted(edges, heights, side="right") - 1, 0, len(edges) - 2)
        heights = heights + 0.6 * noise * np.diff(edges)[cells]
    heights = np.where(np.isnan(heights), INACTIVE + 0.04 * noise, np.clip(heights, 0, 1))
    promising = param.promising
    bands = () if promising is None else tuple(axes.bands(param, promising))
    labels = tuple(axes.upright_ticks(param, 10))
    return Axis(param.name, heights, labels, bands, param.importance)


def _target_axes(guidance: Guidance, trials: ShownTrials) -> list[Axis]:
    """The target, then the other objectives of the study; better is up."""
    found = [_value_axis(guidance.target, trials.drawn, trials.maximise)]
    table = trials.table
    for k, name in enumerate(table.objectives):
        if name != guidance.target and len(found) < MAX_OBJECTIVES and len(table.objectives) > 1:
            loss = clip_outliers(table.losses[:, k], "minimize")
            values = -loss if table.maximised[k] else loss
            found.append(_value_axis(name, values, table.maximised[k]))
    return found


def _value_axis(name: str, values: FloatArray, maximise: bool) -> Axis:
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
    tighter = (*[c.share for c in CLASSES[1:]], 0.0)
    for k, (group, share) in enumerate(zip(CLASSES, tighter, strict=True)):
        members = rows[(standing < group.share) & (standing >= share)]
        if len(members) or share == 0.0:
            yield Bundle(k, members)


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


def _lines(shown: Sequence[Axis], bundle: Bundle) -> dict[str, Any]:
    """The lines of a class, separated by gaps."""
    group, members = CLASSES[bundle.group], bundle.rows
    crowd = 1 / (1 + len(members) / 250)
    gap = np.full(len(members), np.nan)
    heights = np.column_stack([*(axis.heights[members] for axis in shown), gap])
    return theme.scatter(
        np.tile(np.arange(len(shown) + 1), len(members)),
        np.round(heights, 3),
        "lines",
        line={"color": group.colour, "width": group.width},
        opacity=round(group.opacity * max(crowd, 0.4), 2),
        name=group.name,
    )


def _points(numbers: Numbers) -> dict[str, Any]:
    """Where the top trials cross the axes: unseen points that answer to the mouse."""
    target, crossings = theme.safe(numbers.about.target, 30), numbers.crossings
    said = []
    for c in crossings:
        words = f"trial {c.number}: {target} {c.value:.5g}{', infeasible' * (not c.is_feasible)}"
        if c.label is not None:
            name = theme.safe(numbers.axes[c.axis].name, 30)
            words += f"<br>{name}: {theme.safe(c.label, 40)}"
        said.append(words)
    return theme.scatter(
        [c.axis for c in crossings],
        np.round([c.height for c in crossings], 3),
        "markers",
        marker={"size": 7, "opacity": 0, "color": theme.INK},
        hovertext=said,
    )


def _bands(shown: Sequence[Axis]) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    for i, axis in enumerate(shown):
        for low, high in axis.bands:
            left, right = i - HALF_BAND, i + HALF_BAND
            x += [left, left, right, right, left, np.nan]
            y += [low, high, high, low, low, np.nan]
    return theme.area(x, y, theme.ORANGE_FAINT, edge=theme.ORANGE)


def _frames(shown: Sequence[Axis]) -> dict[str, Any]:
    """The axes, and below them a short one where a parameter may be inactive."""
    x: list[float] = []
    y: list[float] = []
    for i, axis in enumerate(shown):
        x += [i, i, np.nan]
        y += [0, 1, np.nan]
        if axis.may_be_inactive:
            x += [i, i, np.nan]
            y += [INACTIVE - 0.03, INACTIVE + 0.03, np.nan]
    return theme.scatter(x, y, "lines", line={"color": theme.INK, "width": 1.5})


def _labels(shown: Sequence[Axis]) -> list[dict[str, Any]]:
    """Values at the axes: the ends outside of the lines, the others on small plates over them."""
    marks = [(i, u, words) for i, axis in enumerate(shown) for u, words in axis.labels]
    marks += [(i, INACTIVE, "inactive") for i, axis in enumerate(shown) if axis.may_be_inactive]
    notes = []
    for i, height, words in marks:
        place: dict[str, Any] = {"x": i, "y": height, "xanchor": "left", "xshift": 5, **PLATE}
        if height > 1 - EDGE or 0 <= height < EDGE:
            at_top = height > 0.5
            place = {"x": i, "y": round(height), "yanchor": "bottom" if at_top else "top"}
        place = {"xref": "x", "yref": "y", "borderpad": 1, "font": SMALL, **place}
        notes.append(theme.label(words, **place))
    return notes


def _bars(shown: Sequence[Axis]) -> dict[str, Any]:
    """Importance as the width of a bar above each axis, the widest one nearly a distance."""
    scores = [axis.importance or 0.0 for axis in shown]
    widest = max(*scores, 1e-12)
    x: list[float] = []
    y: list[float] = []
    for i, score in enumerate(scores):
        half = 0.42 * score / widest
        x += [i - half, i + half, i + half, i - half, i - half, np.nan]
        y += [BAR, BAR, SCORE, SCORE, BAR, np.nan]
    return theme.area(x, y, theme.FILL)


def _names(shown: Sequence[Axis]) -> list[dict[str, Any]]:
    """Names above the axes, in two rows where one has no room, with the importance below."""
    room = NAME_COLUMNS // len(shown)
    longest = max(lettering.measure(wording.one_line(axis.name)) for axis in shown)
    n_rows = 2 if longest > room - 1 else 1
    width = max(n_rows * room - 1, 6)
    notes = []
    for i, axis in enumerate(shown):
        height = SECOND_NAME if n_rows == 2 and (len(shown) - 1 - i) % 2 else NAME
        name = theme.safe(axis.name, width)
        place = {"x": i, "xref": "x", "yref": "y", "yanchor": "bottom"}
        bold = f"<b>{name}</b>" if axis.importance is None else name
        notes.append(theme.label(bold, y=height, hovertext=theme.wrapped(axis.name), **place))
        if axis.importance is not None:
            score = theme.label(theme.percent(axis.importance), y=SCORE, **place)
            notes.append({**score, "font": {"size": 10}})
    return notes


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
    return lettering.cut("; ".join(filter(None, notes)), 110)
