from __future__ import annotations

from dataclasses import replace

import pytest
from drawn import draw, gather
from guidances import GUIDANCE, close_gate, make_guidance

from optuna_guide.figures.panels.importance import MAX_PARAMS, Bar
from optuna_guide.guidance import Guidance, PairGuidance


def rows(guidance: Guidance) -> dict[str, Bar]:
    return {row.name: row for row in gather("importance", guidance).rows}


def test_a_bar_is_what_the_parameter_explains_alone_and_half_of_its_pairs(
    guidance: Guidance,
) -> None:
    first, row = guidance.params[0], rows(guidance)["learning_rate"]
    assert row.alone == first.share
    assert row.length == pytest.approx(first.importance * (1 - guidance.unexplained))
    assert row.score == first.importance


def test_the_unexplained_rest_has_a_bar_of_its_own(guidance: Guidance) -> None:
    assert rows(guidance)["unexplained"].length == 0.23
    figure = draw("importance", guidance)
    assert figure.data[-1].text == ("23 %",)


def test_all_numbers_beside_bars_have_one_base(guidance: Guidance) -> None:
    axis = draw("importance", guidance).layout.xaxis
    assert axis.title.text == (
        "numbers: shares of what is explained,<br>unexplained: of the variance"
    )
    assert axis.showticklabels is False


def test_pairs_that_may_be_chance_have_no_row(guidance: Guidance) -> None:
    pairs = tuple(replace(pair, p_value=0.3) for pair in guidance.pairs)
    assert not [name for name in rows(replace(guidance, pairs=pairs)) if "×" in name]


def test_rows_go_from_the_most_important_parameter_to_pairs_and_rest(guidance: Guidance) -> None:
    names = list(rows(guidance))
    assert names[:3] == ["learning_rate", "layer0_units", "activation"]
    assert names[-2] == "momentum × alpha"
    assert names[-1] == "unexplained"


def test_what_has_no_row_is_summed_up() -> None:
    guidance = GUIDANCE["60 parameters"]()
    row, hidden = rows(guidance)["51 more"], guidance.params[MAX_PARAMS:]
    assert row.alone == pytest.approx(sum(p.share for p in hidden))
    explained = 1 - guidance.unexplained
    assert row.length == pytest.approx(sum(p.importance for p in hidden) * explained)


def test_pairs_that_explain_next_to_nothing_have_no_row() -> None:
    weak = PairGuidance(("momentum", "solver"), share=0.001, spread=0.0)
    assert not [name for name in rows(replace(make_guidance(), pairs=(weak,))) if "×" in name]


def test_names_of_a_pair_stand_whole_beside_its_bar(guidance: Guidance) -> None:
    pairs = draw("importance", guidance).data[2]
    assert "momentum × alpha" in pairs.text


def test_what_matters_for_the_top_is_marked_on_the_same_scale(guidance: Guidance) -> None:
    tops = [row.top for row in rows(guidance).values() if row.top is not None]
    expected = [p.importance_top * (1 - guidance.unexplained) for p in guidance.params]
    assert tops == pytest.approx(expected)


def test_a_stack_is_drawn_part_by_part_with_what_matters_for_the_top(guidance: Guidance) -> None:
    found = gather("importance", guidance).rows
    alone, shared, pairs, _, diamonds, rest = draw("importance", guidance).data
    assert list(alone.x) == pytest.approx([row.alone for row in found if row.alone], rel=1e-3)
    assert list(shared.x) == pytest.approx([row.shared for row in found if row.shared], rel=1e-3)
    assert list(pairs.y) == [i for i, row in enumerate(found) if row.pair]
    assert list(rest.y) == [len(found) - 1]
    assert diamonds.marker.symbol == "diamond"
    assert len(diamonds.x) == len(guidance.params)


def test_only_the_rest_is_drawn_in_full_while_the_gate_is_closed(guidance: Guidance) -> None:
    *found, rest = draw("importance", close_gate(guidance)).data
    assert (rest.opacity, rest.marker.opacity) == (None, None)
    assert all((trace.opacity or trace.marker.opacity) < 1 for trace in found)


def test_the_full_name_is_shown_on_hover() -> None:
    figure = draw("importance", GUIDANCE["ugly names"]())
    hover = figure.data[0].hovertext[3].replace("<br>", "")
    assert "n" * 300 in hover
