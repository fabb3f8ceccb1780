"""What the tests of servers and notebooks share."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from optuna_guide.surfaces.workbench import studies


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and what a server has read of a study is too old to be shown again."""
    passed = 0.0

    def pass_by() -> None:
        nonlocal passed
        passed += studies.FRESH

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + passed)
    monkeypatch.setattr(studies, "time", clock)
    return pass_by
