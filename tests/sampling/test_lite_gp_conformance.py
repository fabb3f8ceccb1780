"""Optuna's own suites for samplers, from the first modelled trial on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from optuna.testing.pytest_samplers import (
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)

from optuna_guide.sampling.lite_gp import LiteGPSampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna.samplers import BaseSampler


class TestLiteGPSampler(
    BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase
):
    @pytest.fixture
    def sampler(self) -> Callable[[], BaseSampler]:
        return lambda: LiteGPSampler(n_startup_trials=0, warn_independent_sampling=False)


class TestLiteGPSamplerWithDefaults(BasicSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> Callable[[], BaseSampler]:
        return LiteGPSampler
