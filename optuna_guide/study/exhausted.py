"""Whether a search has left nothing to try: of its grid, or of a space of few configurations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optuna.trial import TrialState

from optuna_guide.domain import space as spaces
from optuna_guide.store.keys import GRID_ID, GRID_SPACE, OBSERVED_BOUNDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

    from optuna_guide.study.snapshot import Snapshot


def exhausted(snapshot: Snapshot) -> str:
    """That all was tried, as ``all 60 points of the grid were tried``; empty where some is left.

    The grid is that of `optuna.samplers.GridSampler`, where it draws; else the declared space,
    where each trial has all parameters. Bounds that were only observed declare nothing.
    """
    n_points = _grid(snapshot.trials)
    if n_points is not None:
        return f"all {n_points} points of the grid were tried" if n_points else ""
    n_points = 0 if OBSERVED_BOUNDS in snapshot.attributes else _space(snapshot.ended)
    return f"all {n_points} configurations of the space were tried" if n_points else ""


def _grid(trials: Sequence[FrozenTrial]) -> int | None:
    """Number of points of the newest grid that were all tried; None without one, 0 = some left."""
    of_grid = [t for t in trials if GRID_ID in t.system_attrs]
    if not of_grid or of_grid[-1] is not trials[-1]:
        return None
    space = of_grid[-1].system_attrs[GRID_SPACE]
    n_points = math.prod(len(values) for values in space.values())
    visited = {
        t.system_attrs[GRID_ID]
        for t in of_grid
        if t.state.is_finished() and t.system_attrs[GRID_SPACE] == space
    }
    return n_points if len(visited) == n_points else 0


def _space(ended: Sequence[FrozenTrial]) -> int:
    """Number of configurations of the declared space, if complete trials hold all; else 0."""
    complete = [t for t in ended if t.state == TrialState.COMPLETE]
    if not complete:
        return 0
    space = complete[-1].distributions
    levels = [spaces.n_levels(distribution) for distribution in space.values()]
    n_points = math.prod(n or 0 for n in levels)
    if not space or not 0 < n_points <= len(complete):
        return 0
    tried = {
        tuple(d.to_internal_repr(t.params[name]) for name, d in space.items())
        for t in complete
        if t.distributions == space
    }
    return n_points if len(tried) == n_points else 0
