"""The most promising of many configurations, so that they do not all try the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.experiments.basis import to_row
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.emulator import Emulator
    from optuna_guide.experiments.values import Params

_SCREENED = 400  # configurations that are compared one by one
_APART = 0.05  # parts of a range, summed over the parameters, by which two of them differ


def choose(basis: Basis, pool: Sequence[Params], n: int, to_beat: int | None) -> list[int]:
    """Places of the most promising, each told what is expected of the earlier ones.

    Args:
        basis: The study.
        pool: Internal values.
        n: How many.
        to_beat: The trial over which improvement is expected; None = none is as they are: the
            first is the one that is expected to reach most, the others improve on it.
    """
    own = None if to_beat is None else basis.params_of(basis.snapshot.by_number[to_beat])
    emulator = basis.emulator(own)
    if isinstance(emulator, NotReady) or not pool:
        return list(range(min(n, len(pool))))
    space = emulator.space.distributions
    rows = np.array([to_row(params, space) for params in pool])
    sign = 1.0 if basis.maximised else -1.0
    best = None if own is None else to_row(own, space)

    left = np.argsort(-_promise(emulator, rows, best, sign), kind="stable").tolist()
    left = left[: max(_SCREENED, n)]
    chosen: list[int] = []
    while left and len(chosen) < n:
        newest = left.pop(int(np.argmax(_promise(emulator, rows[left], best, sign))))
        chosen.append(newest)
        emulator = emulator.believing(rows[[newest]])
        if best is None or sign * emulator.compare(rows[[newest]], best).value[0] > 0:
            best = rows[newest]
        apart = gower(space, rows[[newest]], rows[left])[0] * len(space)
        left = [place for place, far in zip(left, apart >= _APART, strict=True) if far]
    return chosen


def _promise(
    emulator: Emulator, rows: FloatArray, best: FloatArray | None, sign: float
) -> FloatArray:
    if best is None:
        return sign * emulator.expect(rows)[:, 0]
    return emulator.improvement(rows, best, sign)
