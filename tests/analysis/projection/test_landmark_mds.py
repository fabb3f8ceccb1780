from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optuna_guide.analysis.projection.landmark_mds import (
    MAX_LANDMARKS,
    Embedding,
    n_landmarks,
    place,
)

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray


def mapped(points: FloatArray) -> Embedding:
    """The map of points, from their distances alone."""
    return place(apart(points, points[: n_landmarks(len(points))]))


def apart(one: FloatArray, other: FloatArray) -> FloatArray:
    squares: FloatArray = ((one[:, None] - other) ** 2).sum(axis=2)
    return np.sqrt(squares)


@given(st.integers(0, 300), st.integers(0, 2**32 - 1))
def test_a_plane_is_found_again(n: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(n, 2))
    found = mapped(points)
    if n > 2:
        again = apart(found.points, found.points)
        np.testing.assert_allclose(again, apart(points, points), rtol=1e-6, atol=1e-6)
        assert found.share == pytest.approx(1)
    assert found.points.shape == (n, 2)


def test_a_trial_stays_where_it_was_put() -> None:
    points = np.random.default_rng(0).random((300, 6))
    before, after = mapped(points[:130]), mapped(points)
    assert after.points[:130] == pytest.approx(before.points)
    assert 0.3 < after.share < 0.8


def test_a_doubling_of_the_landmarks_does_not_turn_the_map() -> None:
    points = np.random.default_rng(1).random((64, 6)) * [3, 2, 1, 1, 1, 1]
    before, after = mapped(points[:63]).points, mapped(points).points[:63]
    moved = np.linalg.norm(before - after, axis=1).mean()
    assert moved < 0.5 * np.linalg.norm(before, axis=1).mean()
    assert moved < np.linalg.norm(before + after, axis=1).mean() / 2


def test_there_are_at_most_128_landmarks() -> None:
    assert [n_landmarks(n) for n in (0, 1, 3, 4, 7, 8, 100, 10**6)] == [0, 1, 3, 4, 4, 8, 64, 128]
    assert MAX_LANDMARKS == 128


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_trials_in_one_place_are_one_point(n: int) -> None:
    found = mapped(np.zeros((n, 3)))
    assert not found.points.any()


def test_points_in_a_line_need_one_axis() -> None:
    points = np.linspace(0, 1, 20)[:, None]
    found = mapped(points)
    assert np.ptp(found.points[:, 0]) == pytest.approx(1)
    assert found.points[:, 1] == pytest.approx(0, abs=1e-9)
