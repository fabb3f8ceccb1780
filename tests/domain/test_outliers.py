from __future__ import annotations

import numpy as np
import pytest

from optuna_guide.domain.direction import Direction
from optuna_guide.domain.outliers import clip_outliers


@pytest.mark.parametrize(
    ("values", "direction", "worst"),
    [
        pytest.param([0, 1, 2, 3, 1e9], "minimize", 9.0, id="above"),
        pytest.param([-1e9, 0, 1, 2, 3], "maximize", -6.0, id="below"),
        pytest.param([0] * 20 + [1, 2, 3, 1e300], "minimize", 9.0, id="most are equal"),
        pytest.param([5, 5, 5], "minimize", 5.0, id="all equal"),
    ],
)
def test_the_bad_side_is_clipped_at_three_interquartile_ranges(
    values: list[float], direction: Direction, worst: float
) -> None:
    clipped = clip_outliers(np.array(values, dtype=float), direction)
    assert (clipped.max() if direction == "minimize" else clipped.min()) == worst


def test_the_good_side_is_kept_and_the_reach_can_be_shorter() -> None:
    loss = np.array([-50.0, 0.0, 1.0, 2.0, 3.0, 4.0, 1e9])
    clipped = clip_outliers(loss, "minimize", 1.5)
    assert clipped[:6].tolist() == loss[:6].tolist()
    assert clipped[6] == 8.0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_have_no_place(bad: float) -> None:
    with pytest.raises(ValueError, match="NaN or infinity"):
        clip_outliers(np.array([1.0, bad]), "minimize")
