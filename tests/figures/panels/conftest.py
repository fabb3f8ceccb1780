"""Guidance of every kind, for every panel."""

from __future__ import annotations

import pytest
from guidances import GUIDANCE, make_guidance

from optuna_guide.guidance import Guidance


@pytest.fixture(params=GUIDANCE)
def any_guidance(request: pytest.FixtureRequest) -> Guidance:
    return GUIDANCE[request.param]()


@pytest.fixture
def guidance() -> Guidance:
    return make_guidance()
