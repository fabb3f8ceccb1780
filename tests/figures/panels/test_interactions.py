from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import draw
from guidances import make_guidance
from tables import make_table, with_models

from optuna_guide.figures.panels import interactions as panel
from optuna_guide.guidance import Guidance


@pytest.fixture
def modelled() -> Guidance:
    return with_models(make_guidance())


def test_the_strongest_interaction_comes_first(modelled: Guidance) -> None:
    notes = [note.text for note in draw("interactions", modelled).layout.annotations[1:]]
    assert "layer0_units ↑" in notes[0]
    assert "learning_rate →" in notes[0]
    assert "beyond each alone: 13 % of what is explained" in notes[0]
    assert len(notes) == 4


def test_a_surface_is_the_target_with_both_main_effects(modelled: Guidance) -> None:
    surface = modelled.pairs[0].surface
    assert surface is not None
    for part in ("total", "interaction"):
        drawn = draw("interactions", modelled, part=part).data[0]
        expected = np.array(getattr(surface, part)).T
        np.testing.assert_allclose(np.array(drawn.z, dtype=float), expected, rtol=1e-3)


def test_all_surfaces_share_one_scale_on_which_better_is_bright(modelled: Guidance) -> None:
    figure = draw("interactions", modelled)
    assert {t.coloraxis for t in figure.data} == {"coloraxis"}
    scale = figure.layout.coloraxis
    values = np.concatenate([np.ravel(t.z) for t in figure.data])
    assert (scale.cmin, scale.cmax) == pytest.approx((values.min(), values.max()), rel=1e-3)
    assert not scale.reversescale
    minimised = replace(modelled, direction="minimize")
    assert draw("interactions", minimised).layout.coloraxis.reversescale


def test_zero_is_in_the_middle_of_the_interaction_alone(modelled: Guidance) -> None:
    scale = draw("interactions", modelled, part="interaction").layout.coloraxis
    assert scale.cmin == -scale.cmax


def test_cells_meet_between_their_middles(modelled: Guidance) -> None:
    drawn = draw("interactions", modelled).data[2]
    assert list(drawn.x) == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=1e-3)


def test_trials_lie_on_their_surface_the_top_tenth_filled(modelled: Guidance) -> None:
    table = make_table(modelled)
    figure = draw("interactions", modelled, table)
    dots = figure.data[1]
    assert len(dots.x) == 60
    assert sum(colour == "#fff" for colour in dots.marker.color) == 6
    assert dots.marker.color[-1] == "#fff"
    best = int(np.argmin(table.losses[:, 0]))
    assert dots.hovertext[-1].startswith(f"trial {best}: accuracy")
    assert len(draw("interactions", modelled).data) * 2 == len(figure.data)


def test_of_many_trials_a_part_is_drawn_and_said(modelled: Guidance) -> None:
    figure = draw("interactions", modelled, make_table(modelled, 3000))
    assert len(figure.data[1].x) == panel.MAX_TRIALS
    notes = " ".join(note.text for note in figure.layout.annotations)
    assert "150 of 3000 trials are drawn" in notes


def test_without_a_measured_pair_the_figure_says_so(guidance: Guidance) -> None:
    figure = draw("interactions", guidance)
    assert "No pair of parameters was measured" in figure.layout.annotations[1].text


def test_an_unknown_part_is_refused(modelled: Guidance) -> None:
    with pytest.raises(ValueError, match="'total' or 'interaction', not 'pair'"):
        draw("interactions", modelled, part="pair")  # type: ignore[arg-type]


def test_an_interaction_that_may_be_chance_says_so(modelled: Guidance) -> None:
    doubted = replace(modelled, pairs=(replace(modelled.pairs[0], p_value=0.3),))
    for guidance, is_doubted in ((modelled, False), (doubted, True)):
        note = draw("interactions", guidance).layout.annotations[1].text
        assert note.endswith("of what is explained, perhaps by chance") == is_doubted


def test_two_notes_below_are_two_sentences(modelled: Guidance) -> None:
    cut = "Models count 1 of 400 trials as 0.5, where outliers are cut: the worst reached 0.4."
    figure = draw("interactions", replace(modelled, cut=cut), make_table(modelled, 400))
    (note,) = (n.text.replace("<br>", " ") for n in figure.layout.annotations if cut[:9] in n.text)
    assert note.endswith(f"part of the rest. {cut}")
