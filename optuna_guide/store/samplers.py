"""Which sampler made which trials, as far as somebody watched (Optuna does not keep it).

A finished trial cannot be written, so the numbers are kept with the study: a record for a sampler
and a few of its workers, as spans. Numbers are only ever added, and a worker that wrote at the
same moment as another one adds its own again the next time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from optuna_guide.store.attributes import MAX_BYTES, read_attributes, write_attribute
from optuna_guide.store.keys import SAMPLERS
from optuna_guide.store.records import read_records, write_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt
    from optuna import Study

MAX_RECORDS = 64  # of a study
N_SLOTS = 8  # of a sampler, so that few workers share one

Spans: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SamplerRecord:
    """Trials of one sampler.

    Attributes:
        name: The sampler.
        spans: First and last number of every run of trials that it made, ascending.
    """

    name: str
    spans: Spans


def record_samplers(study: Study, owner: str, seen: Mapping[str, Iterable[int]]) -> None:
    """Note which trials were made by which sampler; what is noted already is not written again.

    Args:
        study: The study.
        owner: Names the worker.
        seen: Sampler to the numbers of all trials of the study that this worker saw.

    Raises:
        StoreError: If the storage cannot be read or written.
    """
    attributes = read_attributes(study, SAMPLERS)
    known = read_records(SamplerRecord, attributes, SAMPLERS)
    for name, seen_numbers in seen.items():
        numbers = np.array(sorted(seen_numbers), dtype=np.int64)
        new = numbers[read_samplers(attributes, numbers) != name]
        key = f"{SAMPLERS}{_hash(name)}:{int(_hash(owner), 16) % N_SLOTS}"
        if not len(new) or (key not in known and len(known) >= MAX_RECORDS):
            continue
        kept = known[key].spans if key in known else ()
        text = write_record(SamplerRecord(name, _join([*kept, *((n, n) for n in new.tolist())])))
        if len(text) < MAX_BYTES // 2:
            write_attribute(study, key, text)


def read_samplers(
    attributes: Mapping[str, Any], numbers: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """Name of the sampler of each trial number; empty where nobody watched."""
    names = np.full(len(numbers), "", dtype=object)
    for record in read_records(SamplerRecord, attributes, SAMPLERS).values():
        if record.spans:
            low, high = np.array(record.spans).T
            at = np.searchsorted(low, numbers, side="right") - 1
            names[(at >= 0) & (numbers <= high[at])] = record.name
    return names


def _join(spans: Iterable[tuple[int, int]]) -> Spans:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:8]
