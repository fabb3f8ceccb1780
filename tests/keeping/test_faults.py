"""Workers that are killed, cut off, older than others or have another clock; a full disk."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import optuna
import pytest
from fake_fit import FakeFit
from optuna.exceptions import StorageInternalError
from optuna.samplers import RandomSampler
from optuna.trial import TrialState
from processes import fork, reopen, wait_for
from sqlalchemy import event
from storages import SERVERS, open_mode

from optuna_guide import GuideCallback, GuidedSampler, apply_region, load_guidance
from optuna_guide.guidance import Guidance
from optuna_guide.keeping import watch
from optuna_guide.keeping.refit import fit_now, refit_once
from optuna_guide.store import keys, versions
from optuna_guide.store.attributes import StoreError, read_attributes, write_attribute
from optuna_guide.store.claims import claim_refit, release_refit
from optuna_guide.store.history import load_history
from optuna_guide.store.storages import uncached
from optuna_guide.study.snapshot import read_snapshot

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
PANEL = f"{keys.PANELS}shown:0"
OF_A_REFIT = (keys.SAMPLERS, keys.CLAIM, "guide:slot:", keys.HEAD, keys.HISTORY, PANEL)


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def show(study: optuna.Study, guidance: object) -> None:
    """In place of the panels."""
    write_attribute(study, PANEL, str(getattr(guidance, "version", 0)))


def refit(study: optuna.Study) -> Guidance:
    """What a worker that comes next knows."""
    guide = GuideCallback(publish=show)
    guide.update(study)
    found = guide.wait(timeout=10)
    assert guide.last_error is None
    assert isinstance(found, Guidance)
    return found


@pytest.fixture(
    params=["sqlite", *(pytest.param(m, marks=pytest.mark.slow) for m in ("journal", *SERVERS))]
)
def study(request: pytest.FixtureRequest) -> Iterator[optuna.Study]:
    """A study in a storage that several processes open, with a guidance."""
    with open_mode(request.param) as storage:
        created = optuna.create_study(
            storage=storage, study_name=f"faults-{uuid.uuid4().hex}", sampler=RandomSampler(seed=0)
        )
        created.optimize(objective, n_trials=12)
        yield created
        optuna.delete_study(study_name=created.study_name, storage=storage)


def run_until_write(study: optuna.Study, last: int, told: int) -> None:
    """A trial and a refit; this process is killed before the ``last`` write, and tells its key."""
    mine = reopen(study, sampler=RandomSampler())
    write, writes = mine._storage.set_study_system_attr, itertools.count()

    def write_or_die(study_id: int, key: str, value: Any) -> None:
        if next(writes) == last:
            os.write(told, key.encode())
            os.kill(os.getpid(), signal.SIGKILL)
        write(study_id, key, value)

    mine._storage.set_study_system_attr = write_or_die
    guide = GuideCallback(publish=show)
    mine.optimize(objective, n_trials=1, callbacks=[guide])
    guide.wait()


def test_a_worker_killed_at_any_write_of_a_refit_loses_nothing_and_is_replaced(
    study: optuna.Study, fake_fit: FakeFit
) -> None:
    assert refit(study).version == 1
    told, tell = os.pipe()
    for last in itertools.count():
        before, n_trials = load_guidance(study), len(study.trials) + 1
        code = wait_for(fork(lambda k=last: run_until_write(study, k, tell)))
        assert [t.state for t in study.trials] == n_trials * [TrialState.COMPLETE]
        if code == 0:
            break
        assert code == -signal.SIGKILL
        kept = load_guidance(study)
        assert kept is not None
        assert kept == before or kept.n_finished == n_trials
        first = refit(study)
        study.optimize(objective, n_trials=1)
        second = refit(study)
        assert (first.n_finished, second.n_finished) == (n_trials, n_trials + 1)
        assert load_guidance(study) == second
        assert read_attributes(study)[PANEL] == str(second.version)
        assert load_history(study)[-1].version == second.version
    os.close(tell)
    died_before = os.read(told, 10_000).decode()
    os.close(told)
    assert [key for key in OF_A_REFIT if key not in died_before] == []
    assert died_before.count(keys.CLAIM) == 2  # it is given back


def test_a_worker_of_another_machine_that_died_is_replaced_when_its_claim_ends(
    study: optuna.Study, fake_fit: FakeFit
) -> None:
    """Whether it died cannot be known: its claim has to end, by the clock of who waits."""

    def hold() -> None:
        assert claim_refit(reopen(study), "elsewhere/1/a", 2.0)
        os.kill(os.getpid(), signal.SIGKILL)

    assert wait_for(fork(hold)) == -signal.SIGKILL
    started = time.monotonic()
    assert refit(study).n_finished == 12
    assert 2.0 <= time.monotonic() - started < 5.0


def test_a_worker_that_was_cut_off_puts_no_older_guidance_over_a_newer_one(
    study: optuna.Study, fake_fit: FakeFit
) -> None:
    """It is silent for longer than its claim holds, and comes back when another has fitted."""

    def fit(snapshot: Any, asked: Any) -> Any:
        found = fit_now(snapshot, asked)
        release_refit(study, "cut off")  # to others it is as if the claim had ended
        study.optimize(objective, n_trials=3)
        assert refit(study).n_finished == 15
        return found

    told: list[Exception] = []
    result = refit_once(
        study,
        read_snapshot(study),
        asked=(None, None),
        fit=fit,
        owner="cut off",
        report=told.append,
        publish=show,
    )
    newest = load_guidance(study)
    assert newest is not None
    assert (newest.version, newest.n_finished) == (1, 15)
    assert result is not None
    assert result[1] == newest
    assert read_attributes(study)[PANEL] == "1"
    assert told == []


def test_of_two_workers_that_claimed_at_once_the_last_one_keeps_what_it_fits(
    study: optuna.Study, fake_fit: FakeFit
) -> None:
    def fit(snapshot: Any, asked: Any) -> Any:
        release_refit(study, "first")  # to the other one nobody had claimed
        assert claim_refit(study, "last", 60)
        return fit_now(snapshot, asked)

    read, told = read_snapshot(study), list[Exception]()
    asked = (None, None)
    assert refit_once(study, read, asked=asked, fit=fit, owner="first", report=told.append) is None
    assert load_guidance(study) is None
    assert not claim_refit(study, "third")
    assert refit_once(study, read, asked=asked, fit=fit_now, owner="last", report=told.append)
    assert load_guidance(study) is not None
    assert told == []


class Shifted(datetime):
    """The time of a clock that is off."""

    by = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> Shifted:
        return super().now(tz) + cls.by


def set_clock(hours: float) -> None:
    """This process has another time from now on."""
    now, Shifted.by = time.time, timedelta(hours=hours)
    time.time = lambda: now() + 3600 * hours
    for name, module in list(sys.modules.items()):
        if name.startswith("optuna") and getattr(module, "datetime", None) is datetime:
            module.datetime = Shifted


def test_clocks_an_hour_apart_make_no_refit_twice(
    study: optuna.Study, fake_fit: FakeFit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SHARE", float("inf"))
    monkeypatch.setattr("optuna_guide.keeping.keeper.PAUSE", 0.0)
    log, fit_table = tmp_path / "fits", fake_fit.fit_table

    def fit(table: Any, **options: Any) -> Any:
        with log.open("a") as file:
            file.write(f"{table.states['COMPLETE']}\n")
        time.sleep(0.05)
        return fit_table(table, **options)

    monkeypatch.setattr(fake_fit, "fit_table", fit)
    fake_fit.install()

    def work(hours: float) -> None:
        set_clock(hours)
        mine = reopen(study, sampler=GuidedSampler(RandomSampler()))
        with GuideCallback(every_n_trials=10) as guide:
            for _ in range(20):
                mine.optimize(objective, n_trials=1, callbacks=[guide])
                time.sleep(0.02)
        assert guide.last_error is None

    apply_region(study, {"x": (0.5, 0.6)})
    for child in [fork(lambda h=hours: work(h)) for hours in (-1.0, 0.0, 1.0)]:
        assert wait_for(child) == 0
    fitted = [int(n) for n in log.read_text().split()]
    assert len(study.trials) == 12 + 60
    assert len(set(fitted)) <= 9  # one at each ten trials, and at each end
    assert len(fitted) <= len(set(fitted)) + 1  # two may claim at the same moment
    newest = load_guidance(study)
    assert newest is not None
    assert newest.n_finished == 72
    assert newest.version <= len(fitted)
    assert all(0.5 <= t.params["x"] <= 0.6 for t in study.trials[12:])


def test_the_last_region_counts_whatever_the_clock_of_who_sets_it(study: optuna.Study) -> None:
    def apply(hours: float, low: float) -> None:
        set_clock(hours)
        apply_region(reopen(study), {"x": (low, low + 0.1)})

    study.sampler = GuidedSampler(RandomSampler(seed=0))
    for hours, low in ((1.0, 0.2), (-1.0, 0.7)):
        assert wait_for(fork(lambda h=hours, at=low: apply(h, at))) == 0
        study.optimize(objective, n_trials=1)
        assert low <= study.trials[-1].params["x"] <= low + 0.1


def test_workers_of_two_versions_beside_each_other_each_keep_their_guidance(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    """The schemas differ: what the other stored is not read, and not in the way."""
    memory_study.optimize(objective, n_trials=12)

    def refit_newer() -> Guidance:
        def newer_head(**fields: Any) -> versions.Head:
            return head(**fields, schema=99)

        head = versions.Head
        with (
            patch.object(versions, "SCHEMA_VERSION", 99),
            patch.object(versions, "Head", newer_head),
        ):
            return refit(memory_study)

    for k in range(4):
        older, newer = refit(memory_study), refit_newer()
        assert older.n_finished == newer.n_finished == 12 + k
        assert newer.version == older.version + 1 == 2 * k + 2
        assert load_guidance(memory_study) == older
        memory_study.optimize(objective, n_trials=1)


def fill(study: optuna.Study) -> Callable[[int], None]:
    """Fill a database to the last page; what is returned sets how many it may have."""
    engine, limits = uncached(study._storage).engine, [1]  # as many as there are

    @event.listens_for(engine, "checkout")
    def limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limits[-1]}")

    with suppress(StorageInternalError):
        for k in itertools.count():
            study.set_user_attr(f"filling {k}", 2000 * "x")
    return limits.append


def test_a_full_disk_is_named_trials_go_on_and_the_guidance_comes_back(
    tmp_path: Path, fake_fit: FakeFit, optuna_warnings: list[str]
) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    study = optuna.create_study(storage=url, sampler=GuidedSampler(RandomSampler(seed=0)))
    study.optimize(objective, n_trials=12)
    assert refit(study).n_finished == 12
    study.optimize(objective, n_trials=1)
    limit = fill(study)
    guide = GuideCallback(publish=show)
    guide.update(study)
    known = guide.wait()
    assert isinstance(known, Guidance)
    assert known.n_finished == 13
    assert "the disk is full" in str(guide.last_error)
    assert load_guidance(study).n_finished == 12
    limit(2**30)
    study.optimize(objective, n_trials=2, callbacks=[guide])
    guide.wait()
    assert load_guidance(study).n_finished == 15


@pytest.mark.parametrize("name", ["inmemory", "sqlite"])
def test_a_study_deleted_while_it_is_fitted_is_let_go(
    name: str, sqlite_url: str, fake_fit: FakeFit, optuna_warnings: list[str]
) -> None:
    study = optuna.create_study(storage=sqlite_url if name == "sqlite" else None)
    storage, guide = study._storage, GuideCallback()
    study.optimize(objective, n_trials=12, callbacks=[guide])
    fit_table = fake_fit.fit_table

    def fit(*arguments: Any, **options: Any) -> Any:
        optuna.delete_study(study_name=study.study_name, storage=storage)
        return fit_table(*arguments, **options)

    fake_fit.fit_table = fit  # type: ignore[method-assign]
    fake_fit.install()
    guide.wait()
    assert "the study was deleted" in str(guide.last_error)
    assert len(optuna_warnings) == 1
    assert "the study was deleted" in optuna_warnings[0]
    fake_fit.fit_table = fit_table  # type: ignore[method-assign]
    fake_fit.install()
    other = optuna.create_study(storage=storage, sampler=RandomSampler(seed=0))
    other.optimize(objective, n_trials=12, callbacks=[guide])
    assert isinstance(guide.wait(), Guidance)


@pytest.mark.slow
def test_many_workers_make_one_refit_at_a_time_and_obey_a_region_at_once(
    study: optuna.Study, fake_fit: FakeFit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SHARE", float("inf"))
    monkeypatch.setattr("optuna_guide.keeping.keeper.PAUSE", 0.0)
    n_workers, n_each, log, is_set = 8, 12, tmp_path / "shown", tmp_path / "set"

    def show_once(study: optuna.Study, guidance: Guidance) -> None:
        with log.open("a") as file:
            file.write(f"{guidance.version} {guidance.n_finished}\n")

    def work() -> None:
        mine = reopen(study, sampler=GuidedSampler(RandomSampler()))
        with GuideCallback(every_n_trials=10, publish=show_once) as guide:
            for i in range(n_each):
                while i == n_each // 2 and not is_set.exists():
                    time.sleep(0.05)
                mine.optimize(objective, n_trials=1, callbacks=[guide])
                time.sleep(0.05)
        assert guide.last_error is None

    assert refit(study).version == 1
    workers = [fork(work) for _ in range(n_workers)]
    newest, region, begun = 1, {"x": (0.4, 0.5)}, None
    while (n := len(study.trials)) < 12 + n_workers * n_each - n_workers:
        with suppress(StoreError):  # an SQLite file is locked while somebody writes
            found = load_guidance(study)
            assert found is not None
            assert found.version >= newest
            newest = found.version
        if begun is None and n > 40:
            apply_region(study, region)
            begun = len(study.trials)
            is_set.touch()
    assert [wait_for(worker) for worker in workers] == n_workers * [0]
    trials = study.trials
    assert [t.state for t in trials] == (12 + n_workers * n_each) * [TrialState.COMPLETE]
    assert begun is not None
    assert all(0.4 <= t.params["x"] <= 0.5 for t in trials[begun:])
    shown = [tuple(map(int, line.split())) for line in log.read_text().splitlines()]
    assert shown == sorted(set(shown))  # each version is published once, by one worker
    assert len(shown) <= n_each * n_workers // 10 + 2
    assert shown[-1] == (1 + len(shown), len(trials))
