"""Does the search lean to one side for no good reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import FloatDistribution

from optuna_guide.analysis.diagnostics.diagnosis import MIN_TRIALS, Diagnosis, unknown
from optuna_guide.analysis.rank_tests import benjamini_hochberg
from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import chosen_values
from optuna_guide.domain.wording import percent
from optuna_guide.models.skill import spearman

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

_EDGE = 0.02  # of the range
_COARSE = 50  # levels, below which an edge is no edge
_MIN_THIRD = 20
_MIN_STEPS = 12  # perturbations of one parameter
_INNER = (0.1, 0.9)  # parents nearer to a bound can move one way only
_ALPHA = 0.01
_LINEAR_DECADES = 3
_LOWER_DECADES = 0.01  # of the range: all but its upper two decades
_HARDLY = 0.05  # of the trials
_MAX_NAMES = 3


@dataclass(frozen=True, eq=False)
class Column:
    """One parameter with more than one value, in the trials in which it was active.

    Attributes:
        name: The parameter.
        distribution: Declared distribution.
        unit: ``(n_active,)`` values on the unit interval.
        loss: ``(n_active,)`` lower is better.
        is_bounded: Whether its bounds were declared, and are not merely the values that were seen.
    """

    name: str
    distribution: BaseDistribution
    unit: FloatArray
    loss: FloatArray
    is_bounded: bool

    @property
    def is_drawn(self) -> bool:
        """Whether it is a number whose values were drawn, not chosen as in a grid."""
        is_number = hasattr(self.distribution, "low")
        return is_number and not len(chosen_values(self.distribution, self.unit))

    @property
    def n_levels(self) -> float:
        """How many values it can take."""
        return spaces.n_levels(self.distribution) or math.inf


def read_columns(
    table: TrialsTable, unit: FloatArray, target: Target, among: npt.NDArray[np.bool_]
) -> list[Column]:
    """Parameters with several values and enough of these trials, which have the target.

    Args:
        table: All trials.
        unit: Their unit values, shape ``(n_trials, n_params)``.
        target: Has a row for each trial.
        among: Flags of the trials to look at, shape ``(n_trials,)``.
    """
    found = []
    for (name, distribution), column in zip(table.space.items(), unit.T, strict=True):
        active = ~np.isnan(column) & among
        if spaces.n_levels(distribution) != 1 and active.sum() >= MIN_TRIALS:
            is_bounded = name not in table.observed_bounds
            found.append(
                Column(name, distribution, column[active], target.loss[active], is_bounded)
            )
    return found


def sought_no_corner(exploration: Exploration) -> npt.NDArray[np.bool_]:
    """Flags of the trials that are not of a sampler that looks into corners to learn of them."""
    sought: npt.NDArray[np.bool_] = np.isin(exploration.kinds, ("by the model", "explored"))
    return ~sought


def learnt_nothing(exploration: Exploration) -> npt.NDArray[np.bool_]:
    """Flags of the trials of no sampler that is known to learn; those of a population count."""
    is_bred = ~np.isnan(exploration.generations) | (exploration.parents >= 0)
    unknown: npt.NDArray[np.bool_] = (exploration.samplers == "") | is_bred
    return unknown & (exploration.kinds == "")


def check_edges(columns: list[Column]) -> Diagnosis:
    """Trials that pile up at a bound."""
    name, threshold = "Piling at a bound", 0.2
    reason = "uniform draws put 2 % of the trials into the outermost 2 % of a range"
    shares = [
        (float(np.mean(c.unit < _EDGE if low else c.unit > 1 - _EDGE)), c, low)
        for c in columns
        if c.is_bounded and c.is_drawn and c.n_levels > _COARSE
        for low in (True, False)
    ]
    if not shares:
        return unknown(
            name, threshold, reason, "No parameter is drawn finely between declared bounds."
        )
    share, column, low = max(shares, key=lambda found: found[0])
    where = f"the {'lower' if low else 'upper'} bound of {column.name}"
    if share <= threshold:
        words = f"At most {percent(share)} of the trials lie at one bound ({where})."
        if not share:
            words = "No trial lies at a bound of a parameter."
        return Diagnosis(name, share, threshold, reason, words, False)
    at = column.unit < _EDGE if low else column.unit > 1 - _EDGE
    better = float(np.mean(column.loss[at][:, None] < _sample(column.loss[~at])[None, :]))
    advice = (
        "they are observed to be better: move the bound outwards"
        if better > 0.5
        else "they are not observed to be better: the sampler is clamped there, so start it anew "
        "inside or choose another one"
    )
    words = f"{percent(share)} of the trials lie at {where}; {advice}."
    return Diagnosis(name, share, threshold, reason, words, True)


def check_drift(columns: list[Column]) -> Diagnosis:
    """A move from the first to the last third that better values do not explain.

    A sampler that learns gathers its trials, on purpose, also along a parameter that hardly
    matters: they are not to be among the columns.
    """
    name, threshold = "Drift without gain", 0.25
    reason = "thirds of 20 uniform draws differ by less in 99 of 100 cases"
    found = []
    for column in columns:
        third = len(column.unit) // 3
        if column.is_drawn and third >= _MIN_THIRD:
            move = float(column.unit[-third:].mean() - column.unit[:third].mean())
            gain = -spearman(column.unit, column.loss) * np.sign(move)
            supported = np.nan_to_num(gain) > 1.645 / math.sqrt(len(column.unit) - 1)
            found.append((0.0 if supported else abs(move), move, column, float(gain)))
    if not found:
        return unknown(
            name,
            threshold,
            reason,
            f"Needs {3 * _MIN_THIRD} trials of no sampler that is known to learn, with a number "
            "that is drawn, not chosen as in a grid.",
        )
    number, move, column, gain = max(found, key=lambda f: f[0])
    if number <= threshold:
        furthest = max(abs(move) for _, move, _, _ in found)
        words = (
            f"No parameter moved by more than {percent(furthest)} of its range."
            if furthest <= threshold
            else "Where the trials moved, they moved to better values."
        )
        return Diagnosis(name, number, threshold, reason, words, False)
    third = len(column.unit) // 3
    start, end = column.unit[:third].mean(), column.unit[-third:].mean()
    side = "low" if move < 0 else "high"
    words = (
        f"The trials moved to {side} values of {column.name} (on average from {percent(start)} to "
        f"{percent(end)} of its range), which are not observed to be better (rank correlation "
        f"{abs(np.nan_to_num(gain)):.2f}): check its scale and how it is perturbed, or explore "
        "more."
    )
    return Diagnosis(name, number, threshold, reason, words, True)


def check_scale(columns: list[Column]) -> Diagnosis:
    """Many decades that are drawn linearly."""
    name, threshold = "Decades on a linear scale", float(_LINEAR_DECADES)
    reason = "drawn linearly over 3 decades, 99 % of the trials lie in the upper 2"
    found = [
        (math.log10(d.high) - math.log10(d.low), c.name)
        for c in columns
        for d in [c.distribution]
        if isinstance(d, FloatDistribution) and d.low > 0 and not d.log and d.step is None
        if c.is_bounded and c.is_drawn and np.mean(c.unit < _LOWER_DECADES) < _HARDLY
    ]
    decades, _ = max(found, default=(0.0, ""))
    names = [n for found_decades, n in found if found_decades >= threshold]
    if not names:
        words = "No parameter spans many decades on a linear scale."
        return Diagnosis(name, decades, threshold, reason, words, False)
    words = (
        f"{_join(names)}: drawn linearly over {decades:.0f} decades, so small values are hardly "
        "ever tried; suggest with log=True."
    )
    return Diagnosis(name, decades, threshold, reason, words, True)


def check_perturbations(exploration: Exploration, unit: FloatArray) -> Diagnosis:
    """Mean step from parent to child in standard deviations, on the parameter's own scale."""
    name, threshold = "Bias of perturbations", 0.25
    reason = "a drift of a quarter of a step moves a parameter by a whole one in four generations"
    parents = exploration.parent_rows()
    child = np.flatnonzero(parents >= 0)
    start, end = unit[parents[child]], unit[child]
    found = []
    for j, (param, distribution) in enumerate(exploration.trials.space.items()):
        step = end[:, j] - start[:, j]
        inner = (start[:, j] > _INNER[0]) & (start[:, j] < _INNER[1])
        step = step[inner & (np.abs(step) > 1e-9)]
        if hasattr(distribution, "low") and len(step) >= _MIN_STEPS:
            found.append((float(step.mean() / max(step.std(), 1e-9)), param, step))
    if not found:
        few = f"No number has {_MIN_STEPS} steps from a parent to its child."
        why = few if child.size else "No trial names its parent."
        return unknown(name, threshold, reason, why)
    q = benjamini_hochberg([_p_signed(step) for _, _, step in found])
    biased = [(b, p, s) for (b, p, s), q_value in zip(found, q, strict=True) if q_value < _ALPHA]
    bias, param, step = max(biased or found, key=lambda f: abs(f[0]))
    if not biased or abs(bias) <= threshold:
        words = "Children lie on both sides of their parents."
        return Diagnosis(name, abs(bias), threshold, reason, words, False)
    side = "low" if bias < 0 else "high"
    below, width = percent(float(np.mean(step < 0))), percent(abs(float(step.mean())))
    words = (
        f"Perturbations are biased to {side} values of {param}: {below} of {len(step)} "
        f"children lie below their parent, on average by {width} of the range "
        f"{'down' if bias < 0 else 'up'}; draw steps that are symmetric on its scale, "
        "such as factors of 0.8 and 1.25."
    )
    return Diagnosis(name, abs(bias), threshold, reason, words, True)


def _p_signed(steps: FloatArray) -> float:
    from scipy.stats import wilcoxon

    return float(wilcoxon(steps).pvalue)


def _sample(values: FloatArray, n: int = 500) -> FloatArray:
    return values[np.linspace(0, len(values) - 1, min(n, len(values))).astype(int)]


def _join(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - _MAX_NAMES} more" if len(shown) > _MAX_NAMES else ""
    return ", ".join(shown[:_MAX_NAMES]) + more
