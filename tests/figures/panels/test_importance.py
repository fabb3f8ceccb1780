from __future__ import annotations

from dataclasses import replace

import pytest
from drawn import draw
from guidances import GUIDANCE, close_gate, make_guidance

from optuna_guide.figures.panels import importance
from optuna_guide.guidance import Guidance, PairGuidance


def bars(guidance: Guidance) -> dict[str, list[float]]:
    """Lengths by row: alone, with others, pair or rest, in the order of the stack."""
    figure = draw("importance", guidance)
    names = [name.removesuffix("&nbsp;") for name in figure.layout.yaxis.ticktext]
    found: dict[str, list[float]] = {name: [] for name in names}
    for trace in figure.data:
        if trace.type == "bar":
            for x, y in zip(trace.x, trace.y, strict=True):
                found[names[y]].append(x)
    return found


def test_a_bar_is_what_the_parameter_explains_alone_and_half_of_its_pairs(
    guidance: Guidance,
) -> None:
    first = guidance.params[0]
    alone, shared = bars(guidance)["learning_rate"]
    assert alone == pytest.approx(first.share, rel=1e-3)
    assert alone + shared == pytest.approx(first.importance * (1 - guidance.unexplained), rel=1e-3)


def test_the_unexplained_rest_has_a_bar_of_its_own(guidance: Guidance) -> None:
    assert bars(guidance)["unexplained"] == [0.23]
    figure = draw("importance", guidance)
    assert figure.data[-1].text == ("23 %",)


def test_rows_go_from_the_most_important_parameter_to_pairs_and_rest(guidance: Guidance) -> None:
    rows = list(bars(guidance))
    assert rows[:3] == ["learning_rate", "layer0_units", "activation"]
    assert rows[-2] == "momentum × alpha"
    assert rows[-1] == "unexplained"


def test_what_has_no_row_is_summed_up() -> None:
    guidance = GUIDANCE["60 parameters"]()
    alone, shared = bars(guidance)["51 more"]
    hidden = guidance.params[importance.MAX_PARAMS :]
    assert alone == pytest.approx(sum(p.share for p in hidden), rel=1e-3)
    explained = 1 - guidance.unexplained
    assert alone + shared == pytest.approx(sum(p.importance for p in hidden) * explained, rel=1e-3)


def test_pairs_that_explain_next_to_nothing_have_no_row() -> None:
    weak = PairGuidance(("momentum", "solver"), share=0.001, spread=0.0)
    rows = bars(replace(make_guidance(), pairs=(weak,)))
    assert not [row for row in rows if "×" in row]


def test_what_matters_for_the_top_is_marked_on_the_same_scale(guidance: Guidance) -> None:
    diamonds = draw("importance", guidance).data[4]
    assert diamonds.marker.symbol == "diamond"
    expected = [p.importance_top * (1 - guidance.unexplained) for p in guidance.params]
    assert list(diamonds.x) == pytest.approx(expected, rel=1e-3)


def test_only_the_rest_is_drawn_in_full_while_the_gate_is_closed(guidance: Guidance) -> None:
    *found, rest = draw("importance", close_gate(guidance)).data
    assert (rest.opacity, rest.marker.opacity) == (None, None)
    assert all((trace.opacity or trace.marker.opacity) < 1 for trace in found)


def test_the_full_name_is_shown_on_hover() -> None:
    figure = draw("importance", GUIDANCE["ugly names"]())
    hover = figure.data[0].hovertext[3].replace("<br>", "")
    assert "n" * 300 in hover
