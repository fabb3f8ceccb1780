"""How several searches went, side by side: the samplers of a study, or several studies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import axes, multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis, colour_range
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.study.exploration import aligned_target
from optuna_guide.study.provenance import FAMILIES
from optuna_guide.study.targets import PARETO_RANK
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.table import TrialsTable

TITLE = "Exploration side by side"
HOW = (
    "Columns: searches, their trials from left to right, stronger = better; on top the observed "
    "record; axes and colours are common."
)
COLOURS = {"stronger = better": theme.BLUE}

MAX_COLUMNS = 5
MAX_PARAMS = 4
MAX_TRIALS = 160  # of a column
GAP = 0.02
PEAK = 0.2  # of the height
GAP_Y = 0.075
UNKNOWN = "unknown"


class _Search(NamedTuple):
    """One search, oldest trial first; arrays ``(n_trials,)``."""

    name: str
    table: TrialsTable
    rows: npt.NDArray[np.int64]  # of the table
    values: FloatArray
    loss: FloatArray
    pruned: npt.NDArray[np.bool_]
    is_rank: bool


@dataclass(frozen=True, eq=False)
class Points:
    """Trials of a search along one parameter; arrays ``(n_points,)``."""

    x: FloatArray
    y: FloatArray
    values: FloatArray
    pruned: npt.NDArray[np.bool_]
    labels: tuple[str, ...]
    numbers: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Column:
    """A search: its name, how many trials it made, its record ``(x, y)``, and its trials."""

    name: str
    n_trials: int
    record: tuple[FloatArray, FloatArray]
    points: tuple[Points | None, ...]  # along each parameter; None = it has no such parameter


@dataclass(frozen=True)
class Numbers:
    """Searches side by side.

    Attributes:
        about: The target, and the trials of all searches.
        columns: The searches.
        params: Name and ticks of each parameter.
        reach: Target values of the faintest and of the strongest colour.
        is_rank: Whether records are shares of the front of several objectives.
        said: What is left out.
    """

    about: About
    columns: tuple[Column, ...]
    params: tuple[tuple[str, tuple[tuple[float, str], ...]], ...]
    reach: tuple[float, float]
    is_rank: bool
    said: str


def gather(sources: Sources, *, params: Sequence[str] = ()) -> Numbers | Nothing:
    """A column for each search, those of most trials.

    Args:
        sources: Trials: a column for each sampler; of several studies one for each study.
        params: Parameters to show; the most important ones where nothing is said.

    Raises:
        KeyError: If there is no such parameter.
        ValueError: If the trials do not have the target of the guidance.
    """
    guidance, direction = sources.found, sources.goal.direction
    if sources.beside:
        studies = sources.side_by_side.items()
        found = [_search(guidance, name, one.exploration.trials, None) for name, one in studies]
    else:
        found = _split(guidance, sources.exploration)
    found = [search for search in found if len(search.rows)]
    if not found:
        return Nothing("There is no trial to show.", sources.about)
    shown = sorted(sorted(found, key=lambda s: -len(s.rows))[:MAX_COLUMNS], key=found.index)
    asked = [guidance[name] for name in params] or list(guidance.params)
    known = [wide for param in asked if (wide := _widest(param, shown)) is not None]
    drawn = known[:MAX_PARAMS]
    n_trials = sum(len(s.rows) for s in found) if sources.beside else guidance.n_trials
    return Numbers(
        about=replace(sources.about, n_trials=n_trials),
        columns=tuple(_column(search, drawn) for search in shown),
        params=tuple((p.name, tuple(axes.upright_ticks(p, 8))) for p in drawn),
        reach=colour_range(np.concatenate([s.values for s in shown]), direction),
        is_rank=shown[0].is_rank,
        said=_left_out(len(found) - len(shown), len(known) - len(drawn)),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the columns over common axes."""
    columns, params = numbers.columns, numbers.params
    layout, traces, notes = _axes(numbers), [], []
    for i, column in enumerate(columns):
        across = _across(i, len(columns))
        notes.append(_name(column, across))
        place = {"xaxis": f"x{multiples.suffix(i)}"}
        traces.append({**_record(column), **place, "yaxis": "y"})
        for k, points in enumerate(column.points):
            traces.append({**_points(points), **place, "yaxis": f"y{k + 2}"})
    for k, (name, _) in enumerate(params):
        up = _up(k, len(params))
        notes.append(multiples.heading(f"<b>{theme.safe(name, 40)}</b>", (0, 1), up))
    notes += multiples.foot(numbers.said, 84, 24)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 84, "r": 74, "b": 44, "t": 26},
        coloraxis=colour_axis(numbers.reach),
        **layout,
    )


def _split(guidance: Guidance, exploration: Exploration) -> list[_Search]:
    """A column for each sampler, in the order of their first trials."""
    names = exploration.samplers.tolist()
    return [
        _search(guidance, name or UNKNOWN, exploration.trials, exploration.samplers == name)
        for name in dict.fromkeys(names)
    ]


def _search(
    guidance: Guidance, name: str, table: TrialsTable, flags: npt.NDArray[np.bool_] | None
) -> _Search:
    target = aligned_target(table, guidance.target, guidance.direction)
    known = ~np.isnan(target.loss) & (True if flags is None else flags)
    rows = np.flatnonzero(known)
    is_rank = target.name == PARETO_RANK
    columns = target.values[rows], target.loss[rows], table.pruned[rows]
    return _Search(name, table, rows, *columns, is_rank)


def _widest(param: ParamGuidance, shown: Sequence[_Search]) -> ParamGuidance | None:
    """The parameter over the range that holds those of all columns; None where kinds differ."""
    found = [c.table.space[param.name] for c in shown if param.name in c.table.space]
    if not found:
        return None
    try:
        return replace(param, distribution=spaces.widest([*found[1:], found[0]]))
    except ValueError:
        return None


