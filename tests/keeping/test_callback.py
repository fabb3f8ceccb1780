from __future__ import annotations

import copy
import gc
import math
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from fake_fit import MIN_TRIALS, FakeFit
from optuna.samplers import RandomSampler

from optuna_guide import GuidedSampler, stop
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.keeping import keeper as keeper_module
from optuna_guide.keeping import watch
from optuna_guide.keeping.callback import GuideCallback
from optuna_guide.keeping.watch import Watch, affordable_at, next_due
from optuna_guide.store.attributes import StoreError
from optuna_guide.store.claims import claim_refit, release_refit
from optuna_guide.store.versions import guidance_head, load_guidance


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fits may take all the time there is, and a pause is short."""
    monkeypatch.setattr(watch, "SHARE", math.inf)
    monkeypatch.setattr(watch, "QUIET", 0.05)
    monkeypatch.setattr(watch, "USUAL", 0.05)
    monkeypatch.setattr(watch, "LONGEST_QUIET", 0.3)
    monkeypatch.setattr(keeper_module, "PAUSE", 0.0)


def test_one_callback_leaves_guidance_in_every_storage(
    study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback()
    study.optimize(objective, n_trials=12, callbacks=[callback])
    guidance = callback.wait()
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 12
    assert guidance == callback.guidance == load_guidance(study) == fake_fit.published[-1]
    assert callback.last_error is None


def test_leaving_the_context_fits_the_final_state(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    with GuideCallback() as callback:
        memory_study.optimize(objective, n_trials=15, callbacks=[callback])
    assert isinstance(callback.guidance, Guidance)
    assert callback.guidance.n_finished == 15


def test_ask_and_tell_uses_update(memory_study: optuna.Study, fake_fit: FakeFit) -> None:
    callback = GuideCallback()
    assert callback.guidance is None
    for _ in range(11):
        trial = memory_study.ask()
        memory_study.tell(trial, objective(trial))
        callback.update(memory_study)
    guidance = callback.wait()
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 11


def test_too_few_trials_are_said_and_published(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=2, callbacks=[callback])
    assert callback.wait() == NotReady("too few trials", 2, MIN_TRIALS - 2)
    assert fake_fit.published == [callback.guidance]


def test_publishing_can_be_turned_off(memory_study: optuna.Study, fake_fit: FakeFit) -> None:
    callback = GuideCallback(publish=False)
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    assert callback.wait()
    assert fake_fit.published == []


@pytest.mark.usefixtures("quick")
def test_trials_do_not_wait_for_a_fit(memory_study: optuna.Study, fake_fit: FakeFit) -> None:
    fake_fit.may_go_on.clear()
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=1, callbacks=[callback])
    wait_until(lambda: fake_fit.fitted != [])
    memory_study.optimize(objective, n_trials=30, callbacks=[callback])
    assert len(memory_study.trials) == 31
    assert len(fake_fit.fitted) == 1
    assert callback.wait(timeout=0.01) is None
    fake_fit.may_go_on.set()
    guidance = callback.wait()
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 31


@pytest.mark.usefixtures("quick")
def test_fits_follow_the_schedule_while_trials_run(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback()
    running = memory_study.ask()  # so that the study does not look finished
    for n in range(1, 41):
        memory_study.optimize(objective, n_trials=1, callbacks=[callback])
        if n in (1, 10, 15, 20, 25, 32, 40):
            wait_until(lambda n=n: fake_fit.fitted[-1:] == [n])
    assert fake_fit.fitted == [1, 10, 15, 20, 25, 32, 40]
    memory_study.tell(running, 0.0)


@pytest.mark.usefixtures("quick")
def test_every_n_trials_replaces_the_schedule(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback(every_n_trials=3)
    running = memory_study.ask()
    for n in range(1, 8):
        memory_study.optimize(objective, n_trials=1, callbacks=[callback])
        if n in (1, 4, 7):
            wait_until(lambda n=n: fake_fit.fitted[-1:] == [n])
    assert fake_fit.fitted == [1, 4, 7]
    memory_study.tell(running, 0.0)


@pytest.mark.usefixtures("quick")
def test_the_last_trials_are_fitted_when_the_study_pauses(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=13, callbacks=[callback])
    wait_until(lambda: fake_fit.fitted[-1:] == [13])
    wait_until(lambda: getattr(guidance_head(memory_study), "n_finished", 0) == 13)


@pytest.mark.usefixtures("quick")
def test_a_study_with_a_running_trial_has_not_paused(
    memory_study: optuna.Study, fake_fit: FakeFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LONGEST_QUIET", 60.0)
    callback = GuideCallback(every_n_trials=100)
    memory_study.optimize(objective, n_trials=1, callbacks=[callback])
    wait_until(lambda: fake_fit.fitted == [1])
    running = memory_study.ask()
    memory_study.optimize(objective, n_trials=20, callbacks=[callback])
    wait_until(lambda: callback._keeper._watches[memory_study].quiet > 0.3)
    assert fake_fit.fitted == [1]
    memory_study.tell(running, 0.5)
    callback.update(memory_study)
    wait_until(lambda: fake_fit.fitted == [1, 22])


def test_trials_that_take_long_do_not_let_fits_take_more_than_their_share(
    memory_study: optuna.Study, fake_fit: FakeFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "QUIET", 0.05)
    callback = GuideCallback()
    memory_study.ask()  # and it runs for longer than a study is quiet
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    wait_until(lambda: callback._keeper._watches[memory_study].quiet > 0.3)
    assert fake_fit.fitted == []


@pytest.mark.usefixtures("quick")
def test_a_study_whose_worker_died_is_fitted_and_let_go(fake_fit: FakeFit) -> None:
    study, callback = optuna.create_study(), GuideCallback(every_n_trials=100)
    study.ask()  # and nobody tells
    study.optimize(objective, n_trials=12, callbacks=[callback])
    wait_until(lambda: fake_fit.fitted == [12] and callback._keeper._thread is None)
    assert isinstance(callback.guidance, Guidance)
    del study
    wait_until(lambda: gc.collect() >= 0 and len(callback._keeper._watches) == 0)
    assert callback._keeper not in keeper_module._unfinished


@pytest.mark.parametrize("n_jobs", [1, 4])
def test_an_error_is_logged_once_and_trials_go_on(
    n_jobs: int,
    memory_study: optuna.Study,
    fake_fit: FakeFit,
    quick: None,
    optuna_warnings: list[str],
) -> None:
    fake_fit.error = RuntimeError("the fit broke")
    callback = GuideCallback(every_n_trials=1)
    memory_study.optimize(objective, n_trials=20, callbacks=[callback], n_jobs=n_jobs)
    assert callback.wait() is None
    assert len(memory_study.trials) == 20
    assert callback.last_error is fake_fit.error
    assert len(optuna_warnings) == 1
    assert "the fit broke" in optuna_warnings[0]
    fake_fit.error = None
    memory_study.optimize(objective, n_trials=1, callbacks=[callback])
    assert isinstance(callback.wait(), Guidance)


@pytest.mark.usefixtures("quick", "optuna_warnings")
def test_what_failed_in_the_background_is_tried_again_at_the_end(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    fake_fit.error = RuntimeError("the fit broke")
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    wait_until(lambda: callback.last_error is not None and callback._keeper._thread is None)
    fake_fit.error = None
    assert isinstance(callback.wait(), Guidance)


def test_guidance_that_cannot_be_stored_is_known_all_the_same(
    memory_study: optuna.Study,
    fake_fit: FakeFit,
    monkeypatch: pytest.MonkeyPatch,
    optuna_warnings: list[str],
) -> None:
    callback = GuideCallback()
    monkeypatch.setattr(memory_study._storage, "get_study_system_attrs", None)
    monkeypatch.setattr(type(memory_study), "metric_names", None)
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    guidance = callback.wait()
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 12
    assert isinstance(callback.last_error, StoreError)


def test_guidance_that_cannot_be_published_is_stored_all_the_same(
    memory_study: optuna.Study, fake_fit: FakeFit, optuna_warnings: list[str]
) -> None:
    fake_fit.publish_error = ImportError("no plotly")
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    assert callback.wait() == load_guidance(memory_study)
    assert callback.last_error is fake_fit.publish_error
    assert len(optuna_warnings) == 1


def test_threads_share_one_callback(memory_study: optuna.Study, fake_fit: FakeFit) -> None:
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=60, callbacks=[callback], n_jobs=4)
    guidance = callback.wait()
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 60


def test_one_callback_serves_several_studies(fake_fit: FakeFit) -> None:
    callback = GuideCallback()
    studies = [optuna.create_study(study_name=name) for name in "ab"]
    for study in studies:
        study.optimize(objective, n_trials=11, callbacks=[callback])
    callback.wait()
    stored = [load_guidance(study) for study in studies]
    assert [g.study_name for g in stored if g is not None] == ["a", "b"]


def test_a_worker_adopts_what_another_one_stored(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    mine, other = GuideCallback(), GuideCallback()
    memory_study.optimize(objective, n_trials=12, callbacks=[mine, other])
    stored = other.wait()
    assert mine.wait() == stored
    assert fake_fit.fitted == [12]


def test_a_worker_waits_for_the_one_that_holds_the_claim(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    assert claim_refit(memory_study, "another worker", 60)
    assert callback.wait(timeout=0.2) is None
    assert fake_fit.fitted == []
    release_refit(memory_study, "another worker")
    assert isinstance(callback.wait(timeout=60), Guidance)


def test_callbacks_of_another_target_do_not_share(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    default, other = GuideCallback(), GuideCallback(target="accuracy", direction="maximize")
    memory_study.optimize(objective, n_trials=12, callbacks=[default, other])
    default.wait()
    other.wait()
    assert fake_fit.asked == [(None, None), ("accuracy", "maximize")]


@pytest.mark.parametrize("copy_of", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_a_copy_keeps_the_settings_and_starts_anew(
    copy_of: Callable[[Any], Any], memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback(7, target="accuracy", direction="maximize", seed=3, publish=False)
    memory_study.optimize(objective, n_trials=12, callbacks=[callback])
    other = copy_of(callback)
    assert other.guidance is None
    assert other.__getstate__() == callback.__getstate__()
    memory_study.optimize(objective, n_trials=1, callbacks=[other])
    assert isinstance(other.wait(), Guidance)
    assert fake_fit.asked[-1] == ("accuracy", "maximize")


def test_a_study_that_is_gone_is_not_kept_alive(fake_fit: FakeFit, quick: None) -> None:
    callback = GuideCallback()
    study = optuna.create_study()
    study.optimize(objective, n_trials=11, callbacks=[callback])
    callback.wait()
    assert len(callback._keeper._watches) == 1
    wait_until(lambda: callback._keeper._thread is None)
    del study
    wait_until(lambda: len(callback._keeper._watches) == 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_worker_is_not_blocked_by_a_lock_of_its_parent(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    callback = GuideCallback()
    memory_study.optimize(objective, n_trials=11, callbacks=[callback])
    with callback._keeper._changed:
        child = os.fork()
        if child == 0:
            callback.update(memory_study)
            os._exit(0 if isinstance(callback.wait(), Guidance) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_context_that_is_no_name_is_refused_before_a_study_runs() -> None:
    with pytest.raises(TypeError):
        GuideCallback(context=5)  # type: ignore[arg-type]


def test_a_wrong_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="every_n_trials must be at least 1, not 0"):
        GuideCallback(0)


def test_the_schedule_grows_by_a_quarter() -> None:
    assert [next_due(n, None) for n in (0, 10, 20, 40, 1000)] == [5, 15, 25, 50, 1250]
    assert next_due(40, 3) == 43
    assert next_due(2, None, n_missing=8) == 10


def test_fits_take_a_fiftieth_of_the_time() -> None:
    assert affordable_at(100.0, spent=0.0, expected=1.0) == pytest.approx(150)
    assert affordable_at(100.0, spent=2.0, expected=3.0) == pytest.approx(350)


def test_a_study_is_looked_at_when_a_fit_is_due_and_affordable_or_when_it_pauses(
    memory_study: optuna.Study,
) -> None:
    seen = Watch(due=10)
    assert seen.look_at(affordable=5.0) == math.inf
    seen.note(memory_study, 3, now=7.0)
    assert seen.look_at(affordable=5.0) == 7.0 + watch.QUIET
    seen.note(memory_study, 10, now=8.0)
    assert seen.look_at(affordable=5.0) == 5.0
    assert seen.look_at(affordable=50.0) == 8.0 + watch.QUIET
    seen.not_before = 30.0
    assert seen.look_at(affordable=5.0) == 30.0


def test_a_study_of_slow_trials_is_not_looked_at_between_two_of_them(
    memory_study: optuna.Study,
) -> None:
    seen = Watch(due=100)
    for k in range(4):
        seen.note(memory_study, k, now=10.0 + 5.0 * k)
    assert seen.look_at(affordable=0.0) == 25.0 + 10.0
    seen.note(memory_study, 5, now=1000.0)  # after a pause, of which the next may be no longer
    assert seen.look_at(affordable=0.0) == 1000.0 + watch.USUAL
    seen.note(memory_study, 6, now=1000.1)
    assert seen.look_at(affordable=0.0) == 1000.1 + watch.QUIET


@pytest.mark.parametrize("name", ["inmemory", "sqlite"])
def test_the_end_of_the_program_fits_only_what_outlives_it(
    name: str, fake_fit: FakeFit, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "_unfinished", set())
    study = optuna.create_study(storage=sqlite_url if name == "sqlite" else None)
    study.optimize(objective, n_trials=11, callbacks=[GuideCallback()])
    heard = listen(monkeypatch)
    keeper_module._finish_all()
    assert fake_fit.fitted == ([11] if name == "sqlite" else [])
    assert heard == []


def listen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is logged for people."""
    heard: list[str] = []
    monkeypatch.setattr(keeper_module._logger, "info", heard.append)
    return heard


