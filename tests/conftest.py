"""What every test gets: storages, cheap models, warnings that are heard."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import optuna
import pytest
from fake_fit import PIPELINE, FakeFit
from hypothesis import HealthCheck, settings
from optuna.storages import BaseStorage
from optuna.testing.storages import STORAGE_MODES
from storages import SERVERS, open_mode

import optuna_guide
from optuna_guide.store import once

MEMORY = "/dev/shm"
if "TMPDIR" not in os.environ and os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > 2**30:
    # a database on a disk waits for it at every commit: 20 ms on a slow one, several for a trial
    os.environ["TMPDIR"] = tempfile.tempdir = MEMORY

optuna.logging.set_verbosity(optuna.logging.WARNING)
settings.register_profile(
    "project",
    deadline=None,  # a machine that is busy with other things is no failure
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # new examples are found at home, not by a release
)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of slow tests first: the last ones are short, so that all workers end together."""
    n_slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -n_slow[item.path])


@pytest.fixture(autouse=True)
def _heard() -> None:
    """Warnings are logged whatever an earlier test, or a program that it ran, had silenced."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    once._said.clear()


@pytest.fixture(autouse=True, scope="module")
def _cheap_models(request: pytest.FixtureRequest) -> Iterator[None]:
    """All read one fit of the same trials, but for the tests of models."""
    tested = Path(str(request.path)).relative_to(request.config.rootpath / "tests").parts[0]
    with pytest.MonkeyPatch.context() as patch:
        if tested != "models":
            from kept_fits import fit_once

            patch.setattr("optuna_guide.models.pipeline.fit_models", fit_once)
        if tested in ("browser", "figures", "surfaces"):
            patch.setattr("optuna_guide.analysis.robustness.N_RESAMPLES", 2)
        yield


@pytest.fixture(params=[*STORAGE_MODES, *SERVERS])
def storage(request: pytest.FixtureRequest) -> Iterator[BaseStorage]:
    """Every storage that Optuna has, one after the other."""
    with open_mode(request.param) as opened:
        yield opened


@pytest.fixture
def study(storage: BaseStorage) -> Iterator[optuna.Study]:
    """An empty study in every storage; deleted afterwards."""
    name = f"optuna-guide-{uuid.uuid4().hex}"
    created = optuna.create_study(
        storage=storage, study_name=name, sampler=optuna.samplers.RandomSampler(seed=0)
    )
    yield created
    optuna.delete_study(study_name=name, storage=storage)


@pytest.fixture
def memory_study() -> optuna.Study:
    """An empty study in memory."""
    return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))


@pytest.fixture
def sqlite_url(tmp_path: object) -> str:
    """URL of a fresh SQLite file."""
    return f"sqlite:///{tmp_path}/study.db"


@pytest.fixture
def optuna_warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was logged as a warning, in order."""
    messages: list[str] = []
    log: Callable[..., None] = messages.append
    monkeypatch.setattr(optuna.logging.get_logger("optuna.guide"), "warning", log)
    return messages


@pytest.fixture
def fake_fit(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFit]:
    """Fits and publications that take no time; no callback outlives the test."""
    from optuna_guide.keeping import keeper

    fake = FakeFit()
    monkeypatch.setitem(sys.modules, PIPELINE, ModuleType(PIPELINE))
    monkeypatch.setattr(optuna_guide, "publish", optuna_guide.publish)
    fake.install()
    yield fake
    fake.may_go_on.set()
    for left in list(keeper._alive):
        with left._changed:
            left._watches.clear()
            left._changed.notify()
            thread = left._thread
        if thread is not None:
            thread.join(60)
