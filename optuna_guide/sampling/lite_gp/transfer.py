"""What a young study takes from earlier ones: its first rows, and a part in its model.

Of the first five trials four are a *portfolio*: configurations that are good in as many earlier
studies as possible. The second is *contrary*, one that they call bad: no other trial tells so soon
whether they mislead. Where it turns out better than the first, or the portfolio adds nothing more,
the rest is *spread*. Then the study's own process and those of the sources are one ensemble: a
source counts by how well it ranks the study's trials, nothing where that is no better than chance,
and less with every trial of the study's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.candidates import latin_hypercube
from optuna_guide.sampling.lite_gp.earlier import joint_distributions
from optuna_guide.sampling.lite_gp.ensemble import Ensemble, rank_agreement, rank_weights
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.rows import from_unit_cube
from optuna_guide.sampling.lite_gp.rules import deactivate, learn_rules
from optuna_guide.sampling.lite_gp.sources import choose_portfolio, fit_source
from optuna_guide.sampling.lite_gp.targets import scalarised
from optuna_guide.store.once import warn_once
from optuna_guide.study.lessons import CHANCE, FIRST_STEPS, EarlierWeight, Lesson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.distributions import BaseDistribution

    from optuna_guide.sampling.lite_gp.earlier import EarlierTrials
    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.sources import Source
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, Space
    from optuna_guide.sampling.lite_gp.surrogates import Surrogates
    from optuna_guide.study.lessons import Step

FADED_AT = 15
"""Known trials from which on a study's own process counts alone."""
MAX_SOURCES = 16  # earlier studies that are modelled
_N_CONTRARY = 64  # rows of which the one that sources call worst is tried
_MIN_RANKED = 2  # trials, whose order says something
_AS_A_WHOLE = 0.35  # mean agreement of related sources; nine at random reach it in a seventh
_RARELY_BEST = 0.8  # of the studies whose sources rank at random, how many trust none
_MAX_MEMBERS = 5  # sources of an ensemble: a proposal costs the more the more there are
_MIN_SHARE = 0.01


