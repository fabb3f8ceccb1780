"""A study is run in many ways: each keeps its guidance, and loses no trial."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import optuna
import pytest
from fake_fit import FakeFit
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.samplers import TPESampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import TrialState

from optuna_guide import GuideCallback, GuidedSampler, LiteGPSampler, load_guidance
from optuna_guide.guidance import Guidance

SPACE: dict[str, BaseDistribution] = {"x": FloatDistribution(0, 1), "y": FloatDistribution(0, 1)}


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1)


class Filtered:
    """A study of which only some trials are seen, as LightGBM's tuner and Hyperband pass it on."""

    def __init__(self, study: optuna.Study) -> None:
        self._study = study

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    def get_trials(self, *arguments: Any, **options: Any) -> list[optuna.trial.FrozenTrial]:
        return self._study.get_trials(*arguments, **options)[::2]

    @property
    def trials(self) -> list[optuna.trial.FrozenTrial]:
        return self.get_trials()


def test_a_callback_that_is_given_views_guides_the_whole_study(fake_fit: FakeFit) -> None:
    study, guide = optuna.create_study(), GuideCallback()
    study.optimize(
        objective, n_trials=30, callbacks=[lambda study, trial: guide(Filtered(study), trial)]
    )
    guidance = guide.wait()
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 30
    assert load_guidance(study) == guidance
    assert fake_fit.fitted == [30]
    assert guide.last_error is None


def test_a_trial_whose_worker_fell_silent_is_failed_and_tried_again(
    fake_fit: FakeFit, sqlite_url: str
) -> None:
    storage = RDBStorage(
        sqlite_url,
        heartbeat_interval=1,
        grace_period=1,
        heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=1),
    )
    sampler = GuidedSampler(TPESampler(seed=0), n_startup_trials=5, seed=0)
    study = optuna.create_study(storage=storage, sampler=sampler)
    with GuideCallback() as guide:
        study.optimize(objective, n_trials=12, callbacks=[guide])
        with pytest.warns(UserWarning, match="Heartbeat"):
            silent = study.ask(SPACE)
        storage.record_heartbeat(silent._trial_id)
        time.sleep(2.1)
        study.optimize(objective, n_trials=3, callbacks=[guide])
    assert study.trials[silent.number].state == TrialState.FAIL
    again = [t for t in study.trials if t.params == silent.params and t.number > silent.number]
    assert [t.state for t in again] == [TrialState.COMPLETE]
    assert guide.guidance.n_finished == len(study.trials) == 16


def test_errors_that_are_caught_and_a_stop_from_within_leave_the_guidance(
    fake_fit: FakeFit,
) -> None:
    study = optuna.create_study(sampler=GuidedSampler(seed=0))

    def failing(trial: optuna.Trial) -> float:
        value = objective(trial)
        if trial.number == 17:
            study.stop()
        if trial.number % 4 == 1:
            raise ValueError
        if trial.number % 4 == 2:
            raise optuna.TrialPruned
        return value

    with GuideCallback() as guide:
        study.optimize(failing, n_trials=100, callbacks=[guide], catch=ValueError)
    assert len(study.trials) == 18
    assert guide.guidance.n_finished == 18
    with pytest.raises(KeyError), GuideCallback() as other:
        study.optimize(lambda _: {}["missing"], n_trials=1, callbacks=[other])


@pytest.mark.parametrize(
    "sampler", [GuidedSampler(TPESampler(seed=0), seed=0), LiteGPSampler(seed=0)], ids=str
)
def test_a_driver_asks_workers_compute_and_tells_come_in_any_order(
    sampler: optuna.samplers.BaseSampler, fake_fit: FakeFit
) -> None:
    study, guide = optuna.create_study(sampler=sampler), GuideCallback()
    with ThreadPoolExecutor(4) as pool, guide:
        for _ in range(5):
            batch = [study.ask(SPACE) for _ in range(4)]
            jobs = {pool.submit(lambda p: p["x"] + p["y"], t.params): t for t in batch}
            for job in as_completed(jobs):
                study.tell(jobs[job].number, job.result())  # by number, as from another process
                guide.update(study, jobs[job])
    assert guide.guidance.n_finished == 20
    assert len({tuple(t.params.values()) for t in study.trials}) == 20
    assert all(t.state == TrialState.COMPLETE for t in study.trials)


class Trainer:
    """A training loop that calls hooks, as that of Lightning does."""

    def __init__(self, trial: optuna.Trial) -> None:
        self._trial = trial

    def on_fit_start(self) -> float:
        return self._trial.suggest_float("x", 0, 1)

    def on_validation_end(self, epoch: int, loss: float) -> None:
        self._trial.report(loss, epoch)
        if self._trial.should_prune():
            raise optuna.TrialPruned

    def fit(self) -> float:
        x = self.on_fit_start()
        for epoch in range(3):
            decay = self._trial.suggest_float("decay", 0, 1) if epoch == 1 else 0.0
            self.on_validation_end(epoch, x + decay)
        return x


def test_a_training_loop_suggests_late_and_prunes_in_its_hooks(fake_fit: FakeFit) -> None:
    sampler = GuidedSampler(TPESampler(seed=0), n_startup_trials=8, seed=0)
    pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
    study = optuna.create_study(sampler=sampler, pruner=pruner)
    with GuideCallback() as guide:
        study.optimize(lambda trial: Trainer(trial).fit(), n_trials=30, callbacks=[guide])
    states = [t.state for t in study.trials]
    assert set(states) == {TrialState.COMPLETE, TrialState.PRUNED}
    assert guide.guidance.n_finished == 30
    assert "guided" in {t.system_attrs["guide:decision"]["kind"] for t in study.trials}


def work(url: str, name: str, sampler: bytes, guide: bytes) -> None:
    study = optuna.load_study(study_name=name, storage=url, sampler=pickle.loads(sampler))
    study.sampler.reseed_rng()
    study.optimize(objective, n_trials=6, callbacks=[pickle.loads(guide)])


@pytest.mark.slow
def test_spawned_processes_take_a_pickled_sampler_and_callback(sqlite_url: str) -> None:
    study = optuna.create_study(storage=sqlite_url, study_name="s")
    sampler = pickle.dumps(GuidedSampler(TPESampler(seed=0), n_startup_trials=5, seed=0))
    guide = pickle.dumps(GuideCallback(publish=False))
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=work, args=(sqlite_url, "s", sampler, guide)) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert len({tuple(t.params.values()) for t in study.trials}) == 12
    guidance = load_guidance(study)
    assert guidance is not None
    assert guidance.n_finished == 12
