from __future__ import annotations

import numpy as np
import pytest

from optuna_guide.domain.ties import are_as_good, find_records


@pytest.mark.parametrize("last", [0.0, 0.3, -7.0, 1.7e308, -1.7e308, np.inf, -np.inf])
def test_a_value_is_as_good_as_itself_and_not_as_what_is_better(last: float) -> None:
    assert are_as_good(last, last)
    assert are_as_good(-np.inf, last)
    assert bool(are_as_good(np.inf, last)) == (last == np.inf)
    if np.isfinite(last):
        assert not are_as_good(last, last / 2 - 1.0 if last > 0 else 1.1 * last - 1.0)


def test_values_that_rounding_tells_apart_tie() -> None:
    assert are_as_good(0.1 + 0.2, 0.3)
    assert are_as_good(-0.3, -0.1 - 0.2)


def test_only_what_rounding_does_not_tell_apart_is_a_record() -> None:
    loss = np.array([np.inf, 0.3, 0.1 + 0.2, 0.3 - 5e-17, 0.2, 0.2, np.inf, -np.inf, -np.inf])
    assert np.flatnonzero(find_records(loss)).tolist() == [1, 4, 7]
    assert find_records(np.empty(0)).tolist() == []
