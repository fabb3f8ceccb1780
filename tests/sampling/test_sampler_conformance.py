"""Optuna's own suites for samplers, for every base, in the hardest and in the normal setting.

The hardest: guided from the third trial on, a new proposal at each trial, and no exploration. In
the normal setting the suites end before anything is narrowed; a few bases stand for all there.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from optuna import samplers
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
    SingleOnlySamplerTestCase,
)

from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler

pytestmark = [
    pytest.mark.filterwarnings("ignore:Separable CMA-ES does not operate:UserWarning"),
]

Factory = Callable[[], samplers.BaseSampler | None]

HARDEST = {"n_startup_trials": 2, "every_n_trials": 1, "explore": 0.0}
NORMAL_AS_WELL = ("default", "tpe", "nsga2", "cmaes", "third_party")


class _ThirdParty(samplers.RandomSampler):
    """Draws jointly by a rule of its own, and knows nothing of narrowing."""

    def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
        return dict(study.trials[0].distributions) if study.trials else {}

    def sample_relative(self, study: Any, trial: Any, search_space: Any) -> dict[str, Any]:
        return {n: self.sample_independent(study, trial, n, d) for n, d in search_space.items()}


JOINT: dict[str, Factory] = {
    "default": lambda: None,
    "tpe": lambda: samplers.TPESampler(n_startup_trials=0, seed=0),
    "qmc": lambda: samplers.QMCSampler(seed=0),
    "lite_gp": lambda: LiteGPSampler(n_startup_trials=1, seed=0, warn_independent_sampling=False),
    "third_party": lambda: _ThirdParty(seed=0),
}
# The suite for joint sampling asks for values after one trial, in a space that its trial was not
# sampled from. Optuna's own samplers below cannot do so, with or without guidance: genetic ones
# return nothing before they have parents, and TPE with groups looks at the trials' space alone.
NOT_AFTER_ONE_TRIAL = {
    "tpe_group": lambda: samplers.TPESampler(
        multivariate=True, group=True, n_startup_trials=0, seed=0
    ),
    "nsga2": lambda: samplers.NSGAIISampler(population_size=2, seed=0),
    "nsga3": lambda: samplers.NSGAIIISampler(population_size=2, seed=0),
}
INDEPENDENT = {
    "random": lambda: samplers.RandomSampler(seed=0),
    "tpe_univariate": lambda: samplers.TPESampler(multivariate=False, n_startup_trials=0, seed=0),
}
SINGLE = {
    "cmaes": lambda: samplers.CmaEsSampler(n_startup_trials=0, seed=0),
    "cmaes_separable": lambda: samplers.CmaEsSampler(
        n_startup_trials=0, use_separable_cma=True, seed=0
    ),
    "cmaes_margin": lambda: samplers.CmaEsSampler(n_startup_trials=0, with_margin=True, seed=0),
}


def _sampler(bases: Mapping[str, Factory]) -> Any:
    params = [pytest.param((make, HARDEST), id=f"{name}-hardest") for name, make in bases.items()]
    params += [
        pytest.param((bases[name], {}), id=f"{name}-normal")
        for name in NORMAL_AS_WELL
        if name in bases
    ]

    @pytest.fixture(params=params)
    def sampler(self: Any, request: pytest.FixtureRequest) -> Factory:
        make, settings = request.param
        return lambda: GuidedSampler(make(), seed=0, **settings)

    return sampler


if importlib.util.find_spec("torch") is not None:
    JOINT["gp"] = lambda: samplers.GPSampler(n_startup_trials=0, seed=0)


class TestBasic(BasicSamplerTestCase):
    sampler = _sampler({**INDEPENDENT, **JOINT, **NOT_AFTER_ONE_TRIAL, **SINGLE})


class TestSeveralObjectives(MultiObjectiveSamplerTestCase):
    sampler = _sampler({**INDEPENDENT, **JOINT, **NOT_AFTER_ONE_TRIAL})


class TestSingleObjectiveOnly(SingleOnlySamplerTestCase):
    sampler = _sampler(SINGLE)


class TestRelative(RelativeSamplerTestCase):
    sampler = _sampler(JOINT)
