"""Entries that several people set at the same moment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

from optuna_guide.store.regions import RegionEntry, region_history, save_region

N_PEOPLE = 16


class SlowStorage:
    """Just enough of a storage: a database to which a question takes a while."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def get_study_system_attrs(self, study_id: int) -> Mapping[str, Any]:
        time.sleep(0.01)
        return dict(self.kept)

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        time.sleep(0.01)
        self.kept[key] = value


def test_many_who_set_a_region_at_once_all_get_a_version_of_their_own() -> None:
    study: Any = SimpleNamespace(study_name="s", _study_id=0, _storage=SlowStorage())
    at_once = Barrier(N_PEOPLE)

    def act(author: str) -> RegionEntry:
        at_once.wait()
        return save_region(study, RegionEntry({}, author=author))

    with ThreadPoolExecutor(N_PEOPLE) as people:
        entries = list(people.map(act, map(str, range(N_PEOPLE))))
    assert len({entry.version for entry in entries}) == N_PEOPLE
    assert sorted(entries, key=lambda e: e.version) == list(region_history(study))
