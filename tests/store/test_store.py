from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import json
import multiprocessing
import os
import time
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import optuna
import pytest
import store_workers
from guidances import make_guidance
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution
from optuna.exceptions import StorageInternalError
from optuna.trial import create_trial
from store_workers import SPACE, small_guidance

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Guidance
from optuna_guide.store import attributes, claims, history, versions
from optuna_guide.store.attributes import (
    StoreError,
    read_attributes,
    set_trial_attr,
    write_attribute,
)
from optuna_guide.store.claims import claim_refit, release_refit
from optuna_guide.store.history import load_history
from optuna_guide.store.keys import guidance_chunk
from optuna_guide.store.records import write_record
from optuna_guide.store.regions import RegionEntry, load_region, region_history, save_region
from optuna_guide.store.versions import Head, guidance_head, load_guidance, save_guidance


class Killed(BaseException):
    """A worker dies: nothing may catch this."""


class DictStorage:
    """Just enough of a storage; can die at a write, and remembers its writes."""

    def __init__(self, kept: Mapping[str, Any] = {}, dies_after: float = float("inf")) -> None:
        self.kept = dict(kept)
        self.dies_after = dies_after
        self.writes: list[tuple[str, Any]] = []
        self.n_reads = 0

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        self.n_reads += 1
        return dict(self.kept)

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        if len(self.writes) >= self.dies_after:
            raise Killed
        self.writes.append((key, value))
        self.kept[key] = value


def study_on(storage: Any) -> Any:
    return SimpleNamespace(study_name="s", _study_id=0, _storage=storage)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attributes, "_PAUSES", (0.001, 0.001, 0.001))
    monkeypatch.setattr(versions, "_PAUSES", (0.001, 0.001, 0.001))
    monkeypatch.setattr(attributes, "_warned", set())


def test_guidance_comes_back_from_every_storage(study: optuna.Study) -> None:
    assert load_guidance(study) is None
    first = save_guidance(study, make_guidance(n_trials=40))
    assert first.version == 1
    assert load_guidance(study) == first
    second = save_guidance(study, make_guidance(n_trials=50))
    assert second.version == 2
    assert load_guidance(study) == second
    head = guidance_head(study)
    assert head is not None
    assert (head.version, head.n_finished, head.last_trial) == (2, 50, 49)
    assert (head.target, head.direction) == ("accuracy", "maximize")
    assert [past.version for past in load_history(study)] == [1, 2]


def test_a_region_comes_back_from_every_storage(study: optuna.Study) -> None:
    region = {
        "学習率": Intervals(((0.1, 0.5), (0.7, 0.8))),
        "a:b": Choices((0, 2)),
        "": Choices((1,)),
    }
    saved = save_region(study, RegionEntry(region, author="Ada", comment="<b>why</b>"))
    assert load_region(study) == saved
    assert (saved.version, saved.region, saved.source) == (1, region, "person")
    cleared = save_region(study, RegionEntry({}, source="model", cleared=True))
    assert load_region(study) == cleared
    assert region_history(study) == (saved, cleared)


def test_one_worker_holds_the_claim_in_every_storage(study: optuna.Study) -> None:
    assert claim_refit(study, "a", 60)
    assert not claim_refit(study, "b", 60)
    assert claim_refit(study, "a", 60)
    release_refit(study, "b")
    assert not claim_refit(study, "b", 60)
    release_refit(study, "a")
    assert claim_refit(study, "b", 60)


def test_a_running_trial_takes_attributes_in_every_storage(study: optuna.Study) -> None:
    trial = study.ask()
    value = {"version": 3, "kind": "guided"}
    set_trial_attr(study, study.trials[0], "guide:draw", value)
    study.tell(trial, 1.0)
    assert study.trials[0].system_attrs["guide:draw"] == value
    with pytest.raises(StoreError, match="guide:draw"):
        set_trial_attr(study, study.trials[0], "guide:draw", 1)


def test_an_empty_study_has_nothing_stored(memory_study: optuna.Study) -> None:
    assert load_region(memory_study) is None
    assert guidance_head(memory_study) is None
    assert load_history(memory_study) == ()
    assert load_guidance(memory_study) is None


def test_what_was_asked_is_kept_with_the_head(memory_study: optuna.Study) -> None:
    save_guidance(memory_study, small_guidance(), asked=("accuracy", "maximize"))
    head = guidance_head(memory_study)
    assert head is not None
    assert head.asked == ("accuracy", "maximize")


