"""The additive model between internal values and scores: interpret's EBM, its encoding and units.

The settings are the fast ones: test error within one percent of interpret's defaults, which take
about a hundred times as long.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.domain.space import FloatArray

# The mean over the bags settles with the number of trials: with six, the error at 1000 trials is
# 1.5 percent higher than with fourteen.
_BAGS = ((200, 14), (1000, 8))  # below so many trials, so many bags
_FEWEST_BAGS = 6

# The defaults spend nearly all their time on boosting fine pair tensors in tiny steps. One job:
# starting a process pool costs more than the fit.
_SETTINGS: Mapping[str, Any] = {
    "max_bins": 64,
    "max_interaction_bins": 12,
    "interactions": 10,
    "learning_rate": 0.3,
    "smoothing_rounds": 30,
    "interaction_smoothing_rounds": 10,
    "early_stopping_rounds": 10,
    "early_stopping_tolerance": 1e-4,
    "max_rounds": 1000,
    "n_jobs": 1,
}


@dataclass(frozen=True, eq=False)
class BoostedTerms:
    """The fitted additive model.

    Attributes:
        space: Declared distributions, in column order.
        columns: Columns that the model uses; the others never varied.
        regressor: interpret's regressor, None where no column varied.
        centre: What its target was shifted by.
        scale: What its target was divided by.
    """

    space: Mapping[str, BaseDistribution]
    columns: tuple[int, ...]
    regressor: Any
    centre: float
    scale: float

    @property
    def intercept(self) -> float:
        """Mean of the clipped values, as the model sees it."""
        offset = self.regressor.intercept_ if self.regressor is not None else 0.0
        return self.centre + self.scale * float(offset)

    @property
    def terms(self) -> list[tuple[int, ...]]:
        """Columns of each term: one for a main effect, two for an interaction."""
        if self.regressor is None:
            return []
        return [tuple(self.columns[f] for f in t) for t in self.regressor.term_features_]

    def scores(self, params: FloatArray) -> FloatArray:
        """``(n, n_terms)`` what each term adds, in target units, to ``(n, p)`` internal values."""
        if self.regressor is None:
            return np.zeros((len(params), 0))
        encoded = _encode(self.space, params)[:, self.columns]
        scores: FloatArray = self.scale * self.regressor.eval_terms(encoded)
        return scores

    def predict(self, params: FloatArray) -> FloatArray:
        """``(n,)`` predictions in target units for ``(n, p)`` internal values; NaN = inactive."""
        total: FloatArray = self.intercept + self.scores(params).sum(axis=1)
        return total


def boost(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    *,
    seed: int,
    n_bags: int | None = None,
    weights: FloatArray | None = None,
) -> BoostedTerms:
    """Boost the additive model on ``(n, p)`` internal values and ``(n,)`` clipped values.

    Args:
        space: Declared distributions; key order = column order.
        params: ``(n, p)`` internal values; NaN = inactive.
        values: ``(n,)`` target.
        seed: Seed of the bags.
        n_bags: Number of bags; by default the more the fewer trials there are.
        weights: ``(n,)`` how many trials each stands for; 1 by default.

    Raises:
        ValueError: If the shapes do not fit.
    """
    if params.shape != (len(values), len(space)):
        raise ValueError(
            f"params must have shape {(len(values), len(space))}, "
            f"a row per value and a column per parameter; found {params.shape}."
        )
    from interpret.glassbox import ExplainableBoostingRegressor

    if n_bags is None:
        n_bags = next((bags for n, bags in _BAGS if len(values) < n), _FEWEST_BAGS)
    # The native code computes in single precision: a large offset would swallow the effects.
    centre = float(np.median(values))
    scale = float(np.abs(values - centre).max()) or 1.0
    encoded = _encode(space, params)
    columns = tuple(j for j in range(len(space)) if _varies(encoded[:, j]))
    if not columns:
        mean = float(np.average(values, weights=weights))
        return BoostedTerms(space, columns, None, mean, 1.0)
    distributions = list(space.values())
    regressor = ExplainableBoostingRegressor(
        feature_names=[f"column_{j}" for j in columns],
        feature_types=[
            "nominal" if isinstance(distributions[j], CategoricalDistribution) else "continuous"
            for j in columns
        ],
        outer_bags=n_bags,
        random_state=seed,
        **_SETTINGS,
    )
    # interpret warns that its own plots leave out missing values; ours show them. A filter and
    # not `catch_warnings`, which is not safe beside the threads of a running study.
    warnings.filterwarnings("ignore", message="Missing values detected", module=r"interpret\.")
    is_alike = weights is None or np.ptp(weights) == 0
    regressor.fit(encoded[:, columns], (values - centre) / scale, None if is_alike else weights)
    return BoostedTerms(space, columns, regressor, centre, scale)


def _encode(space: Mapping[str, BaseDistribution], params: FloatArray) -> FloatArray:
    """Logarithms where the distribution is logarithmic; indices and numbers as they are."""
    encoded = np.array(params, dtype=np.float64)
    for j, distribution in enumerate(space.values()):
        if getattr(distribution, "log", False):
            encoded[:, j] = np.log(encoded[:, j])
    return encoded


def _varies(column: FloatArray) -> bool:
    active = column[~np.isnan(column)]
    return len(active) > 0 and (len(active) < len(column) or bool(np.ptp(active) > 0))
