from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw
from guidances import GUIDANCE, close_gate, make_guidance
from tables import with_models

from optuna_guide.guidance import Guidance, PairGuidance


def terms(figure: Any) -> list[tuple[set[str], float]]:
    """Names of the parameters that are dotted below each bar, and the bar's length."""
    rows = [name.removesuffix("&nbsp;") for name in figure.layout.yaxis2.ticktext]
    bars = next(t for t in figure.data if t.type == "bar")
    dots = next(
        t for t in figure.data if t.type == "scatter" and t.mode == "markers" and t.hovertext
    )
    return [
        ({rows[int(y)] for x, y in zip(dots.x, dots.y, strict=True) if x == i}, share)
        for i, share in enumerate(bars.y)
    ]


def test_parameters_and_pairs_are_in_one_ranking(guidance: Guidance) -> None:
    found = terms(draw("importance_matrix", guidance))
    shares = [share for _, share in found]
    assert shares == sorted(shares, reverse=True)
    assert found[0][0] == {"learning_rate"}
    assert ({"learning_rate", "layer0_units"}, 0.1) in found
    assert len(found) == len(guidance.params) + len(guidance.pairs)


def test_the_dots_of_a_pair_are_linked(guidance: Guidance) -> None:
    figure = draw("importance_matrix", guidance)
    links = next(t for t in figure.data if t.type == "scatter" and t.mode == "lines")
    ends = np.array(links.y, dtype=float).reshape(-1, 3)
    assert ends[:, 2] == pytest.approx([np.nan] * 4, nan_ok=True)
    assert [0, 1] in ends[:, :2].tolist()


def test_the_spread_does_not_reach_below_zero(guidance: Guidance) -> None:
    first = replace(guidance.params[0], share=0.1, spread=0.4)
    figure = draw("importance_matrix", replace(guidance, params=(first, *guidance.params[1:])))
    bars = next(t for t in figure.data if t.type == "bar")
    i = [share for _, share in terms(figure)].index(0.1)
    assert (bars.error_y.array[i], bars.error_y.arrayminus[i]) == (0.4, 0.1)


def test_the_ebm_has_bars_of_its_own_in_target_units(guidance: Guidance) -> None:
    assert sum(t.type == "bar" for t in draw("importance_matrix", guidance).data) == 1
    modelled = with_models(guidance)
    figure = draw("importance_matrix", modelled)
    _, ebm = (t for t in figure.data if t.type == "bar")
    shape = modelled["learning_rate"].shape
    assert shape is not None
    expected = np.average(np.abs(shape.score), weights=shape.counts)
    assert ebm.y[0] == pytest.approx(expected, rel=1e-3)
    assert len(ebm.y) == len(terms(figure))


def test_inactive_trials_count_for_the_size_of_an_ebm_term(guidance: Guidance) -> None:
    modelled = with_models(guidance)
    momentum = modelled["momentum"]
    assert momentum.shape is not None
    loud = replace(momentum, shape=replace(momentum.shape, inactive=-1.0), share=0.9)
    params = tuple(loud if p.name == "momentum" else p for p in modelled.params)
    _, ebm = (
        t
        for t in draw("importance_matrix", replace(modelled, params=params)).data
        if t.type == "bar"
    )
    assert 0.6 < ebm.y[0] < 0.7


def test_no_share_is_written_above_what_explains_next_to_nothing(guidance: Guidance) -> None:
    """Its neighbours explain as little, and their labels would cover one another."""
    params = (guidance.params[0], *(replace(p, share=0.002) for p in guidance.params[1:]))
    notes = draw("importance_matrix", replace(guidance, params=params)).layout.annotations
    written = [note.text for note in notes if note.xref == "x"]
    assert len(written) == 1 + len(guidance.pairs)
    assert not any("<" in text for text in written)


def test_what_no_term_explains_is_said(guidance: Guidance) -> None:
    notes = draw("importance_matrix", guidance).layout.annotations
    total = 1 - guidance.unexplained
    assert any(f"in pairs {100 * total:.0f} % of the variance" in note.text for note in notes)


def test_weak_pairs_and_parameters_beyond_the_first_twelve_have_no_bar() -> None:
    weak = PairGuidance(("momentum", "solver"), share=0.001, spread=0.0)
    found = terms(draw("importance_matrix", replace(make_guidance(), pairs=(weak,))))
    assert all(len(names) == 1 for names, _ in found)
    assert len(draw("importance_matrix", GUIDANCE["60 parameters"]()).layout.yaxis2.ticktext) == 12


def test_everything_found_is_faint_while_the_gate_is_closed(guidance: Guidance) -> None:
    figure = draw("importance_matrix", close_gate(with_models(guidance)))
    bars = [t for t in figure.data if t.type == "bar"]
    assert len(bars) == 2
    assert all(t.marker.opacity < 1 for t in bars)
