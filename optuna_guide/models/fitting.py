"""The one fit of a sample: what guidance, what-if, brushes and predictions are read from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import limit
from optuna_guide.models.boxes import Bins, Boxes
from optuna_guide.models.ebm import MIN_TRIALS as MIN_EBM_TRIALS
from optuna_guide.models.ebm import fit_ebm
from optuna_guide.models.fanova import Fanova, Marginals, fit_fanova, normalised
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.ped_anova import ped_anova
from optuna_guide.models.skill import sampling_skew
from optuna_guide.models.trust import Unseen, measure_trust, predict_unseen

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Trust
    from optuna_guide.models.ebm import Ebm
    from optuna_guide.models.forest import Forest
    from optuna_guide.models.sample import Sample


@dataclass(frozen=True, eq=False)
class Models:
    """Models of one sample. Each follows from the sample and the seed, and is fitted when needed.

    Attributes:
        sample: What they are fitted to.
        seed: Of whatever is random in them.
        ranked: Forest of the ranks of the loss.
        forest: The same boxes, which hold the target in its own units, the bad side clipped.
    """

    sample: Sample
    seed: int
    ranked: Forest
    forest: Forest

    @cached_property
    def fanova(self) -> Fanova:
        """Variance shares of the forest."""
        return fit_fanova(Marginals(self.forest, seed=self.seed))

    @cached_property
    def top(self) -> FloatArray:
        """``(n_params,)`` importance for reaching the top: fANOVA of the better half."""
        middle = np.median(limit(self.sample.goal.loss))
        better_half = self.ranked.revalued(np.minimum(limit(self.sample.loss), middle))
        marginals = Marginals(better_half, seed=self.seed)
        return normalised(fit_fanova(marginals, max_pair_params=0).mains)

    @cached_property
    def ped(self) -> FloatArray:
        """``(n_params,)`` PED-ANOVA of the top decile."""
        return ped_anova(self.sample.space, self.sample.all_params, self.sample.goal.loss)

    @cached_property
    def ebm(self) -> Ebm | None:
        """The EBM; None where the trials are too few."""
        sample = self.sample
        if len(sample.values) < MIN_EBM_TRIALS:
            return None
        return fit_ebm(
            sample.space,
            sample.params,
            sample.values,
            direction=sample.goal.direction,
            seed=self.seed,
            weights=sample.weights,
            tried=sample.all_params,
        )

    @cached_property
    def trust(self) -> Trust:
        """How far the forest can be trusted."""
        sample = self.sample
        return measure_trust(
            sample.space,
            sample.params,
            sample.values,
            sample.loss,
            sample.weights,
            self.ranked,
            skew=sampling_skew(sample.all_unit, sample.space),
            rng=np.random.default_rng((self.seed, 1)),
        )

    @cached_property
    def unseen(self) -> Unseen:
        """What `trust` is measured on."""
        sample = self.sample
        return predict_unseen(
            sample.space,
            sample.params,
            sample.values,
            sample.loss,
            sample.weights,
            self.ranked,
            rng=np.random.default_rng((self.seed, 1)),
        )

    @cached_property
    def bins(self) -> tuple[Bins, ...]:
        """Cells of every parameter, in which effects and estimates are given."""
        columns = zip(self.sample.space.values(), self.sample.all_unit.T, strict=True)
        return tuple(Bins.of(distribution, column) for distribution, column in columns)

    @cached_property
    def boxes(self) -> Boxes:
        """Leaves of the forest."""
        return Boxes.of(self.forest, [bins.edges for bins in self.bins])


def fit_models(sample: Sample, seed: int | None = None) -> Models:
    """Fit a sample.

    Args:
        sample: What there is to learn from.
        seed: Of whatever is random; the sample's own, which follows from the trials, where nothing
            is said.
    """
    seed = sample.seed if seed is None else seed
    rng = np.random.default_rng(seed)
    weights = sample.weights
    column = ranks(sample.loss, weights)
    ranked = fit_forest(sample.space, sample.unit, column, weights=weights, rng=rng)
    return Models(sample, seed, ranked, ranked.revalued(sample.values))
