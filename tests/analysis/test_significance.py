"""Marks on cells that differ beyond chance, and none on noise."""

from __future__ import annotations

import numpy as np
import pytest

from optuna_guide.analysis.significance import ALPHA, contrast_q, selection_q


def test_p_values_of_a_selection_are_exact() -> None:
    """Both of two trials are selected, of four and two: one in six, at either tail."""
    q = selection_q(np.array([[2.0]]), np.array([[2.0]]), 2, 4, 1)
    assert q[0, 0] == pytest.approx(2 / 6)
    q = selection_q(np.array([[2.0]]), np.array([[1.0]]), 2, 4, 1)
    assert q[0, 0] == 1


def test_cells_without_support_are_not_tested() -> None:
    both = np.array([[30.0, 4.0, np.nan], [4.0, 30.0, 0.0], [np.nan, 0.0, 9.0]])
    q = selection_q(both, np.minimum(both, 5), 10, 60, 5)
    assert np.isnan(q).tolist() == [[False, True, True], [True, False, True], [True, True, False]]
    assert np.isnan(selection_q(both, both, 10, 60, 99)).all()


def test_a_selection_that_is_not_by_chance_is_found_and_shuffled_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, (4, 200))
    member = np.hstack([row[:, None] == np.arange(3) for row in codes]).astype(float)
    wanted = (codes[0] == 1) & (codes[1] == 2)
    flags = wanted & (rng.random(200) < 0.8)

    def marks(flags: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        chosen = member[flags]
        both = member.T @ member
        q = selection_q(both, chosen.T @ chosen, int(flags.sum()), 200, 5)
        return np.argwhere(np.nan_to_num(q, nan=1.0) <= ALPHA)

    assert [1, 5] in marks(flags).tolist()
    assert sum(len(marks(rng.permutation(flags))) > 0 for _ in range(100)) <= 7


def test_a_cell_that_differs_is_found_and_shuffled_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    cells = np.array([rng.integers(0, 6, 240), 6 + rng.integers(0, 4, 240)])
    values = rng.normal(size=240) + 1.5 * (cells[0] == 2)

    def marked(values: np.ndarray) -> list[int]:  # type: ignore[type-arg]
        ranks = np.argsort(np.argsort(values)) - 119.5
        q = contrast_q(cells, ranks, 11, 3)
        assert np.isnan(q[10])
        return np.flatnonzero(np.nan_to_num(q, nan=1.0) <= ALPHA).tolist()

    assert 2 in marked(values)
    assert sum(bool(marked(rng.permutation(values))) for _ in range(100)) <= 7
