"""How several searches went, side by side: the samplers of a study, or several studies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis, colour_range
from optuna_guide.study.exploration import aligned_target, explore_table
from optuna_guide.study.provenance import FAMILIES
from optuna_guide.study.targets import PARETO_RANK
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance, ParamGuidance
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.table import TrialsTable

TITLE = "Exploration side by side"
HOW = (
    "Columns: searches, their trials from left to right, stronger = better; on top the observed "
    "record; axes and colours are common."
)
COLOURS = {"stronger = better": theme.BLUE}
USES_TRIALS = True

MAX_COLUMNS = 5
MAX_PARAMS = 4
MAX_TRIALS = 160  # of a column
GAP = 0.02
PEAK = 0.2  # of the height
GAP_Y = 0.075
UNKNOWN = "unknown"


class _Column(NamedTuple):
    """One search, oldest trial first; arrays ``(n_trials,)``."""

    name: str
    table: TrialsTable
    rows: npt.NDArray[np.int64]  # of the table
    values: FloatArray
    loss: FloatArray
    pruned: npt.NDArray[np.bool_]
    is_rank: bool


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    exploration: Exploration | None = None,
    studies: Mapping[str, Exploration] | None = None,
    params: Sequence[str] = (),
) -> go.Figure:
    """Draw a column for each search, those of most trials.

    Args:
        guidance: Says the target and which parameters are important.
        table: Trials.
        exploration: How they came to be: a column for each sampler.
        studies: Name to the trials of each of several studies, instead: a column for each.
        params: Parameters to show; the most important ones where nothing is said.

    Raises:
        KeyError: If there is no such parameter.
        ValueError: If the table does not have the target.
    """
    selection.read_goal(guidance, table)
    if studies is None:
        found = _split(guidance, exploration or explore_table(table))
    else:
        found = [_column(guidance, name, e.trials, None) for name, e in studies.items()]
    found = [column for column in found if len(column.rows)]
    if not found:
        return multiples.nothing(guidance, TITLE, HOW, "There is no trial to show.", COLOURS)
    shown = sorted(sorted(found, key=lambda c: -len(c.rows))[:MAX_COLUMNS], key=found.index)
    asked = [guidance[name] for name in params] or list(guidance.params)
    known = [wide for param in asked if (wide := _widest(param, shown)) is not None]
    drawn = known[:MAX_PARAMS]
    if studies is not None:
        guidance = replace(guidance, n_trials=sum(len(column.rows) for column in found))
    reach = colour_range(np.concatenate([c.values for c in shown]), guidance.direction)
    layout, traces, notes = _axes(shown, drawn, reach), [], []
    for i, column in enumerate(shown):
        across = _across(i, len(shown))
        notes.append(_name(column, across))
        place = {"xaxis": f"x{multiples.suffix(i)}"}
        traces.append({**_record(column), **place, "yaxis": "y"})
        for k, param in enumerate(drawn):
            points = _points(column, param)
            traces.append({**points, **place, "yaxis": f"y{k + 2}"})
    for k, param in enumerate(drawn):
        up = _up(k, len(drawn))
        notes.append(multiples.heading(f"<b>{theme.safe(param.name, 40)}</b>", (0, 1), up))
    notes += multiples.foot(_left_out(len(found) - len(shown), len(known) - len(drawn)), 84, 24)
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 84, "r": 74, "b": 44, "t": 26},
        coloraxis=colour_axis(reach),
        **layout,
    )


def _split(guidance: Guidance, exploration: Exploration) -> list[_Column]:
    """A column for each sampler, in the order of their first trials."""
    names = exploration.samplers.tolist()
    return [
        _column(guidance, name or UNKNOWN, exploration.trials, exploration.samplers == name)
        for name in dict.fromkeys(names)
    ]


def _column(
    guidance: Guidance, name: str, table: TrialsTable, flags: npt.NDArray[np.bool_] | None
) -> _Column:
    target = aligned_target(table, guidance.target, guidance.direction)
    known = ~np.isnan(target.loss) & (True if flags is None else flags)
    rows = np.flatnonzero(known)
    is_rank = target.name == PARETO_RANK
    columns = target.values[rows], target.loss[rows], table.pruned[rows]
    return _Column(name, table, rows, *columns, is_rank)


def _widest(param: ParamGuidance, shown: Sequence[_Column]) -> ParamGuidance | None:
    """The parameter over the range that holds those of all columns; None where kinds differ."""
    found = [c.table.space[param.name] for c in shown if param.name in c.table.space]
    if not found:
        return None
    try:
        return replace(param, distribution=spaces.widest([*found[1:], found[0]]))
    except ValueError:
        return None


def _record(column: _Column) -> dict[str, Any]:
    """Observed record after each complete trial; of several objectives the share of the front."""
    rows = np.flatnonzero(~column.pruned)
    rows = rows if len(rows) else np.arange(len(column.rows))
    if column.is_rank:
        on_front = column.loss[rows] == 0
        y = on_front.cumsum() / max(on_front.sum(), 1)
    else:
        best = np.minimum.accumulate(column.loss[rows])
        order = np.argsort(column.loss[rows], kind="stable")
        y = column.values[rows][order][np.searchsorted(column.loss[rows][order], best)]
        y = np.clip(y, -1e300, 1e300)
    kept = np.flatnonzero(np.diff(y, prepend=np.nan) != 0)
    kept = np.union1d(kept, len(y) - 1)
    line = {"shape": "hv", "color": theme.BLUE, "width": 2}
    said = [f"until here: {v:.4g}" for v in y[kept]]
    return theme.scatter(rows[kept] + 1.0, y[kept], "lines", line=line, hovertext=said)


def _points(column: _Column, param: ParamGuidance) -> dict[str, Any]:
    if param.name not in column.table.space:
        return theme.scatter([], [], "markers")
    own = column.table.space[param.name]
    internal = column.table.params[column.rows, column.table.names.index(param.name)]
    internal = _translate(own, param.distribution, internal)
    places = spaces.to_unit(param.distribution, internal)
    active = np.flatnonzero(~np.isnan(places))
    at = active[selection.thin(column.loss[active], MAX_TRIALS)]
    said = [
        f"{theme.safe(param.label(float(internal[k])), 24)}<br>"
        f"trial {column.table.numbers[column.rows[k]]}: {column.values[k]:.4g}"
        f"{', pruned' if column.pruned[k] else ''}"
        for k in at.tolist()
    ]
    look = {
        "size": 5,
        "symbol": ["circle-open" if p else "circle" for p in column.pruned[at]],
        "color": theme.rounded(column.values[at]),
        "coloraxis": "coloraxis",
    }
    return theme.scatter(at + 1.0, np.round(places[at], 4), "markers", marker=look, hovertext=said)


def _translate(own: Any, wide: Any, internal: FloatArray) -> FloatArray:
    """Internal values of a study as those of the range that holds all studies."""
    if not hasattr(own, "choices") or own == wide:
        return internal
    index = np.array([spaces.choice_index(wide, choice) for choice in own.choices], np.float64)
    known = ~np.isnan(internal)
    out = np.full(len(internal), np.nan)
    out[known] = index[internal[known].astype(np.int64)]
    return out


def _axes(
    shown: Sequence[_Column], drawn: Sequence[ParamGuidance], reach: tuple[float, float]
) -> dict[str, Any]:
    longest = max(len(column.rows) for column in shown)
    layout: dict[str, Any] = {}
    for i in range(len(shown)):
        layout[f"xaxis{multiples.suffix(i)}"] = {
            **theme.AXIS,
            "domain": _across(i, len(shown)),
            "range": [0.2, longest + 0.8],
            "nticks": max(6 // len(shown), 3),
            "tickformat": "d",
            "tickfont": {"size": 10},
            "showgrid": True,
            "gridcolor": theme.GRID,
            "anchor": f"y{multiples.suffix(len(drawn))}",
        }
    low, high = (0.0, 1.0) if shown[0].is_rank else sorted(reach)
    margin = 0.06 * (high - low)
    layout["yaxis"] = {
        **theme.AXIS,
        "domain": [1 - PEAK, 1],
        "range": [low - margin, high + margin],
        "tickvals": theme.rounded([low, high]),
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
    }
    for k, param in enumerate(drawn):
        axis = multiples.param_axis(param, _up(k, len(drawn)), "x", range=[-0.04, 1.04])
        layout[f"yaxis{k + 2}"] = axis
    return layout


def _across(i: int, n: int) -> tuple[float, float]:
    return multiples.part(i, n, GAP)


def _up(k: int, n: int) -> tuple[float, float]:
    low, high = multiples.part(n - 1 - k, n, GAP_Y)
    room = 1 - PEAK - GAP_Y
    return round(low * room, 4), round(high * room, 4)


def _name(column: _Column, across: tuple[float, float]) -> dict[str, Any]:
    width = max(round(40 * (across[1] - across[0])), 7)
    short = column.name.removesuffix("Sampler") or column.name
    words = f"<b>{theme.safe(short, width)}</b>"
    family = FAMILIES.get(column.name, "")
    said = f"{column.name}, {len(column.rows)} trials{'; ' * bool(family)}{family}"
    return multiples.heading(words, across, (0, 1), said)


def _left_out(n_columns: int, n_params: int) -> str:
    words = [f"{n_columns} more with fewer trials"] if n_columns else []
    words += [phrases.left_out(n_params)] if n_params else []
    return "; ".join(words)
