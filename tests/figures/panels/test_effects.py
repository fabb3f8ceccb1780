from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw
from guidances import GUIDANCE, close_gate, make_guidance

from optuna_guide.figures.drawing.lettering import BOLD, measure
from optuna_guide.figures.panels import effects
from optuna_guide.guidance import Guidance


def curves(figure: Any) -> list[Any]:
    return [trace for trace in figure.data if trace.hovertemplate]


def test_the_six_most_important_parameters_have_a_curve_each(guidance: Guidance) -> None:
    figure = draw("effects", guidance)
    assert len(curves(figure)) == 6
    written = " ".join(note.text for note in figure.layout.annotations)
    assert all(f"<b>{p.name}</b>" in written for p in guidance.params[:6])
    assert "2 less important parameters are not shown" in written
    assert "40 % active" in written


def test_all_curves_are_on_one_scale_that_holds_them(guidance: Guidance) -> None:
    figure = draw("effects", guidance)
    ranges = {axis.range for axis in figure.select_yaxes()}
    assert len(ranges) == 1
    low, high = ranges.pop()
    for curve in curves(figure):
        assert low < min(curve.y) <= max(curve.y) < high


def test_a_curve_passes_through_the_marginal(guidance: Guidance) -> None:
    momentum = guidance["momentum"]
    curve = curves(draw("effects", guidance))[3]
    expected = np.interp(curve.x, np.array(momentum.effect.x) / 0.99, momentum.effect.mean)
    assert list(curve.y) == pytest.approx(expected, abs=1e-3)


def test_choices_are_dots_with_their_names(guidance: Guidance) -> None:
    dots = curves(draw("effects", guidance))[2]
    assert dots.mode == "markers"
    assert list(dots.text) == ["relu", "tanh", "logistic"]


def test_what_is_expected_where_the_others_are_promising_is_drawn_beside_it(
    guidance: Guidance,
) -> None:
    first, *others = guidance.params
    higher = tuple(v + 0.5 for v in first.effect.mean)
    both = replace(first, effect=replace(first.effect, promising=higher))
    figure = draw("effects", replace(guidance, params=(both, *others)))
    assert len(curves(figure)) == 7
    line, dotted = curves(figure)[:2]
    assert dotted.line.dash == "dot"
    assert list(dotted.y) == pytest.approx([v + 0.5 for v in line.y], abs=1e-4)
    assert figure.layout.yaxis.range[1] > max(dotted.y)


def test_of_many_choices_the_most_tried_are_drawn() -> None:
    guidance = GUIDANCE["200 choices"]()
    dots = curves(draw("effects", guidance))[0]
    counts = guidance.params[0].effect.counts
    assert sorted(dots.customdata) == sorted(counts, reverse=True)[: effects.MAX_CHOICES][::-1]


def test_the_promising_range_is_shaded_only_while_the_gate_is_open(guidance: Guidance) -> None:
    shaded = draw("effects", guidance).layout.shapes
    assert [shape.xref for shape in shaded] == ["x", "x2", "x3", "x4", "x5"]
    assert draw("effects", close_gate(guidance)).layout.shapes == ()


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_drawings_never_overlap(n: int) -> None:
    names = list(make_guidance().params)[:n]
    figure = draw("effects", make_guidance({p.name: p.distribution for p in names}))
    boxes = [
        (*x.domain, *y.domain)
        for x, y in zip(figure.select_xaxes(), figure.select_yaxes(), strict=True)
    ]
    assert len(boxes) == n
    for i, (left, right, low, high) in enumerate(boxes):
        for other in boxes[:i]:
            assert right < other[0] or other[1] < left or high < other[2] or other[3] < low


def test_which_values_models_cut_is_told_to_its_end(guidance: Guidance) -> None:
    words = "Models count 100 of 2000 trials as 0.5783, where outliers are cut: the worst reached "
    figure = draw("effects", replace(guidance, cut=f"{words}0.4751."))
    (note,) = (n.text for n in figure.layout.annotations if "Models count" in n.text)
    assert f"{words}0.4751." in note.replace("<br>", " ")
    assert figure.layout.margin.b >= 22 + 14 * (note.count("<br>") + 1)


def test_a_title_with_a_note_is_no_wider_than_its_drawing(guidance: Guidance) -> None:
    params = tuple(
        replace(p, name=f"a_long_name_of_a_parameter_{k}", active_share=0.4)
        for k, p in enumerate(guidance.params)
    )
    figure = draw("effects", replace(guidance, params=params))
    titles = [note.text for note in figure.layout.annotations if note.text.startswith("<b>")]
    assert len(titles) == 6
    for title in titles:
        name, note = title.removeprefix("<b>").split("</b>")
        assert BOLD * measure(name) + measure(note) <= effects.TITLES / 2
