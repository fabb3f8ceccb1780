"""`StopWhenSettled`: ends a run where more trials hardly gain anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import optuna
from optuna.trial import TrialState

from optuna_guide.guidance.outlook import Forecast
from optuna_guide.sampling.outlook.forecasting import forecast
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies


class StopWhenSettled:
    """Stop a study once the chance of a gain worth having is little.

    After every few trials it asks `forecast`, and calls `Study.stop` where the chance to gain more
    than ``least`` in ``n_trials`` further trials is below ``chance``. What fails is warned of
    once, and the study goes on.

    Example::

        study.optimize(objective, n_trials=500, callbacks=[StopWhenSettled(least=0.002)])

    Args:
        least: The gain that is worth having, above 0, in units of the objective; see `forecast`
            for what is taken by default.
        n_trials: Further trials that the forecast speaks of.
        chance: Below which the study is stopped, 0 to 1.
        n_startup_trials: Complete trials before it asks.
        every_n_trials: Complete trials between two forecasts.

    Raises:
        ValueError: If an argument is out of its range.
    """

    def __init__(
        self,
        *,
        least: float | None = None,
        n_trials: int = 50,
        chance: float = 0.05,
        n_startup_trials: int = 30,
        every_n_trials: int = 5,
    ) -> None:
        if not 0 <= chance <= 1:
            raise ValueError(f"chance is between 0 and 1, not {chance!r}.")
        if least is not None and not least > 0:
            raise ValueError(f"least is a gain above 0, not {least!r}.")
        if min(n_trials, n_startup_trials, every_n_trials) < 1:
            raise ValueError(
                "n_trials, n_startup_trials and every_n_trials must be at least 1, "
                f"not {n_trials}, {n_startup_trials} and {every_n_trials}."
            )
        self._least, self._n_trials, self._chance = least, n_trials, chance
        self._n_startup_trials, self._every_n_trials = n_startup_trials, every_n_trials
        self.last: Forecast | None = None
        """The newest forecast; None before the first."""

    def __call__(self, study: Study, trial: FrozenTrial) -> None:
        """Look at the study after a trial; Optuna calls this."""
        try:
            n = len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))
            if n < self._n_startup_trials or (n - self._n_startup_trials) % self._every_n_trials:
                return
            found = forecast(study, self._n_trials, least=self._least)
            if not isinstance(found, Forecast):
                return
            self.last = found
            if found.chance < self._chance:
                _logger.info(f"StopWhenSettled stops the study. {found}")
                study.stop()
        except Exception as error:
            warn_once(
                (type(self).__name__, type(error)),
                f"StopWhenSettled failed: {error!r}. The study goes on.",
            )