@dataclass
class Transfer:
    """The earlier studies of one young study; processes are kept while its space stays.

    Attributes:
        earlier: What they tried.
        lesson: What the last row took from them.
    """

    earlier: Sequence[EarlierTrials]
    lesson: Lesson | None = None
    _space: Space | None = None
    _sources: Sequence[Source] = ()

    def undeclared(
        self, declared: Mapping[str, BaseDistribution], n_begun: int
    ) -> dict[str, BaseDistribution]:
        """Parameters of earlier studies that the study did not declare in its first trials."""
        if n_begun >= len(FIRST_STEPS):
            return {}
        return {n: d for n, d in self._joint.items() if n not in declared and not d.single()}

    @cached_property
    def _joint(self) -> dict[str, BaseDistribution]:
        return joint_distributions(self.earlier)

    def enter(self, space: Space) -> bool:
        """Fit the sources in this space, unless they were; whether there are any."""
        self.lesson = None
        if self._space is None or self._space.distributions != space.distributions:
            closest = sorted(self.earlier, key=lambda e: _closeness(e, space), reverse=True)
            fitted = (_fit(space, earlier) for earlier in closest[:MAX_SOURCES])
            self._sources = [source for source in fitted if source is not None]
        self._space = space
        return len(self._sources) > 0

    def rules(self, space: Space, known: KnownRows) -> tuple[Rule, ...]:
        """Activity rules by the study's trials and by sources that know every parameter."""
        whole = [source.rows for source in self._sources if source.is_whole]
        return learn_rules(space, np.concatenate([known.rows, known.pruned, *whole]))

    def first_rows(
        self,
        step: Step,
        space: Space,
        known: KnownRows,
        rules: tuple[Rule, ...],
        rng: np.random.Generator,
    ) -> FloatArray:
        """Candidates for one of the first steps, the best first; none where none adds anything."""
        n_objectives = self._sources[0].values.shape[1]
        equal = np.full(n_objectives, 1.0 / n_objectives)
        agreements: Sequence[float | None] = [None] * len(self._sources)
        if len(known.rows) >= _MIN_RANKED:
            rows, y = code_inactive(space, known.rows), scalarised(known.values, equal)
            agreements = rank_agreement(self._predict(rows, equal), y).tolist()
        trusted = [s for s, z in zip(self._sources, agreements, strict=True) if z is None or z > 0]
        picks = np.empty((0, space.n_params))
        if step == "contrary":
            picks = deactivate(rules, _spread(space, _N_CONTRARY, rng))
            called = self._predict(code_inactive(space, picks), equal).mean(axis=0)
            picks = picks[np.argsort(called, kind="stable")]
        elif trusted:
            picks = choose_portfolio(space, trusted, known.seen)
            unknown = np.isnan(picks)
            picks = deactivate(rules, np.where(unknown, _spread(space, len(picks), rng), picks))
        taken: Step = step if len(picks) else "spread"
        self.lesson = self._tell(taken, np.zeros(len(self._sources) + 1), agreements)
        return picks

    def join(self, models: Surrogates, rng: np.random.Generator) -> Ensemble | None:
        """The ensemble of the study's own process and the sources; None where none counts.

        Args:
            models: Of the study itself.
            rng: Draws the resamples.
        """
        own, n = models.objective, models.n_told
        if own is None:
            return None
        y, pending = own.y[:n], own.rows[n:]
        predicted = self._predict(own.rows[:n], models.weights)
        agreements = rank_agreement(predicted, y)
        shares = rank_weights(np.vstack([predicted, own.leave_one_out()[0][:n]]), y, rng)
        is_trusted = agreements > _least_agreement(agreements)
        shares = _guarded(shares, is_trusted, min(1.0, n / FADED_AT))
        self.lesson = self._tell("model", shares, agreements.tolist())
        members = np.flatnonzero(shares[:-1]).tolist()
        if not members:
            return None
        sources = [self._sources[i].aimed(models.weights).believing(pending) for i in members]
        return Ensemble([*sources, own], np.append(shares[members], shares[-1]))

    def _predict(self, rows: FloatArray, weights: FloatArray) -> FloatArray:
        """Mean of each source at coded rows, shape ``(n_sources, n_rows)``."""
        return np.stack([s.aimed(weights).predict(rows)[0] for s in self._sources])

    def _tell(self, step: Step, shares: FloatArray, agreements: Sequence[float | None]) -> Lesson:
        studies = [
            EarlierWeight(source.name, round(float(share), 3), None if z is None else round(z, 2))
            for source, share, z in zip(self._sources, shares[:-1], agreements, strict=True)
        ]
        studies.sort(key=lambda s: (-s.weight, -(s.agreement or 0.0)))
        return Lesson(step, round(float(shares[-1]), 3), tuple(studies))


def _spread(space: Space, n_rows: int, rng: np.random.Generator) -> FloatArray:
    return from_unit_cube(space, latin_hypercube(n_rows, space.n_params, rng))


def _closeness(earlier: EarlierTrials, space: Space) -> tuple[int, int]:
    """Number of shared parameters, then of trials."""
    return len(earlier.distributions.keys() & space.distributions), len(earlier.values)


def _fit(space: Space, earlier: EarlierTrials) -> Source | None:
    try:
        return fit_source(space, earlier)
    except Exception as error:
        warn_once(
            ("source", earlier.name, type(error)),
            f"The earlier study {earlier.name!r} cannot be modelled: {error!r}. It is left out.",
        )
        return None


def _least_agreement(agreements: FloatArray) -> float:
    """What a source has to agree by, in deviations, to be better than chance.

    Where the sources as a whole are no better, the best of as many that rank at random would be
    taken for a good one: it has to be better than that.
    """
    if agreements.mean() >= _AS_A_WHOLE:
        return CHANCE
    from scipy.special import ndtri

    return max(CHANCE, float(ndtri(_RARELY_BEST ** (1.0 / len(agreements)))))


def _guarded(shares: FloatArray, is_trusted: BoolArray, least: float) -> FloatArray:
    """Shares with nothing for sources that are not trusted, and ``least`` for the last at least.

    The five weightiest sources stay.
    """
    sources = np.where(is_trusted, shares[:-1], 0.0)
    fifth = np.sort(sources)[-min(_MAX_MEMBERS, len(sources))]
    sources[(sources < fifth) | (sources < _MIN_SHARE)] = 0.0
    if not sources.any():
        return np.append(sources, 1.0)
    own = max(shares[-1] / (sources.sum() + shares[-1]), least)
    return np.append(sources * (1.0 - own) / sources.sum(), own)
