from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from optuna_guide.models.curve_ends import MIN_COMPLETE, N_STEPS, fit_curve_ends
from optuna_guide.study.curves import read_curves

Floats = npt.NDArray[np.float64]


def saturating(n: int, seed: int = 0, noise: float = 0.0) -> Floats:
    """``(n, 30)`` losses that fall to a level of their own, the better ones sooner."""
    rng = np.random.default_rng(seed)
    level, steps = rng.uniform(0, 1, n)[:, None], np.arange(1, 31)
    return level + np.exp(-steps / 5) + noise * rng.normal(size=(n, 30))


def told(losses: Floats, lengths: list[int] | None = None) -> list[dict[int, float]]:
    lengths = [losses.shape[1]] * len(losses) if lengths is None else lengths
    return [dict(enumerate(row[:n].tolist())) for row, n in zip(losses, lengths, strict=True)]


def test_a_trial_ends_where_complete_ones_like_it_did() -> None:
    losses = saturating(30, noise=0.01)
    finals = np.where(np.arange(30) < 20, losses[:, -1], np.nan)
    found = fit_curve_ends(read_curves(told(losses, [30] * 20 + [12] * 10)), finals)
    for step, line in zip(found.steps.tolist(), found.lines, strict=True):
        mean, variance = line.predict(losses[20:, step])
        assert mean == pytest.approx(losses[20:, -1], abs=0.1)
        assert np.sqrt(variance).max() < 0.1


def test_a_pruned_trial_counts_where_it_began_late() -> None:
    losses = saturating(30)
    finals = np.where(np.arange(30) < 20, losses[:, -1], np.nan)
    curves = told(losses, [30] * 20 + [15] * 10)
    late = [*curves[:20], *({k: v for k, v in c.items() if k > 8} for c in curves[20:])]
    found = fit_curve_ends(read_curves(late), finals)
    n_trials = dict(zip(found.steps.tolist(), (line.n for line in found.lines), strict=True))
    assert {n for step, n in n_trials.items() if step <= 8} == {20}
    assert {n for step, n in n_trials.items() if 9 < step < 12} == {30}


def test_the_ends_of_pruned_trials_are_not_taken_for_those_of_the_ones_that_were_let_through() -> (
    None
):
    """Of the trials that are bad at the fifth step, the lucky ones alone came to the end."""
    rng = np.random.default_rng(1)
    first = rng.uniform(0, 1, 300)
    middle = first + rng.normal(0, 0.3, 300)
    last = middle + rng.normal(0, 0.05, 300)
    is_pruned = middle > 0.4
    finals = np.where(is_pruned, np.nan, last)
    curves = [
        {0: a, 5: b} if gone else {0: a, 5: b, 9: c}
        for a, b, c, gone in zip(first, middle, last, is_pruned, strict=True)
    ]
    found = fit_curve_ends(read_curves(curves), finals)
    at_start, _ = found.lines[0].predict(np.array([0.2, 0.9]))
    assert at_start == pytest.approx([0.2, 0.9], abs=0.08)
    alone = fit_curve_ends(
        read_curves([c for c, g in zip(curves, is_pruned, strict=True) if not g]),
        finals[~is_pruned],
    )
    assert alone.lines[0].predict(np.array([0.9]))[0] < 0.5


def test_chances_are_right_as_often_as_they_say() -> None:
    hits, said = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=9)
        y = 0.8 * x + rng.normal(0, 0.5, 9)
        curves = read_curves([{0: a, 1: b} for a, b in zip(x, y, strict=True)])
        line = fit_curve_ends(curves, y).lines[0]
        for _ in range(20):
            here = float(rng.normal())
            goal = float(0.8 * here + rng.normal(0, 0.8))
            said.append(line.chance_below(here, goal))
            hits.append(0.8 * here + rng.normal(0, 0.5) < goal)
    is_small, is_large = np.array(said) < 0.1, np.array(said) > 0.8
    assert np.mean(np.array(hits)[is_small]) < 0.1
    assert np.mean(np.array(hits)[is_large]) > 0.8


def test_the_luck_of_a_single_trial_is_remembered() -> None:
    """Of ten trials that stood alike, one ended far better than a line with its error expects."""
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 40)
    y = x + rng.normal(0, 0.001, 40)
    y[::13] -= 2.0
    curves = read_curves([{0: a, 1: b} for a, b in zip(x, y, strict=True)])
    line = fit_curve_ends(curves, y).lines[0]
    assert line.chance_below(0.5, -1.4) >= 0.05


def test_one_diverged_trial_leaves_the_line_of_the_others() -> None:
    losses = saturating(20)
    losses[3] = 1e12
    found = fit_curve_ends(read_curves(told(losses)), losses[:, -1])
    mean, variance = found.lines[3].predict(np.array([losses[5, int(found.steps[3])]]))
    assert mean[0] == pytest.approx(losses[5, -1], abs=0.1)
    assert variance[0] < 0.1


@pytest.mark.parametrize("n_complete", [0, 1, MIN_COMPLETE - 1])
def test_few_complete_trials_have_no_line(n_complete: int) -> None:
    losses = saturating(6)
    finals = np.where(np.arange(6) < n_complete, losses[:, -1], np.nan)
    found = fit_curve_ends(read_curves(told(losses)), finals)
    assert not found.lines


def test_lines_are_few_however_many_steps_there_are() -> None:
    curves = [{k: 1.0 / (k + i + 1) for k in range(3000)} for i in range(6)]
    found = fit_curve_ends(read_curves(curves), np.array([c[2999] for c in curves]))
    assert len(found.lines) == N_STEPS
    assert found.steps[[0, -1]].tolist() == [0, 2999]


def test_equal_trials_and_huge_values_have_finite_chances() -> None:
    for value in (0.0, 1.0, -1e300):
        curves = read_curves([{0: value, 1: value}] * 5)
        line = fit_curve_ends(curves, np.full(5, np.clip(value, -1e150, 1e150))).lines[0]
        assert 0 <= line.chance_below(value, value) <= 1
        assert 0 <= line.chance_below(value + 1, value) <= 1
