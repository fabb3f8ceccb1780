"""What a parameter does beyond the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from optuna_guide.models.beyond import Beyond
from optuna_guide.models.configurations import distinct, means
from optuna_guide.models.term_columns import MANY, columns_of, uniform_covariance

SPACE: dict[str, BaseDistribution] = {
    "x": FloatDistribution(0.0, 1.0),
    "y": FloatDistribution(0.0, 1.0),
    "model": CategoricalDistribution("ab"),
}
N = 200


def look(columns: dict[str, Any], loss: Any, where: Any = None, numbers: Any = None) -> Beyond:
    numbers = np.random.default_rng(9).permutation(N) if numbers is None else numbers
    params = np.column_stack([columns[name] for name in SPACE])
    shares = {"x": 0.6, "y": 0.3, "model": 0.1}
    return Beyond(SPACE, params, np.asarray(loss), numbers, shares, where or {})


def draw(seed: int = 0) -> tuple[np.random.Generator, dict[str, Any]]:
    rng = np.random.default_rng(seed)
    return rng, {"x": rng.random(N), "y": rng.random(N), "model": rng.integers(0, 2, N) * 1.0}


def test_a_small_effect_is_found_beside_a_large_one() -> None:
    rng, columns = draw()
    loss = 8 * (columns["x"] - 0.4) ** 2 + 0.2 * columns["model"] + 0.1 * rng.random(N)
    beyond = look(columns, loss)
    assert beyond.p_any("model") < 1e-6
    assert beyond.p_better("model", columns["model"] == 0) < 1e-6
    assert beyond.p_better("model", columns["model"] == 1) > 0.99


def test_what_moved_together_with_what_matters_is_not_credited_with_it() -> None:
    """A sampler settles on a small x, which is better, and on a large y, which is not."""
    rng, columns = draw()
    columns["x"] = rng.random(N) * np.linspace(1, 0.1, N)
    columns["y"] = 1 - rng.random(N) * np.linspace(1, 0.1, N)
    beyond = look(columns, columns["x"] + 0.1 * rng.random(N))
    assert beyond.p_any("y", alone=True) < 0.01
    assert beyond.p_better("y", columns["y"] > 0.8) > 0.05
    assert beyond.p_better("x", columns["x"] < 0.2) < 1e-6


def test_noise_is_found_as_often_as_the_p_value_says() -> None:
    found = []
    for seed in range(100):
        rng, columns = draw(seed)
        found.append(look(columns, rng.random(N)).p_any("y"))
    assert 0 <= np.mean(np.array(found) < 0.1) <= 0.2
    assert np.mean(found) > 0.4


def settle(seed: int) -> tuple[dict[str, Any], Any]:
    """Forty trials anywhere, which differ much; then many near the best, which hardly do."""
    rng, columns = draw(seed)
    early = np.arange(N) < 40
    columns["x"] = np.where(early, columns["x"], 0.4 + 0.03 * rng.normal(size=N))
    columns["y"] = np.where(early, columns["y"], 0.6 + 0.05 * rng.normal(size=N))
    noise = np.where(early, 0.6, 0.15) * rng.normal(size=N)
    return columns, 8 * (columns["x"] - 0.4) ** 2 + noise


def test_few_trials_far_out_show_what_matters_and_make_up_nothing() -> None:
    studies = [settle(seed) for seed in range(40)]
    found = [look(columns, loss, numbers=np.arange(N)) for columns, loss in studies]
    assert np.median([beyond.p_any("x") for beyond in found]) < 1e-6
    assert np.sum([beyond.p_any("y") < 0.05 for beyond in found]) <= 4


def test_what_two_others_do_together_is_allowed_for() -> None:
    rng, columns = draw()
    loss = (columns["x"] - 0.5) * (columns["model"] - 0.5) + 0.1 * rng.random(N)
    params = np.column_stack([columns[name] for name in SPACE])
    shares, numbers = {"x": 0.5, "y": 0.0, "model": 0.5}, rng.permutation(N)
    alone, both = (
        Beyond(SPACE, params, loss, numbers, shares, {}, pairs).most("y", 0.05)
        for pairs in ({}, {("x", "model"): 0.9})
    )
    assert both < alone / 2


def test_repeats_of_a_configuration_are_one_piece_of_evidence() -> None:
    params = np.array([[0.5, np.nan], [0.1, 2.0], [0.5, np.nan], [0.1, np.nan], [0.1, 2.0]])
    first, which = distinct(params)
    assert first.tolist() == [0, 1, 3]
    assert which.tolist() == [0, 1, 0, 2, 1]
    assert means(np.array([1.0, 2.0, 3.0, 4.0, 6.0]), which).tolist() == [2.0, 4.0, 4.0]


def test_a_choice_is_compared_without_what_hangs_on_it() -> None:
    rng, columns = draw()
    columns["y"] = np.where(columns["model"] == 0, columns["y"], np.nan)
    loss = columns["model"] + 0.1 * rng.random(N)
    where = {"y": {"model": object()}}
    assert look(columns, loss, where).p_any("model") < 1e-6


def test_nothing_is_told_of_too_few_trials() -> None:
    _, columns = draw()
    columns["y"] = np.where(np.arange(N) < 5, columns["y"], np.nan)
    beyond = look(columns, columns["x"])
    assert beyond.p_any("y") == beyond.p_better("y", columns["y"] > 0.5) == 1.0


def test_what_a_sampler_settled_on_late_is_not_credited_with_what_got_better_meanwhile() -> None:
    rng, columns = draw(1)
    columns["y"] = np.where(np.arange(N) > 80, 0.2 * columns["y"], columns["y"])
    loss = 1.0 - np.arange(N) / N + 0.2 * rng.normal(size=N)
    inside = columns["y"] < 0.2
    assert look(columns, loss).p_better("y", inside) < 1e-6
    assert look(columns, loss, numbers=np.arange(N)).p_better("y", inside) > 0.05


@pytest.mark.parametrize("weight", [0.0, 0.35])
def test_the_most_of_the_variance_is_seldom_below_the_truth(weight: float) -> None:
    """The model explains nothing, or a fifth of the variance of the ranks."""
    found = []
    for seed in range(20):
        rng, columns = draw(seed)
        loss = columns["x"] + weight * columns["model"] + 0.1 * rng.normal(size=N)
        found.append(look(columns, loss).most("model", 0.05))
    if weight:
        assert np.sum(np.array(found) < 0.2) <= 2
        assert np.median(found) < 0.4
    else:
        assert np.median(found) < 0.03


def test_much_can_hide_where_little_was_tried() -> None:
    rng, columns = draw()
    loss = columns["x"] + 0.1 * rng.normal(size=N)
    known = look(columns, loss).most("y", 0.05)
    columns["y"] = np.where(np.arange(N) < 190, 0.1 * columns["y"], columns["y"])
    assert look(columns, loss).most("y", 0.05) > 5 * known
    columns["model"] = np.where(np.arange(N) < 2, 1.0, 0.0)
    assert look(columns, loss).most("model", 0.05) == 1.0


def test_of_many_choices_those_tried_most_are_told_apart() -> None:
    choices = CategoricalDistribution([f"c{k}" for k in range(300)])
    rng = np.random.default_rng(0)
    column = np.concatenate([rng.integers(0, 300, 2000), np.repeat([150, 200], 100)]).astype(float)
    columns = columns_of(choices, column)
    assert columns.shape == (2200, 1 + MANY)
    assert {100 + int((column[:2000] == k).sum()) for k in (150, 200)} <= {
        int(n) for n in columns.sum(axis=0)
    }
    assert uniform_covariance(choices, column) is None
