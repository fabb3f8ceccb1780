"""Trials as points of the plane by what they predict, where they logged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.trial import TrialState

from optuna_guide.analysis.projection.landmark_mds import n_landmarks, place
from optuna_guide.study.predictions import read_predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

    from optuna_guide.surfaces.workbench.wire import Json


def map_predictions(trials: Sequence[FrozenTrial]) -> Json | None:
    """Numbers and places of the complete trials that logged predictions; None without any."""
    complete = [t for t in trials if t.state == TrialState.COMPLETE]
    found = read_predictions(complete)
    if found is None:
        return None
    placed = place(found.distances(n_landmarks(len(found.rows))))
    return {
        "numbers": [complete[row].number for row in found.rows],
        "x": placed.points[:, 0].tolist(),
        "y": placed.points[:, 1].tolist(),
        "share": placed.share,
    }