@functools.cache
def _recorded() -> tuple[dict[str, Any], Guidance, tuple[list[Any], ...], tuple[Guidance, ...]]:
    """A study with one version, and the writes of two workers that both save the next."""
    with patch.object(versions, "CHUNK", 700):
        storage = DictStorage()
        base = save_guidance(study_on(storage), small_guidance(10))
        savers = [DictStorage(storage.kept) for _ in range(2)]
        saved = [save_guidance(study_on(s), small_guidance(20 + i)) for i, s in enumerate(savers)]
    assert min(len(s.writes) for s in savers) > 4
    return storage.kept, base, tuple(s.writes for s in savers), tuple(saved)


def test_a_worker_killed_at_any_write_leaves_the_last_good_guidance() -> None:
    kept, base, (writes, _), (after, _) = _recorded()
    n_seen = set()
    with patch.object(versions, "CHUNK", 700):
        for n in range(len(writes)):
            storage = DictStorage(kept, dies_after=n)
            with pytest.raises(Killed):
                save_guidance(study_on(storage), small_guidance(20))
            loaded = load_guidance(study_on(storage))
            assert loaded in (base, after)
            n_seen.add(loaded.version)
            storage.dies_after = float("inf")
            again = save_guidance(study_on(storage), small_guidance(30))
            assert load_guidance(study_on(storage)) == again
            assert again.version == loaded.version + 1
    assert n_seen == {1, 2}


@given(order=st.lists(st.booleans(), min_size=30, max_size=30), data=st.data())
def test_two_savers_in_any_order_never_leave_a_torn_guidance(
    order: list[bool], data: st.DataObject
) -> None:
    kept, base, writes, saved = _recorded()
    queues = [list(w) for w in writes]
    for i, dies in enumerate(data.draw(st.tuples(st.booleans(), st.booleans()))):
        if dies:
            queues[i] = queues[i][: data.draw(st.integers(0, len(queues[i])))]
    storage = DictStorage(kept)
    for second in [*order, *[False] * 60, *[True] * 60]:
        if queues[second]:
            storage.set_study_system_attr(0, *queues[second].pop(0))
            loaded = load_guidance(study_on(storage))
            assert loaded in (base, *saved)
            head = guidance_head(study_on(storage))
            assert head is not None
            assert (head.version, head.n_finished) == (loaded.version, loaded.n_finished)


