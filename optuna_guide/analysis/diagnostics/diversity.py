"""Does the search still learn: how spread out its trials are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.diagnostics.diagnosis import MIN_TRIALS, Diagnosis, too_few, unknown
from optuna_guide.domain import space as spaces
from optuna_guide.domain.ties import find_records
from optuna_guide.domain.wording import percent
from optuna_guide.models.configurations import distinct
from optuna_guide.models.skill import sampling_skew
from optuna_guide.models.trust import CONCENTRATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.exploration import Exploration

N_WINDOWS = 8
_MIN_WINDOW = 10
_NARROW = 0.2
_NOISY = 0.5  # of the repeated configurations, whose values differ


def window_diversities(unit: FloatArray, space: Mapping[str, BaseDistribution]) -> FloatArray:
    """Diversity of up to 8 windows of equal length, oldest first: 1 = as uniform draws."""
    return np.array([_mean_distance(w, space) for w in np.array_split(unit, _n_windows(unit))])


def check_diversity(
    unit: FloatArray, space: Mapping[str, BaseDistribution], loss: FloatArray, *, ties: bool
) -> Diagnosis:
    """Trials that only repeat their neighbours.

    Args:
        unit: ``(n_trials, n_params)`` places from 0 to 1; NaN = inactive.
        space: Declared distributions.
        loss: ``(n_trials,)`` lower is better; NaN = none.
        ties: Whether trials gain that equal the best, as on a front.
    """
    name, threshold = "Diversity of the newest trials", _NARROW
    reason = "below a fifth of the distance between random trials, they repeat their neighbours"
    if len(unit) < MIN_TRIALS:
        return too_few(name, threshold, reason)
    number = float(window_diversities(unit, space)[-1])
    low = number < threshold
    apart = f"at {percent(number)} of the distance between random ones"
    words = f"The newest trials lie {apart}."
    if low:
        gained = _gained(loss, n_new=len(np.array_split(loss, _n_windows(loss))[-1]), ties=ties)
        result = "still gain" if gained else "gained nothing"
        words = f"The newest trials lie close together, {apart}, and {result}."
    return Diagnosis(name, number, threshold, reason, words, low)


def check_convergence(
    unit: FloatArray, space: Mapping[str, BaseDistribution], loss: FloatArray
) -> Diagnosis:
    """Trials in one place that is not observed to get better."""
    name, threshold = "Premature convergence", 1 / 3
    reason = (
        "more than a third of the trials went to one place and found nothing better there; a new "
        "start, a larger population or more exploration leaves it"
    )
    if len(unit) < 2 * MIN_TRIALS:
        return too_few(name, threshold, reason, 2 * MIN_TRIALS)
    narrow = window_diversities(unit, space) < _NARROW
    n_narrow = int(np.argmin(narrow[::-1])) if not narrow.all() else len(narrow)
    gathered = round(len(unit) * (1 - n_narrow / len(narrow)))
    better = find_records(np.where(np.isnan(loss), np.inf, loss))
    improved = int(np.flatnonzero(better)[-1:].sum())
    number = 1 - max(gathered, improved + 1) / len(unit)
    words = f"The last {percent(number)} of the trials stayed in one place without improving."
    if number <= 0:
        words = "The newest trials are in one place, and still improve."
    if not narrow[-1]:
        words = "The newest trials keep apart."
    return Diagnosis(name, number, threshold, reason, words, number > threshold)


def check_duplicates(unit: FloatArray, loss: FloatArray) -> Diagnosis:
    """Configurations that were tried before, unless their values differ: that tells the noise."""
    name, threshold = "Repeated configurations", 0.1
    reason = "a tenth of the budget repeats what is known, unless the objective is noisy"
    if len(unit) < MIN_TRIALS:
        return too_few(name, threshold, reason)
    first, which = distinct(unit)
    number = 1 - len(first) / len(unit)
    words = f"{percent(number)} of the trials repeat a configuration"
    known = ~np.isnan(loss)
    groups = [loss[known & (which == k)] for k in np.flatnonzero(np.bincount(which) > 1)]
    differ = [np.ptp(losses) > 0 for losses in groups if len(losses) > 1]
    if differ and np.mean(differ) > _NOISY:
        words += ": values differ between them, which tells the noise."
        return Diagnosis(name, number, threshold, reason, words, False)
    many = number > threshold
    words += "; skip known ones, unless the objective is noisy." * many
    return Diagnosis(name, number, threshold, reason, words if many else words + ".", many)


def check_skew(unit: FloatArray, space: Mapping[str, BaseDistribution]) -> Diagnosis:
    """Trials that are far from a random sample."""
    name = "Sampling skew"
    reason = "beyond it importance and effects hold inside the sampled region only"
    if len(unit) < MIN_TRIALS:
        return too_few(name, CONCENTRATED, reason)
    number = sampling_skew(unit, space)
    words = f"Sampling skew {number:.2f} (0 = uniform, 1 = one place)"
    if number > CONCENTRATED:
        words += "; add random trials before importance is compared over the whole range."
        return Diagnosis(name, number, CONCENTRATED, reason, words, True)
    return Diagnosis(name, number, CONCENTRATED, reason, words + ".", False)


def check_fallbacks(exploration: Exploration) -> Diagnosis:
    """Values that were drawn one by one, where the sampler learns how they go together."""
    name, threshold = "Independent sampling", 0.2
    reason = "a fifth of the values are drawn blind to what goes well with the others"
    shares = exploration.alone[~np.isnan(exploration.alone)]
    if not len(shares):
        why = "Only GuidedSampler sees how a value is drawn, after its startup."
        return unknown(name, threshold, reason, why)
    number = float(shares.mean())
    many = number > threshold
    words = (
        f"{percent(number)} of the values were drawn one by one by a sampler that draws jointly"
    )
    words += (
        ": conditional parameters and ranges that change leave the common space; use "
        "LiteGPSampler(), or TPESampler(multivariate=True, group=True)."
    ) * many
    return Diagnosis(name, number, threshold, reason, words if many else words + ".", many)


def _n_windows(trials: FloatArray) -> int:
    return max(min(N_WINDOWS, len(trials) // _MIN_WINDOW), 1)


def _gained(loss: FloatArray, n_new: int, *, ties: bool) -> bool:
    """Whether one of the newest trials is better than all before."""
    before, new = (np.nanmin(part, initial=np.inf) for part in (loss[:-n_new], loss[-n_new:]))
    return bool(new < before or (ties and new <= before < np.inf))


def _mean_distance(unit: FloatArray, space: Mapping[str, BaseDistribution]) -> float:
    """Mean distance of two trials, a parameter at a time, in units of that of uniform draws."""
    ratios = []
    for column, distribution in zip(unit.T, space.values(), strict=True):
        values, levels = np.sort(column[~np.isnan(column)]), spaces.n_levels(distribution)
        n = len(values)
        if n < 2 or levels == 1:
            continue
        if hasattr(distribution, "low"):
            places = 2 * np.arange(n) - n + 1
            distance = 2 * float((places * values).sum()) / (n * (n - 1))
            uniform = (1 - 1 / (levels or math.inf) ** 2) / 3
        else:
            counts = np.unique(values, return_counts=True)[1]
            distance = 1 - float((counts * (counts - 1)).sum()) / (n * (n - 1))
            uniform = 1 - 1 / (levels or 2)
        ratios.append(distance / uniform)
    return float(np.mean(ratios)) if ratios else 1.0
