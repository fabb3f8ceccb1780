"""The numbers of searches side by side: a column each, over common axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import axes
from optuna_guide.figures.drawing.colours import colour_range
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.study.exploration import aligned_goal
from optuna_guide.study.targets import PARETO_RANK
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.drawing.look import About
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.table import TrialsTable

MAX_COLUMNS = 5
MAX_PARAMS = 4
MAX_TRIALS = 160  # of a column
UNKNOWN = "unknown"


class _Search(NamedTuple):
    """One search, oldest trial first; arrays ``(n_trials,)``."""

    name: str
    table: TrialsTable
    rows: IntArray  # of the table
    values: FloatArray
    loss: FloatArray
    pruned: npt.NDArray[np.bool_]
    is_rank: bool


@dataclass(frozen=True, eq=False)
class ParamPoints:
    """Trials of a search along one parameter; arrays ``(n_points,)``."""

    x: FloatArray
    y: FloatArray
    values: FloatArray
    pruned: npt.NDArray[np.bool_]
    labels: tuple[str, ...]
    numbers: IntArray


@dataclass(frozen=True, eq=False)
class SearchColumn:
    """A search: its name, how many trials it made, its record ``(x, y)``, and its trials."""

    name: str
    n_trials: int
    record: tuple[FloatArray, FloatArray]
    points: tuple[ParamPoints | None, ...]  # along each parameter; None = it has no such parameter


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
    columns: tuple[SearchColumn, ...]
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


def _split(guidance: Guidance, exploration: Exploration) -> list[_Search]:
    """A column for each sampler, in the order of their first trials."""
    makers = exploration.makers
    return [
        _search(guidance, name or UNKNOWN, exploration.trials, makers == name)
        for name in dict.fromkeys(makers.tolist())
    ]


def _search(
    guidance: Guidance, name: str, table: TrialsTable, flags: npt.NDArray[np.bool_] | None
) -> _Search:
    target = aligned_goal(guidance, table)
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


def _column(search: _Search, params: Sequence[ParamGuidance]) -> SearchColumn:
    points = tuple(_find_points(search, param) for param in params)
    return SearchColumn(search.name, len(search.rows), _find_record(search), points)


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


def _find_points(search: _Search, param: ParamGuidance) -> ParamPoints | None:
    if param.name not in search.table.space:
        return None
    own = search.table.space[param.name]
    internal = search.table.params[search.rows, search.table.names.index(param.name)]
    internal = spaces.translate(internal, own, param.distribution)
    places = spaces.to_unit(param.distribution, internal)
    active = np.flatnonzero(~np.isnan(places))
    at = active[selection.thin(search.loss[active], MAX_TRIALS)]
    return ParamPoints(
        x=1.0 + at.astype(np.float64),
        y=places[at],
        values=search.values[at],
        pruned=search.pruned[at],
        labels=tuple(param.label(float(value)) for value in internal[at]),
        numbers=search.table.numbers[search.rows[at]],
    )


def _left_out(n_columns: int, n_params: int) -> str:
    words = [f"{n_columns} more with fewer trials"] if n_columns else []
    words += [phrases.left_out(n_params)] if n_params else []
    return "; ".join(words)
