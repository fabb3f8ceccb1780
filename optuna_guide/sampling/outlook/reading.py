"""Recommendation and forecast of one reading, by one fitted process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import Forecast, Recommendation
from optuna_guide.sampling.outlook.forecasting import forecast_from
from optuna_guide.sampling.outlook.process import read_process
from optuna_guide.sampling.outlook.recommending import recommend_from

if TYPE_CHECKING:
    from optuna_guide.study.snapshot import Snapshot


def look_ahead(
    snapshot: Snapshot, n_trials: int = 50, *, least: float | None = None
) -> tuple[Recommendation, Forecast | NotReady] | NotReady:
    """What `recommend` and `forecast` say of a snapshot, or why they say nothing.

    Args:
        snapshot: A study; of several objectives nothing is said.
        n_trials: Further trials.
        least: As of `forecast`.
    """
    if len(snapshot.directions) > 1:
        return NotReady("Which of several objectives counts most is a matter of taste.")
    process = read_process(snapshot)
    if isinstance(process, NotReady):
        return process
    found = recommend_from(process, snapshot)
    return found, forecast_from(process, snapshot, n_trials, least=least)
