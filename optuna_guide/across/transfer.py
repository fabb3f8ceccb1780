"""What a model of one study is worth in another: how well it ranks, and predicts, its trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.earlier import EarlierTrials, earlier_trials
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.sources import fit_source, rows_in
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.lite_gp.targets import scalarised, standardise
from optuna_guide.sampling.lite_gp.threads import single_threaded_blas

if TYPE_CHECKING:
    from optuna_guide.study.snapshot import Snapshot

MAX_COMPARED = 12  # newest studies whose models are tested on each other
N_FOLDS = 5


@dataclass(frozen=True)
class TransferSkill:
    """How a model of one study does on the trials of another one.

    Attributes:
        rank: Rank correlation of what is predicted with what came out, -1 to 1.
        error: Mean squared error where both are standardised within their study: 0 is perfect, 1
            is what the mean alone reaches.
    """

    rank: float
    error: float


def measure_transfer(snapshots: Sequence[Snapshot]) -> dict[tuple[str, str], TransferSkill]:
    """(of a study, by a model of another one) to what it is worth there.

    It is not symmetric: a model of few trials predicts others badly, and may be predicted well. A
    study itself is predicted by models of four fifths of its trials, each on the last fifth.
    Studies of another number of objectives, without a shared parameter or with fewer than five
    usable trials are left out, and so are all but the twelve newest.
    """
    known = [(s, e) for s in snapshots if (e := earlier_trials(s)) is not None][-MAX_COMPARED:]
    found = {}
    with single_threaded_blas():
        for target, trials in known:
            for other, earlier in known:
                if len(other.directions) != len(target.directions):
                    continue
                is_same = other is target
                transfer = _within(trials) if is_same else _between(trials, earlier)
                if transfer is not None:
                    found[target.study_name, other.study_name] = transfer
    return found


def _between(trials: EarlierTrials, earlier: EarlierTrials) -> TransferSkill | None:
    """None where nothing is shared or one side is constant."""
    predicted = _predict(trials, earlier)
    return None if predicted is None else _compare(predicted, _aims(trials))


def _within(trials: EarlierTrials) -> TransferSkill | None:
    """The same, each fifth of the trials by the others; None where one cannot be predicted."""
    n = len(trials.values)
    folds = [np.arange(n) % N_FOLDS == k for k in range(N_FOLDS)]
    predicted = np.empty(n)
    for fold in folds:
        part = _predict(_part(trials, fold), _part(trials, ~fold))
        if part is None:
            return None
        predicted[fold] = part
    return _compare(predicted, _aims(trials))


def _part(trials: EarlierTrials, rows: np.ndarray) -> EarlierTrials:
    return EarlierTrials(
        trials.name, trials.distributions, trials.params[rows], trials.values[rows]
    )


def _aims(trials: EarlierTrials) -> np.ndarray:
    """``(n,)`` what the trials reached, larger is better; objectives count alike."""
    n_objectives = trials.values.shape[1]
    return scalarised(trials.values, np.full(n_objectives, 1.0 / n_objectives))


def _predict(trials: EarlierTrials, earlier: EarlierTrials) -> np.ndarray | None:
    """``(n,)`` what a model of the earlier trials expects of the others, standardised."""
    distributions = {n: d for n, d in trials.distributions.items() if not d.single()}
    if not distributions.keys() & earlier.distributions.keys():
        return None
    space = make_space(distributions)
    try:
        source = fit_source(space, earlier)
    except np.linalg.LinAlgError:
        return None
    if source is None:
        return None
    return source.predict(code_inactive(space, rows_in(space, trials)))[0]


def _compare(predicted: np.ndarray, aims: np.ndarray) -> TransferSkill | None:
    from scipy.stats import rankdata

    if np.ptp(aims) == 0 or np.ptp(predicted) == 0:
        return None
    rank = np.corrcoef(rankdata(predicted), rankdata(aims))[0, 1]
    error = np.mean((predicted - standardise(aims)[0]) ** 2)
    return TransferSkill(float(rank), float(error))
