"""Rows that were not tried: no configuration comes twice while there is another."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.rows import all_rows, from_unit_cube, obey
from optuna_guide.sampling.lite_gp.rules import deactivate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space

_N_RANDOM = 512
_MAX_EXHAUSTED = 65_536


def first_unseen(
    space: Space,
    rules: tuple[Rule, ...],
    rows: FloatArray,
    seen_rows: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """The first of ``rows`` that is allowed and was not seen, else any other such row.

    Where all were seen, or none is allowed, the first that is allowed, or the first.
    """
    seen, known = set(_keys(space, seen_rows)), None
    for candidates in chain([rows], _other_rows(space, rules, rng)):
        for row, key in zip(candidates, _keys(space, candidates), strict=True):
            is_new = key not in seen
            if (is_new or known is None) and obey(space, row[None])[0]:
                if is_new:
                    return row
                known = row
    return rows[0] if known is None else known


def _other_rows(
    space: Space, rules: tuple[Rule, ...], rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Rows to fall back on: random ones, then all of them if they can be counted."""
    cube = rng.random((2 * _N_RANDOM, space.n_params))
    yield deactivate(rules, from_unit_cube(space, cube))
    every_row = all_rows(space, _MAX_EXHAUSTED)
    if every_row is not None:
        yield deactivate(rules, rng.permutation(every_row))


def _keys(space: Space, rows: FloatArray) -> list[bytes]:
    # Rounded, as a value that went through exp and log and back differs in the last digit.
    rounded = np.round(code_inactive(space, rows), 12) + 0.0
    whole_row = np.dtype((np.void, rounded.itemsize * space.n_params))
    keys: list[bytes] = np.ascontiguousarray(rounded).view(whole_row).ravel().tolist()
    return keys
