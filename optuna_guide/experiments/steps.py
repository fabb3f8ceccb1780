"""Metrics whose values come in steps, such as an accuracy over few examples.

A process expects a little less wherever it goes from the best trial; of a metric that takes the
same value all around, or that cannot differ by so little, that is not true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.sample import Sample

_N_ALIKE = 3  # trials most like a configuration
_ROUNDING = 1e-9  # of the spread of the values


def may_tie(
    sample: Sample | NotReady, rows: FloatArray, parent: FloatArray, gains: FloatArray
) -> npt.NDArray[np.bool_]:
    """``(n,)`` whether configurations may reach the very value of their parent.

    So they may if they are expected to differ by less than any two values do, and if one of the
    trials most like them did.

    Args:
        sample: The trials.
        rows: ``(n, n_params)`` internal values in the order of its space; NaN = inactive.
        parent: ``(n_params,)`` the same.
        gains: ``(n,)`` expected difference from the parent, in units of the target.
    """
    if isinstance(sample, NotReady):
        return np.zeros(len(rows), dtype=bool)
    rounding = _ROUNDING * float(np.ptp(sample.values))
    steps = np.diff(np.unique(sample.values))
    smallest = float(steps[steps > rounding].min(initial=np.inf))
    is_parent = np.all(np.isclose(sample.params, parent, equal_nan=True), axis=1)
    ties = np.abs(gains) < smallest
    if not is_parent.any():
        return ties
    others = sample.params[~is_parent]
    is_equal = np.abs(sample.values[~is_parent] - sample.values[is_parent].mean()) <= rounding
    apart = gower(sample.space, rows, others)
    alike = np.argsort(apart, axis=1, kind="stable")[:, :_N_ALIKE]
    return ties | is_equal[alike].any(axis=1)
