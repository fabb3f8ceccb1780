"""Trials as points of the plane: by their configuration, or by what they predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.trial import TrialState

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.analysis.projection.landmark_mds import n_landmarks, place
from optuna_guide.study.predictions import read_predictions
from optuna_guide.surfaces.workbench.wire import column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.surfaces.workbench.wire import Json


def map_configurations(table: TrialsTable) -> Json:
    """Numbers and places of all trials."""
    landmarks = table.params[: n_landmarks(len(table))]
    return _send(table.numbers, gower(table.space, table.params, landmarks))


def map_predictions(trials: Sequence[FrozenTrial]) -> Json | None:
    """The same of the complete trials that logged predictions; None without any."""
    complete = [t for t in trials if t.state == TrialState.COMPLETE]
    found = read_predictions(complete)
    if found is None:
        return None
    numbers = np.array([complete[row].number for row in found.rows])
    return _send(numbers, found.distances(n_landmarks(len(found.rows))))


def _send(numbers: npt.NDArray[Any], distances: FloatArray) -> Json:
    placed = place(distances)
    return {
        "numbers": column(numbers.astype(np.int32)),
        "x": column(placed.points[:, 0].astype(np.float32)),
        "y": column(placed.points[:, 1].astype(np.float32)),
        "share": placed.share,
    }
