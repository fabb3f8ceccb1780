from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from guidances import make_guidance
from hypothesis import given
from hypothesis import strategies as st
from tables import make_table

from optuna_guide.analysis import selection
from optuna_guide.analysis.selection import ShownTrials


def shown(values: list[float], *, maximise: bool = False) -> ShownTrials:
    guidance = make_guidance()
    table = make_table(guidance, len(values))
    array = np.array(values, dtype=np.float64)
    table = dataclasses.replace(
        table, losses=(-array if maximise else array)[:, None], maximised=(maximise,)
    )
    return selection.read_shown(guidance, table)


def test_the_bad_side_is_clipped_for_drawing_only() -> None:
    trials = shown([*np.linspace(0, 1, 20).tolist(), 1e9, -50.0])
    assert trials.n_clipped == 1
    assert trials.values[20] == 1e9
    assert trials.drawn[20] == pytest.approx(2.3, abs=0.3)
    assert trials.drawn[21] == -50.0


@pytest.mark.parametrize("maximise", [False, True])
def test_the_top_is_taken_from_the_side_that_is_better(maximise: bool) -> None:
    trials = shown([float(v) for v in range(20)], maximise=maximise)
    top = np.flatnonzero(selection.select(trials, "top 10%"))
    bottom = np.flatnonzero(selection.select(trials, "bottom 25%"))
    assert top.tolist() == ([18, 19] if maximise else [0, 1])
    assert bottom.tolist() == ([0, 1, 2, 3, 4] if maximise else [15, 16, 17, 18, 19])


def test_trials_that_tie_are_selected_together() -> None:
    trials = shown([0.0] * 5 + [1.0] * 15)
    assert selection.select(trials, "top 1%").sum() == 5
    assert selection.select(trials, "bottom 1 %").sum() == 15


def test_the_main_mode_is_the_shortest_interval_with_half_of_the_trials() -> None:
    values = [0.0, 1.0, 5.0, 5.1, 5.2, 5.3, 9.0, 20.0]
    chosen = selection.select(shown(values), "main cluster")
    assert np.array(values)[chosen].tolist() == [5.0, 5.1, 5.2, 5.3]


def test_an_interval_of_the_target_includes_its_ends() -> None:
    chosen = selection.select(shown([1.0, 2.0, 3.0, 4.0]), (2.0, 3.0))
    assert chosen.tolist() == [False, True, True, False]


@pytest.mark.parametrize("wrong", ["top", "top 0%", "bottom 101%", "best", (1.0, 2.0, 3.0), None])
def test_an_unknown_selection_names_the_known_ones(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"Unknown selection .* use 'top 10%' or 'bottom 25%'"):
        selection.select(shown([1.0, 2.0]), wrong)  # type: ignore[arg-type]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(4, 30))
def test_thinning_keeps_the_best_and_the_worst(losses: list[float], at_most: int) -> None:
    loss = np.array(losses)
    rows = selection.thin(loss, at_most)
    assert len(rows) == len(set(rows.tolist())) == min(len(loss), at_most)
    kept = np.sort(loss[rows])
    assert (kept[: -(-at_most // 2)] == np.sort(loss)[: -(-at_most // 2)]).all()
    assert kept[-1] == loss.max()


def test_what_is_left_out_is_said() -> None:
    assert selection.thinned_note(5, 5) == ""
    assert "100 of 5000 trials are drawn" in selection.thinned_note(100, 5000)


def test_noise_is_spread_evenly_and_stays_with_its_trial() -> None:
    noise = selection.noise(np.arange(1000))
    assert np.histogram(noise, bins=10, range=(-0.5, 0.5))[0].min() >= 90
    assert selection.noise(np.array([17]))[0] == noise[17]