@pytest.mark.parametrize("heals", [True, False])
def test_both_slots_torn_for_a_moment_are_looked_at_again(
    heals: bool, memory_study: optuna.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where each of two workers is between its chunks and its head, one of them slow."""
    newest = [save_guidance(memory_study, small_guidance(n)) for n in (10, 20)][-1]
    keys = [guidance_chunk(slot, 0) for slot in (0, 1)]
    before = {key: read_attributes(memory_study)[key] for key in keys}
    for key in keys:
        write_attribute(memory_study, key, "torn")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if heals:
            for key in keys:
                write_attribute(memory_study, key, before[key])

    monkeypatch.setattr("optuna_guide.store.versions.time.sleep", sleep)
    assert load_guidance(memory_study) == (newest if heals else None)
    assert len(slept) == (1 if heals else 3)
    assert sum(slept) < 1.0


def test_a_saver_whose_slot_was_torn_writes_again() -> None:
    storage = DictStorage()
    study = study_on(storage)
    save_guidance(study, small_guidance(10))
    write = storage.set_study_system_attr

    def disturb(study_id: int, key: str, value: Any) -> None:
        write(study_id, key, value)
        if key == versions.HEAD and len(storage.writes) < 7:
            storage.kept["guide:slot:1:0"] = "of somebody else"

    storage.set_study_system_attr = disturb  # type: ignore[method-assign]
    saved = save_guidance(study, small_guidance(20))
    assert load_guidance(study) == saved
    assert saved.n_finished == 20


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(value=json_values | json_values.map(json.dumps), key=st.sampled_from(["head", "slot:0:0"]))
def test_a_foreign_value_gives_nothing_and_no_error(value: object, key: str) -> None:
    kept = {**_recorded()[0], f"guide:{key}": value, "guide:region:0": value}
    kept |= {"guide:history:0": value, "guide:claim": value}
    study = study_on(DictStorage(kept))
    assert load_guidance(study) is None
    assert guidance_head(study) is None
    assert load_history(study) == ()
    assert load_region(study) is None
    assert save_guidance(study, small_guidance()).version >= 1
    assert load_guidance(study) is not None


@pytest.mark.parametrize("field", ["slot", "n_chunks", "sha256", "schema", "version"])
@pytest.mark.parametrize("value", [None, "x", -1, [], 0.5], ids=repr)
def test_a_head_with_any_wrong_field_is_passed_over(field: str, value: object) -> None:
    storage = DictStorage()
    study = study_on(storage)
    first = save_guidance(study, small_guidance(10))
    save_guidance(study, small_guidance(20))
    heads = json.loads(storage.kept[versions.HEAD])
    heads["current"][field] = value
    storage.kept[versions.HEAD] = json.dumps(heads)
    assert load_guidance(study) == first


def test_guidance_of_another_schema_is_not_read_and_not_overwritten() -> None:
    storage = DictStorage()
    study = study_on(storage)
    first = save_guidance(study, small_guidance(10))
    with patch.object(versions, "SCHEMA_VERSION", 99), patch.object(versions, "Head", _later_head):
        save_guidance(study, replace(small_guidance(20), schema=99))
    newer = {k: v for k, v in storage.kept.items() if k.startswith("guide:slot:1")}
    assert load_guidance(study) == first
    head = guidance_head(study)
    assert head is not None
    assert head.version == 1
    third = save_guidance(study, small_guidance(30))
    assert third.version == 3
    assert load_guidance(study) == third
    assert newer.items() <= storage.kept.items()


def _later_head(**fields: Any) -> Head:
    return Head(**fields, schema=99)


def test_leftover_chunks_of_a_longer_guidance_are_emptied() -> None:
    storage = DictStorage()
    study = study_on(storage)
    with patch.object(versions, "CHUNK", 2000):
        for _ in range(2):
            save_guidance(study, make_guidance())
        long = sum(len(v) for k, v in storage.kept.items() if k.startswith("guide:slot"))
        for _ in range(2):
            last = save_guidance(study, small_guidance())
    short = sum(len(v) for k, v in storage.kept.items() if k.startswith("guide:slot"))
    assert short < long / 3
    assert load_guidance(study) == last


def test_a_guidance_that_is_too_long_is_refused() -> None:
    study = study_on(DictStorage())
    with (
        patch.object(versions, "MAX_CHUNKS", 1),
        patch.object(versions, "CHUNK", 100),
        pytest.raises(StoreError, match="at most 100 are kept"),
    ):
        save_guidance(study, small_guidance())


def test_an_attribute_that_no_database_holds_is_refused() -> None:
    with pytest.raises(StoreError, match=r"'guide:x' takes 120002 bytes"):
        write_attribute(study_on(DictStorage()), "guide:x", "é" * 20_000)


def test_every_attribute_fits_a_mysql_text() -> None:
    choices = CategoricalDistribution([f"tokenizer {i} with many merges" for i in range(200)])
    storage = DictStorage()
    save_guidance(study_on(storage), make_guidance({f"層{i}": choices for i in range(60)}))
    assert max(len(json.dumps(v).encode()) for v in storage.kept.values()) <= 65_000


def test_a_region_that_is_too_big_is_refused() -> None:
    region = {f"a parameter with a long name {i}": Intervals(((0.0, 1.0),)) for i in range(2000)}
    with pytest.raises(StoreError, match="The region takes"):
        save_region(study_on(DictStorage()), RegionEntry(region))


def test_the_region_history_is_bounded_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optuna_guide.store.ring.SETTLE", 0.0)  # nobody else writes
    storage = DictStorage()
    for i in range(40):
        save_region(study_on(storage), RegionEntry({}, comment=str(i)))
    entries = region_history(study_on(storage))
    assert [entry.comment for entry in entries] == [str(i) for i in range(8, 40)]
    assert [entry.version for entry in entries] == list(range(9, 41))


def test_a_foreign_region_is_passed_over() -> None:
    storage = DictStorage()
    first = save_region(study_on(storage), RegionEntry({"lr": Choices((1,))}))
    known = set(storage.kept)
    save_region(study_on(storage), RegionEntry({}, paused=True))
    (added,) = set(storage.kept) - known
    storage.kept[added] = '{"schema":1,"region":{"lr":{"indices":3}}}'
    assert load_region(study_on(storage)) == first


def test_regions_that_are_set_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/study.db"
    optuna.create_study(storage=url, study_name="many")

    def set_some(writer: int) -> list[RegionEntry]:
        study = optuna.load_study(study_name="many", storage=url)
        return [save_region(study, RegionEntry({}, comment=f"{writer}.{k}")) for k in range(4)]

    with ThreadPoolExecutor(6) as pool:
        saved = [entry for entries in pool.map(set_some, range(6)) for entry in entries]
    kept = region_history(optuna.load_study(study_name="many", storage=url))
    assert sorted(kept, key=lambda e: e.version) == sorted(saved, key=lambda e: e.version)
    assert len({entry.version for entry in kept}) == 24


@pytest.mark.parametrize(
    "unpacked", [b"[" * 200_000, b'{"a":' * 200_000, b"0" * (200 << 20), b"\xff"], ids=len
)
def test_what_no_guidance_takes_is_no_guidance(unpacked: bytes) -> None:
    kept = dict(_recorded()[0])
    text = base64.b64encode(zlib.compress(unpacked, 9)).decode()
    chunks = [text[i : i + versions.CHUNK] for i in range(0, len(text), versions.CHUNK)]
    head = versions.Head(
        1, 20, 20, 19, "value", "minimize", "", n_chunks=len(chunks),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    kept["guide:head"] = write_record(versions._Heads(head, None))
    kept |= {f"guide:slot:0:{k}": chunk for k, chunk in enumerate(chunks)}
    study = study_on(DictStorage(kept))
    assert guidance_head(study) == head
    assert load_guidance(study) is None


def test_the_history_is_thinned_out_evenly() -> None:
    storage = DictStorage()
    study = study_on(storage)
    for version in range(1, 301):
        guidance = replace(small_guidance(10 * version), version=version)
        history.append(study, storage.get_study_system_attrs(0), guidance)
    past = load_history(study)
    assert len(past) == 64
    assert (past[0].version, past[-1].version) == (1, 300)
    gaps = [b.n_finished - a.n_finished for a, b in itertools.pairwise(past)]
    assert min(gaps) > 0
    assert max(gaps) <= 100


def test_the_history_tells_trust_importance_and_ranges(memory_study: optuna.Study) -> None:
    guidance = save_guidance(memory_study, make_guidance())
    (past,) = load_history(memory_study)
    assert (past.n_trials, past.last_trial, past.target) == (180, 179, "accuracy")
    assert (past.is_open, past.spearman, past.spearman_lower) == (True, 0.82, 0.75)
    assert list(past.importances) == [p.name for p in guidance.params]
    assert past.importances["learning_rate"] == pytest.approx(
        guidance.params[0].importance, rel=1e-4
    )
    assert list(past.promising) == list(guidance.region)
    assert past.promising["activation"] == Choices((0,))


def test_a_history_of_thousands_of_parameters_keeps_the_important_ones() -> None:
    storage = DictStorage()
    params = make_guidance(SPACE).params
    many = tuple(replace(params[0], name=f"a parameter with a long name {i}") for i in range(3000))
    history.append(study_on(storage), {}, replace(small_guidance(), params=many))
    (past,) = load_history(study_on(storage))
    assert 100 < len(past.importances) < 3000
    assert many[0].name in past.importances


def test_collisions_are_tried_again() -> None:
    storage = DictStorage()
    errors = iter([StorageInternalError("locked"), StorageInternalError("locked")])
    write = storage.set_study_system_attr

    def collide(*args: Any) -> None:
        for error in errors:
            raise error
        write(*args)

    storage.set_study_system_attr = collide  # type: ignore[method-assign]
    saved = save_guidance(study_on(storage), small_guidance())
    assert load_guidance(study_on(storage)) == saved


def test_a_storage_that_stays_locked_is_a_clear_error() -> None:
    storage = DictStorage()

    def locked(*args: Any) -> None:
        raise StorageInternalError("locked")

    storage.set_study_system_attr = locked  # type: ignore[method-assign]
    with pytest.raises(StoreError, match=r"Could not write 'guide:.*' to study 's'.*locked"):
        save_guidance(study_on(storage), small_guidance())


def test_a_private_api_that_is_gone_gives_nothing_and_one_warning(
    optuna_warnings: list[str],
) -> None:
    study = study_on(object())
    assert guidance_head(study) is None
    assert load_history(study) == ()
    assert load_region(study) is None
    assert len(optuna_warnings) == 1
    assert "get_study_system_attrs" in optuna_warnings[0]
    for call in (
        lambda: load_guidance(study),
        lambda: save_guidance(study, small_guidance()),
        lambda: save_region(study, RegionEntry({})),
        lambda: claim_refit(study, "a", 60),
        lambda: set_trial_attr(study, create_trial(value=0.0), "guide:x", 1),
    ):
        with pytest.raises(StoreError, match="Could not"):
            call()


def test_the_last_of_two_claims_at_once_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = DictStorage()
    other = DictStorage()
    assert claim_refit(study_on(other), "b", 60)

    def arrive(seconds: float) -> None:
        storage.kept |= other.kept

    monkeypatch.setattr(claims.time, "sleep", arrive)
    assert not claim_refit(study_on(storage), "a", 60)


def test_a_claim_lasts_by_the_clock_of_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    study, now = study_on(DictStorage()), time.monotonic()
    monkeypatch.setattr(time, "time", lambda: pytest.fail("the clocks of two workers differ"))
    assert claim_refit(study, "elsewhere/1/a", 20)
    for seconds, is_free in ((0, False), (19, False), (21, True)):
        monkeypatch.setattr(claims.time, "monotonic", lambda s=seconds: now + s)
        assert claim_refit(study, "here/1/b") is is_free


def test_a_claim_is_renewed_while_its_holder_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "RENEWED", 0.01)
    storage = DictStorage()
    study = study_on(storage)
    assert claim_refit(study, "elsewhere/1/a")
    with claims.keep_claim(study, "elsewhere/1/a"):
        first = storage.kept["guide:claim"]
        deadline = time.monotonic() + 60
        while storage.kept["guide:claim"] == first:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        storage.kept["guide:claim"] = taken = first.replace("elsewhere/1/a", "elsewhere/2/b")
        time.sleep(0.1)
    assert storage.kept["guide:claim"] == taken


def test_a_holder_that_died_on_this_machine_is_replaced_at_once(spawned: Any) -> None:
    study = study_on(DictStorage())
    process = spawned.process(time.sleep, 60)
    owner = claims.new_owner().replace(f"/{os.getpid()}/", f"/{process.pid}/")
    assert claim_refit(study, owner)
    assert not claim_refit(study, claims.new_owner())
    process.kill()
    deadline = time.monotonic() + 10  # nobody waits for it: on Linux that is seen as well
    while not claim_refit(study, claims.new_owner()):
        assert time.monotonic() < deadline
        if not Path("/proc").is_dir():
            process.join()


@pytest.fixture
def spawned() -> Iterator[Any]:
    context = multiprocessing.get_context("spawn")
    processes: list[Any] = []

    def spawn(target: Any, *args: Any) -> Any:
        process = context.Process(target=target, args=args, daemon=True)
        process.start()
        processes.append(process)
        return process

    yield SimpleNamespace(process=spawn, event=context.Event)
    for process in processes:
        process.kill()
        process.join()


def test_a_killed_claim_holder_is_replaced(sqlite_url: str, spawned: Any) -> None:
    study = optuna.create_study(study_name="s", storage=sqlite_url)
    claimed = spawned.event()
    holder = spawned.process(store_workers.hold_claim, sqlite_url, claimed)
    assert claimed.wait(120)
    assert not claim_refit(study, "heir", 60)
    holder.kill()
    deadline = time.monotonic() + 60
    while not claim_refit(study, "heir", 60):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_processes_that_save_at_once_never_hide_the_guidance(
    sqlite_url: str, spawned: Any
) -> None:
    study = optuna.create_study(study_name="s", storage=sqlite_url)
    save_guidance(study, small_guidance())
    writers = [spawned.process(store_workers.save_often, sqlite_url, 8) for _ in range(2)]
    n_read = 0
    while any(w.is_alive() for w in writers):
        assert load_guidance(study) is not None
        n_read += 1
        time.sleep(0.02)
    assert [w.exitcode for w in writers] == [0, 0]
    assert n_read > 1
    last = load_guidance(study)
    assert last is not None
    assert last.version >= 9


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("attempt to write a readonly database", "the database is read-only"),
        ("cannot execute UPDATE in a read-only transaction", "the database is read-only"),
        ("database or disk is full", "the disk is full"),
        ("[Errno 28] No space left on device", "the disk is full"),
        ("database is locked", "the database is locked by another process"),
        ("connection to server failed: Connection refused", "the database does not answer"),
        ("server closed the connection unexpectedly", "the database does not answer"),
        ("Can't connect to MySQL server on 'h'", "the database does not answer"),
        ("Lost connection to MySQL server during query", "the database does not answer"),
    ],
)
def test_the_cause_at_the_bottom_is_named(
    said: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        try:
            raise OSError(said)
        except OSError as error:
            raise StorageInternalError("This happens due to invalid data.") from error

    monkeypatch.setattr(attributes, "_PAUSES", ())
    study = optuna.create_study(study_name="s")
    monkeypatch.setattr(study._storage, "set_study_system_attr", fail)
    with pytest.raises(StoreError, match=f"to study 's': {cause} .StorageInternalError"):
        write_attribute(study, "guide:x", "1")
