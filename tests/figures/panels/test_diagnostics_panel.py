from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from drawn import draw
from histories import explored, guidance_for, words
from tables import make_table
from ugly import UGLY

from optuna_guide.figures.drawing import paragraphs
from optuna_guide.guidance import Guidance
from optuna_guide.study.exploration import read_exploration


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_checked(build: Callable[[], optuna.Study]) -> None:
    found = read_exploration(build())
    figure = draw("diagnostics", guidance_for(found.trials), found.trials, exploration=found)
    assert "Sampling skew" in words(figure) or "no trial" in words(figure)


def test_what_to_change_comes_before_what_is_well(guidance: Guidance) -> None:
    table = make_table(guidance)
    params, losses = (np.repeat(of[:6], 10, axis=0) for of in (table.params, table.losses))
    figure = draw("diagnostics", guidance, replace(table, params=params, losses=losses))
    notes = figure.layout.annotations[1:]
    signs = ["▲" in note.text for note in notes]
    assert signs == sorted(signs, reverse=True)
    (repeated,) = [note for note in notes if "Repeated configurations" in note.text]
    assert "▲" in repeated.text
    assert "threshold 0.1" in repeated.hovertext


def test_how_to_read_the_sampler_is_said_where_it_is_known(guidance: Guidance) -> None:
    found = explored(guidance)
    assert "population" in words(draw("diagnostics", guidance, found.trials, exploration=found))
    assert "population" not in words(draw("diagnostics", guidance, found.trials))


def test_paragraphs_stop_where_there_is_no_room() -> None:
    long = [paragraphs.Paragraph("head", "word " * 33)] * 20
    notes, n_hidden = paragraphs.write(long, 9)
    assert (len(notes), n_hidden) == (3, 17)
    offsets = [note["yshift"] for note in notes]
    assert offsets == [0, -3 * paragraphs.LINE - 5, -6 * paragraphs.LINE - 10]


def test_the_last_paragraphs_are_shortened_first() -> None:
    long = [paragraphs.Paragraph("head", "word " * 33)] * 3
    notes, n_hidden = paragraphs.write(long, 8)
    assert n_hidden == 0
    assert [note["text"].count("<br>") + 1 for note in notes] == [3, 3, 2]


def test_a_long_paragraph_is_cut() -> None:
    (note,), _ = paragraphs.write([paragraphs.Paragraph("<b>", "word " * 400)], 21)
    assert note["text"].count("<br>") == 4
    assert note["text"].endswith("…")
    assert "<b>&lt;b&gt;</b>" in note["text"]