def test_one_line_says_what_is_known_at_the_end(
    fake_fit: FakeFit, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = listen(monkeypatch)
    study = optuna.create_study(storage=sqlite_url)
    with GuideCallback() as callback:
        study.optimize(objective, n_trials=12, callbacks=[callback])
    callback.wait()
    said = "Guidance v1, a good guide, except for differences in accuracy below 0.07: x (100 % of "
    assert heard == [
        f"{said}what is explained) drives accuracy. See it: optuna-guide serve {sqlite_url}"
    ]


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from fake_fit import FakeFit
FakeFit().install()
import optuna
from optuna_guide import GuideCallback
optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(study_name="s", storage={url!r}, load_if_exists=True)
study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=12, callbacks=[GuideCallback()])
"""


def test_workers_leave_the_final_guidance_when_they_end(sqlite_url: str) -> None:
    study = optuna.create_study(study_name="s", storage=sqlite_url)
    script = SCRIPT.format(tests=str(Path(__file__).parents[1]), url=sqlite_url)
    workers = [
        subprocess.Popen([sys.executable, "-c", script + end], stderr=subprocess.PIPE, text=True)
        for end in ("", "raise SystemExit(3)")
    ]
    errors = [worker.communicate(timeout=120)[1] for worker in workers]
    assert errors == ["", ""]
    assert [worker.returncode for worker in workers] == [0, 3]
    head = guidance_head(study)
    assert head is not None
    assert head.n_finished == 24


def test_a_stop_ends_the_run_that_it_was_asked_for_and_no_later_one(
    memory_study, fake_fit, monkeypatch
):
    monkeypatch.setattr(watch, "STOP_PAUSE", 0.0)
    callback = GuideCallback()

    def objective(trial):
        if trial.number == 2:
            stop(memory_study, author="Ana")
        return trial.suggest_float("x", 0, 1)

    memory_study.optimize(objective, n_trials=20, callbacks=[callback])
    assert len(memory_study.trials) == 3
    memory_study.optimize(objective, n_trials=5, callbacks=[callback])
    assert len(memory_study.trials) == 8
    memory_study.optimize(objective, n_trials=5, callbacks=[GuideCallback()])
    assert len(memory_study.trials) == 13
    assert callback.last_error is None


@pytest.mark.parametrize(("known", "n_trials"), [(10.0, 4), (0.0, 3)])
def test_a_stop_that_is_known_when_a_trial_begins_or_after_a_long_one_ends_the_run(
    known: float,
    n_trials: int,
    memory_study: optuna.Study,
    fake_fit: FakeFit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "STOP_PAUSE", 0.0)
    monkeypatch.setattr("optuna_guide.store.steering.KNOWN", known)
    memory_study.sampler = GuidedSampler(RandomSampler())

    def stopping(trial: optuna.Trial) -> float:
        if trial.number == 2:
            stop(memory_study)
        return objective(trial)

    memory_study.optimize(stopping, n_trials=20, callbacks=[GuideCallback()])
    assert len(memory_study.trials) == n_trials


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_stop_is_obeyed_whatever_the_clock_of_who_asks(
    hours: int, memory_study: optuna.Study, fake_fit: FakeFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "STOP_PAUSE", 0.0)
    now = time.time()

    def stopping(trial: optuna.Trial) -> float:
        if trial.number == 5:
            with monkeypatch.context() as patch:
                patch.setattr("optuna_guide.store.stops.time.time", lambda: now + 3600 * hours)
                stop(memory_study)
        return objective(trial)

    for _ in range(2):  # and once
        memory_study.optimize(stopping, n_trials=10, callbacks=[GuideCallback()])
    assert len(memory_study.trials) == (16 if hours < 0 else 7)
