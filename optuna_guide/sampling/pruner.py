"""`GuidedPruner`: ends trials that cannot catch up, by what the curves of earlier trials show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.pruners import BasePruner
from optuna.study import StudyDirection
from optuna.trial import TrialState

from optuna_guide.domain.outliers import limit
from optuna_guide.models.curve_ends import MIN_COMPLETE, fit_curve_ends
from optuna_guide.store.once import warn_once
from optuna_guide.store.storages import id_of, trial_id_of
from optuna_guide.study.curves import Curves, read_curves, reported
from optuna_guide.study.fronts import find_best, violations_of
from optuna_guide.study.trial_values import read_violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.models.curve_ends import CurveEnds

_MAX_TRIALS = 200  # complete ones, and pruned ones, that are modelled: the newest
_UNPRUNED_EVERY, _UNPRUNED_UNTIL = 10, 100  # trial numbers
_WORTHWHILE = 0.5  # of the chance of another trial, that is enough to go on
_FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True, eq=False)
class _Known:
    """What the finished trials of a study show.

    Attributes:
        key: Equal only for the same trials.
        n_finished: How many they are.
        n_complete: How many are complete.
        best: Least loss of a feasible complete trial; None where there is none.
        recovers: Whether a complete trial reported a value that is not finite.
        ends: The model of their curves.
    """

    key: tuple[object, ...]
    n_finished: int
    n_complete: int
    best: float | None
    recovers: bool
    ends: CurveEnds


class GuidedPruner(BasePruner):
    """Prune a trial that has hardly a chance to end better than the best one.

    At each of at most 16 steps, evenly spread over those of the complete trials, a line predicts
    final values from those at the step. Trials that were pruned take part with what is predicted
    for them and its variance, so that the good ones, which a pruner lets through, are not taken
    for all. A trial is pruned where the chance that it ends better than the best feasible
    complete one is below ``chance``, and below half the chance that another trial has to be the
    best of all: where early steps tell nothing, nothing is pruned. The chance is that of Student's
    distribution about the line, or the share of complete trials that ended nearly as far above
    what was predicted, whichever is larger.

    Curves that cross make lines uncertain, and little is pruned before they part. That they do has
    to be seen: of the first hundred trials every tenth is never pruned. What is returned need not
    be the last value that was reported, and trials may report at other steps than others, or stop
    early. A newest report that is NaN or infinitely bad prunes once there are enough complete
    trials, none of which ever reported such a value.

    The same trials give the same answers in every worker. What fails is warned of once, and the
    trial goes on. Studies of several objectives know no pruning.

    Example::

        study = optuna.create_study(pruner=GuidedPruner())

    Args:
        chance: Of ending better than the best trial, below which a trial is pruned, 0 to 1.
        n_startup_trials: Complete trials before any trial is pruned; four are needed in any case.
        n_warmup_steps: Steps before which none is pruned.

    Raises:
        ValueError: If an argument is out of its range.
    """

    def __init__(
        self, *, chance: float = 0.05, n_startup_trials: int = 5, n_warmup_steps: int = 0
    ) -> None:
        if not 0 <= chance <= 1:
            raise ValueError(f"chance is between 0 and 1, not {chance!r}.")
        if min(n_startup_trials, n_warmup_steps) < 0:
            raise ValueError(
                "n_startup_trials and n_warmup_steps must not be negative: found "
                f"{n_startup_trials} and {n_warmup_steps}."
            )
        self._chance, self._n_startup = chance, n_startup_trials
        self._n_warmup_steps = n_warmup_steps
        self._known: _Known | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": None}  # copies for workers read the study themselves

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Whether the trial has hardly a chance left; Optuna calls this."""
        try:
            with np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"):
                return self._is_hopeless(study, trial)
        except Exception as error:
            warn_once(
                (type(self).__name__, type(error)),
                f"GuidedPruner failed: {error!r}. The trial goes on.",
            )
            return False

    def _is_hopeless(self, study: Study, trial: FrozenTrial) -> bool:
        step = trial.last_step
        if step is None or step < self._n_warmup_steps or len(study.directions) > 1:
            return False
        if trial.number % _UNPRUNED_EVERY == 0 and trial.number <= _UNPRUNED_UNTIL:
            return False
        sign = -1.0 if study.direction == StudyDirection.MAXIMIZE else 1.0
        known = self._read(study, sign)
        if known is None or known.n_complete < self._n_startup:
            return False
        newest = sign * trial.intermediate_values[step]
        if math.isnan(newest) or newest == math.inf:
            return not known.recovers and known.n_complete >= MIN_COMPLETE
        losses = {k: sign * value for k, value in reported(trial).items()}
        worthwhile = _WORTHWHILE / (known.n_finished + 1)
        return _chance_to_win(known, losses) < min(self._chance, worthwhile)

    def _read(self, study: Study, sign: float) -> _Known | None:
        """What is known of the study, read anew where a trial finished since."""
        trials = study.get_trials(deepcopy=False, states=_FINISHED)
        if not trials:
            return None
        first = trials[0]
        key = (id_of(study), trial_id_of(first), first.datetime_start, len(trials))
        known = self._known
        if known is None or known.key != key:
            known = self._known = _learn(key, trials, sign)
        return known


def _learn(key: tuple[object, ...], trials: Sequence[FrozenTrial], sign: float) -> _Known:
    complete = [t for t in trials if t.state == TrialState.COMPLETE]
    pruned = [t for t in trials if t.state == TrialState.PRUNED]
    losses = np.array([sign * t.values[0] for t in complete])
    violations = violations_of(np.array([read_violation(t) for t in complete], dtype=np.float64))
    found = find_best(losses[:, None], violations)
    modelled = [*complete[-_MAX_TRIALS:], *pruned[-_MAX_TRIALS:]]
    finals = np.full(len(modelled), np.nan)
    finals[: len(losses[-_MAX_TRIALS:])] = limit(losses[-_MAX_TRIALS:])
    told = read_curves([reported(t) for t in modelled])
    return _Known(
        key=key,
        n_finished=len(trials),
        n_complete=len(complete),
        best=float(losses[found[0]]) if len(found) else None,
        recovers=any(
            not math.isfinite(v)
            for t in complete[-_MAX_TRIALS:]
            for v in t.intermediate_values.values()
        ),
        ends=fit_curve_ends(Curves(told.starts, told.steps, sign * told.values), finals),
    )


def _chance_to_win(known: _Known, losses: Mapping[int, float]) -> float:
    """Chance of a running trial to end below the best loss; 1 where it is not to be judged.

    It is judged when it comes to another step that has a line, and never by its first report.

    Args:
        known: What finished trials show.
        losses: Its own finite ones, by ascending step.
    """
    told, steps = list(losses), known.ends.steps
    if known.best is None or len(told) < 2:
        return 1.0
    place = int(np.searchsorted(steps, told[-1], side="right")) - 1
    if place < 0 or told[-2] >= steps[place] or told[0] > steps[place]:
        return 1.0
    newest = max(step for step in told if step <= steps[place])
    return known.ends.lines[place].chance_below(losses[newest], known.best)
