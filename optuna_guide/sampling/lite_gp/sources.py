"""A process for each earlier study, over the parameters that it shares with the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain.space import choice_index
from optuna_guide.sampling.lite_gp.fit import MIN_NOISE, fit_kernel
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.posterior import condition
from optuna_guide.sampling.lite_gp.rows import confine, to_unit_range
from optuna_guide.sampling.lite_gp.targets import scalarised, standardise

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.earlier import EarlierTrials
    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray, Space

_REACH = 1.0  # unit ranges beyond the new study's bounds, where values still differ
_NEAR = 0.1  # of every range: as good as tried
_LEAST_GAIN = 0.1  # deviations of the values of a study, on average, that a row has to add
_N_BEST = 10  # trials of a study that are proposed to the new one


@dataclass(frozen=True, eq=False)
class Source:
    """An earlier study as the new one sees it; rows are those of the new study's space.

    Attributes:
        name: Name of the study.
        columns: Parameters that both have and the earlier one varied, shape ``(n_shared,)``.
        rows: Its trials, the best first, NaN = inactive or unknown, shape ``(n, n_params)``.
        values: Larger is better, shape ``(n, n_objectives)``.
        model: Its process, over ``columns`` alone.
    """

    name: str
    columns: IntArray
    rows: FloatArray
    values: FloatArray
    model: Posterior

    @property
    def is_whole(self) -> bool:
        """Whether it knows every parameter of the space."""
        return bool((~np.isnan(self.rows)).any(axis=0).all())

    def predict(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Standardised mean and deviation at coded rows, as of `Posterior.predict`."""
        return self.model.predict(rows[:, self.columns])

    def predict_with_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """As of `Posterior.predict_with_gradient`; 0 for parameters that it does not know."""
        known = np.isin(columns, self.columns)
        own = np.searchsorted(self.columns, columns[known])
        mean, deviation, *gradients = self.model.predict_with_gradient(rows[:, self.columns], own)
        by_mean, by_deviation = np.zeros((2, len(rows), len(columns)))
        by_mean[:, known], by_deviation[:, known] = gradients
        return mean, deviation, by_mean, by_deviation

    def believing(self, rows: FloatArray) -> Source:
        """The source, if coded rows had ended at its mean there: nothing is left to be learnt.

        Raises:
            numpy.linalg.LinAlgError: If the covariance cannot be factorised.
        """
        own = rows[:, self.columns]
        model = self.model.with_observations(own, self.model.predict(own)[0], MIN_NOISE)
        return replace(self, model=model)

    def aimed(self, weights: FloatArray) -> Source:
        """The source, if its objectives are scalarised with these weights."""
        if self.values.shape[1] == 1:
            return self
        y, factor = standardise(scalarised(self.values, weights))[0], self.model.inverse_factor
        return replace(self, model=replace(self.model, y=y, alpha=factor.T @ (factor @ y)))


def fit_source(space: Space, earlier: EarlierTrials) -> Source | None:
    """The process of an earlier study; None where it varied no parameter of the space.

    Raises:
        numpy.linalg.LinAlgError: If no model could be conditioned on its trials.
    """
    rows = rows_in(space, earlier)
    coded = code_inactive(space, rows)
    columns: IntArray = np.flatnonzero(np.ptp(coded, axis=0) > 0)
    if not len(columns):
        return None
    n_objectives = earlier.values.shape[1]
    y, _, _ = standardise(scalarised(earlier.values, np.full(n_objectives, 1.0 / n_objectives)))
    kinds = space.is_categorical[columns]
    kernel, _ = fit_kernel(coded[:, columns], y, kinds)
    model = condition(kernel, kinds, coded[:, columns], y, np.full(len(y), kernel.noise))
    return Source(earlier.name, columns, rows, earlier.values, model)


def choose_portfolio(space: Space, sources: Sequence[Source], tried: FloatArray) -> FloatArray:
    """Rows that add most to what was tried, in as many of the sources as possible.

    Candidates are the ten best of each source, moved inside the bounds, those that were tried left
    out. The first is the one after which the best row, as each source predicts it, is highest on
    average; the others follow in the order of that average, as far as they add anything.

    Args:
        space: The columns.
        sources: At least one.
        tried: Rows of the study's own trials, NaN = inactive or not declared.

    Returns:
        Rows, of which a parameter is NaN that no source has there, or whose choice the space has
        not; shape ``(n, n_params)``.
    """
    candidates = np.concatenate([source.rows[:_N_BEST] for source in sources])
    unknown = space.is_categorical & (candidates >= space.n_levels)
    candidates = np.unique(np.where(unknown, np.nan, confine(space, candidates)), axis=0)
    is_same: BoolArray = (np.abs(candidates[:, None] - tried) <= _NEAR) | np.isnan(tried)
    was_tried: BoolArray = np.any(np.all(is_same, axis=2), axis=1)
    candidates = candidates[~was_tried]
    if not len(candidates):
        return candidates
    means = np.stack([s.predict(code_inactive(space, candidates))[0] for s in sources])
    reached = np.full(len(sources), means.min())
    if len(tried):
        at_tried = np.stack([s.predict(code_inactive(space, tried))[0] for s in sources])
        reached = at_tried.max(axis=1)
    gains = np.maximum(reached[:, None], means).mean(axis=0) - reached.mean()
    order = np.lexsort((-means.mean(axis=0), -gains.round(6)))
    return candidates[order[gains[order] > _LEAST_GAIN]]


def rows_in(space: Space, earlier: EarlierTrials) -> FloatArray:
    """Rows of the trials; a value outside of the space is beyond a bound, or has a new code."""
    rows = np.full((len(earlier.values), space.n_params), np.nan)
    internal = dict(zip(earlier.distributions, earlier.params.T, strict=True))
    for j, (name, distribution) in enumerate(space.distributions.items()):
        own = earlier.distributions.get(name)
        if isinstance(distribution, CategoricalDistribution):
            if isinstance(own, CategoricalDistribution):
                codes = [_code(distribution, i, c) for i, c in enumerate(own.choices)]
                known = ~np.isnan(internal[name])
                rows[known, j] = np.array(codes)[internal[name][known].astype(int)]
        elif own is not None and not isinstance(own, CategoricalDistribution):
            rows[:, j] = internal[name]
    return to_unit_range(space, rows, _REACH)


def _code(distribution: CategoricalDistribution, i: int, choice: object) -> float:
    """Code of the earlier study's choice ``i``: its index in the space, or one beyond all."""
    try:
        return float(choice_index(distribution, choice))
    except ValueError:
        return float(len(distribution.choices) + i)
