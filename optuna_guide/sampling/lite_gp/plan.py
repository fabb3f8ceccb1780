"""What a running trial is about to suggest, kept with it: workers must not propose it again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from optuna.trial import TrialState

from optuna_guide.store.attributes import StoreError, set_trial_attr
from optuna_guide.store.keys import EARLIER, PLAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.study.lessons import Lesson


def announce(
    study: Study, trial: FrozenTrial, params: Mapping[str, float], lesson: Lesson | None = None
) -> None:
    """Keep internal values with the trial, and what they owe to earlier studies.

    A storage that refuses costs others this knowledge.
    """
    with contextlib.suppress(StoreError):
        set_trial_attr(study, trial, PLAN, dict(params))
        if lesson is not None:
            set_trial_attr(study, trial, EARLIER, lesson.record())


def tried(trial: FrozenTrial) -> dict[str, float]:
    """Internal values of what a trial suggested, and was about to if it runs or failed."""
    planned: dict[str, float] = {}
    if trial.state not in (TrialState.COMPLETE, TrialState.PRUNED):
        planned = trial.system_attrs.get(PLAN, {})
    distributions = trial.distributions
    suggested = {
        name: float(distributions[name].to_internal_repr(value))
        for name, value in trial.params.items()
    }
    return {**planned, **suggested}
