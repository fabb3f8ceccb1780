"""Randomness that follows from the data: the same trials give the same fit in every process."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

    Keys: TypeAlias = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SHIFTS_AND_FACTORS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def row_keys(rows: FloatArray) -> Keys:
    """``(n,)`` pseudo-random key of each row of ``(n, p)`` numbers; equal rows have equal keys.

    Sorted by their keys, the rows stand in a random order that does not depend on the order in
    which they were given. The bits of each number go through SplitMix64 (Steele et al. 2014).
    """
    numbers = np.where(np.isnan(rows), np.nan, rows + 0.0)  # one NaN, and no negative zero
    keys = np.zeros(len(rows), dtype=np.uint64)
    for column in np.ascontiguousarray(numbers.T).view(np.uint64):
        keys = _mix((keys ^ column) + _GOLDEN)
    return keys


def derive_seed(keys: Keys, words: Iterable[str]) -> int:
    """A seed, 0 to 2**31 - 1, for the rows that have these keys, in any order, and some words."""
    digest = hashlib.blake2b(np.sort(keys).astype("<u8").tobytes(), digest_size=4)
    for word in words:
        digest.update(word.encode("utf-8", "surrogatepass") + b"\0")
    return int.from_bytes(digest.digest(), "little") >> 1


def _mix(keys: Keys) -> Keys:
    for shift, factor in _SHIFTS_AND_FACTORS:
        keys = (keys ^ (keys >> np.uint64(shift))) * np.uint64(factor)
    return keys ^ (keys >> np.uint64(31))
