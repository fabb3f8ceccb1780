"""The drawer: trials that people keep, to compare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import KEPT
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna import Study

MAX_KEPT = 100


@dataclass(frozen=True)
class _Drawer:
    numbers: tuple[int, ...] = ()


def save_drawer(study: Study, numbers: Sequence[int]) -> None:
    """Replace what the drawer holds by these trial numbers; those that come twice count once.

    Raises:
        ValueError: If there are more than 100.
        StoreError: If the storage cannot be written.
    """
    if len(numbers) > MAX_KEPT:
        raise ValueError(f"The drawer holds at most {MAX_KEPT} trials, not {len(numbers)}.")
    write_attribute(study, KEPT, write_record(_Drawer(tuple(dict.fromkeys(numbers)))))


def read_drawer(attributes: Mapping[str, Any]) -> tuple[int, ...]:
    """Trial numbers in the drawer, in the order in which they were put there."""
    drawer = read_record(_Drawer, attributes.get(KEPT))
    return () if drawer is None else tuple(n for n in drawer.numbers if type(n) is int)