def _column(search: _Search, params: Sequence[ParamGuidance]) -> Column:
    points = tuple(_find_points(search, param) for param in params)
    return Column(search.name, len(search.rows), _find_record(search), points)


def _find_record(search: _Search) -> tuple[FloatArray, FloatArray]:
    """Where the record changes, counted from 1, and what it is; it ends at the last trial.

    Of several objectives it is the share of the front.
    """
    rows = np.flatnonzero(~search.pruned)
    rows = rows if len(rows) else np.arange(len(search.rows))
    if search.is_rank:
        on_front = search.loss[rows] == 0
        y = on_front.cumsum() / max(on_front.sum(), 1)
    else:
        best = np.minimum.accumulate(search.loss[rows])
        order = np.argsort(search.loss[rows], kind="stable")
        y = search.values[rows][order][np.searchsorted(search.loss[rows][order], best)]
        y = np.clip(y, -1e300, 1e300)
    kept = np.flatnonzero(np.diff(y, prepend=np.nan) != 0)
    kept = np.union1d(kept, len(y) - 1)
    return 1.0 + rows[kept].astype(np.float64), np.asarray(y[kept], dtype=np.float64)


def _find_points(search: _Search, param: ParamGuidance) -> Points | None:
    if param.name not in search.table.space:
        return None
    own = search.table.space[param.name]
    internal = search.table.params[search.rows, search.table.names.index(param.name)]
    internal = _translate(own, param.distribution, internal)
    places = spaces.to_unit(param.distribution, internal)
    active = np.flatnonzero(~np.isnan(places))
    at = active[selection.thin(search.loss[active], MAX_TRIALS)]
    return Points(
        x=1.0 + at.astype(np.float64),
        y=places[at],
        values=search.values[at],
        pruned=search.pruned[at],
        labels=tuple(param.label(float(value)) for value in internal[at]),
        numbers=search.table.numbers[search.rows[at]],
    )


def _record(column: Column) -> dict[str, Any]:
    x, y = column.record
    line = {"shape": "hv", "color": theme.BLUE, "width": 2}
    return theme.scatter(x, y, "lines", line=line, hovertext=[f"until here: {v:.4g}" for v in y])


def _points(points: Points | None) -> dict[str, Any]:
    if points is None:
        return theme.scatter([], [], "markers")
    said = [
        f"{theme.safe(label, 24)}<br>trial {number}: {value:.4g}{', pruned' * is_pruned}"
        for label, number, value, is_pruned in zip(
            points.labels, points.numbers, points.values, points.pruned.tolist(), strict=True
        )
    ]
    look = {
        "size": 5,
        "symbol": ["circle-open" if is_pruned else "circle" for is_pruned in points.pruned],
        "color": theme.rounded(points.values),
        "coloraxis": "coloraxis",
    }
    return theme.scatter(points.x, np.round(points.y, 4), "markers", marker=look, hovertext=said)


def _translate(own: Any, wide: Any, internal: FloatArray) -> FloatArray:
    """Internal values of a study as those of the range that holds all studies."""
    if not hasattr(own, "choices") or own == wide:
        return internal
    index = np.array([spaces.choice_index(wide, choice) for choice in own.choices], np.float64)
    known = ~np.isnan(internal)
    out = np.full(len(internal), np.nan)
    out[known] = index[internal[known].astype(np.int64)]
    return out


def _axes(numbers: Numbers) -> dict[str, Any]:
    columns, params = numbers.columns, numbers.params
    longest = max(column.n_trials for column in columns)
    layout: dict[str, Any] = {}
    for i in range(len(columns)):
        layout[f"xaxis{multiples.suffix(i)}"] = {
            **theme.AXIS,
            "domain": _across(i, len(columns)),
            "range": [0.2, longest + 0.8],
            "nticks": max(6 // len(columns), 3),
            "tickformat": "d",
            "tickfont": {"size": 10},
            "showgrid": True,
            "gridcolor": theme.GRID,
            "anchor": f"y{multiples.suffix(len(params))}",
        }
    low, high = (0.0, 1.0) if numbers.is_rank else sorted(numbers.reach)
    margin = 0.06 * (high - low)
    layout["yaxis"] = {
        **theme.AXIS,
        "domain": [1 - PEAK, 1],
        "range": [low - margin, high + margin],
        "tickvals": theme.rounded([low, high]),
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
    }
    for k, (_, ticks) in enumerate(params):
        axis = multiples.value_axis(ticks, _up(k, len(params)), "x", range=[-0.04, 1.04])
        layout[f"yaxis{k + 2}"] = axis
    return layout


def _across(i: int, n: int) -> tuple[float, float]:
    return multiples.part(i, n, GAP)


def _up(k: int, n: int) -> tuple[float, float]:
    low, high = multiples.part(n - 1 - k, n, GAP_Y)
    room = 1 - PEAK - GAP_Y
    return round(low * room, 4), round(high * room, 4)


def _name(column: Column, across: tuple[float, float]) -> dict[str, Any]:
    width = max(round(40 * (across[1] - across[0])), 7)
    short = column.name.removesuffix("Sampler") or column.name
    words = f"<b>{theme.safe(short, width)}</b>"
    family = FAMILIES.get(column.name, "")
    said = f"{column.name}, {column.n_trials} trials{'; ' * bool(family)}{family}"
    return multiples.heading(words, across, (0, 1), said)


def _left_out(n_columns: int, n_params: int) -> str:
    words = [f"{n_columns} more with fewer trials"] if n_columns else []
    words += [phrases.left_out(n_params)] if n_params else []
    return "; ".join(words)
