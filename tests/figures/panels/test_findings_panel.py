from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from drawn import draw
from guidances import close_gate, make_guidance
from histories import guidance_for, words
from name_families import PREFIX
from optuna.distributions import FloatDistribution
from tables import make_table
from ugly import UGLY

from optuna_guide.figures.drawing import paragraphs
from optuna_guide.guidance import Guidance
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.words.answers import answer_questions
from optuna_guide.words.phrases import notes


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_has_findings_or_says_that_there_are_none(
    build: Callable[[], optuna.Study],
) -> None:
    table = read_trials(read_snapshot(build()))
    figure = draw("findings", guidance_for(table), table)
    assert len(figure.layout.annotations) > 1


def test_a_finding_is_a_sentence_with_its_effect_and_its_test(guidance: Guidance) -> None:
    note = draw("findings", guidance, make_table(guidance)).layout.annotations[1]
    assert "learning_rate matters" in note.text.replace("<br>", " ")
    assert note.text.startswith('<span style="color:#3a87c8"><b>')
    assert "corrected" in note.hovertext


def test_long_names_are_told_apart_and_not_cut_off(guidance: Guidance) -> None:
    table = make_table(guidance)
    space = {f"{PREFIX}.{name}.of_the_first_group": d for name, d in table.space.items()}
    note = draw("findings", guidance, replace(table, space=space)).layout.annotations[1]
    assert not note.text.endswith("…")
    assert "learning_rate" in note.text
    whole = note.hovertext.replace("<br>", "")
    assert whole.startswith(f"{PREFIX}.learning_rate.of_the_first_group matters")


def test_noise_has_no_findings(guidance: Guidance) -> None:
    table = make_table(guidance)
    noise = np.random.default_rng(7).random((60, 1))
    said = words(draw("findings", guidance, replace(table, losses=noise)))
    assert "Nothing stands out beyond chance" in said


def test_an_unknown_part_is_refused(guidance: Guidance) -> None:
    with pytest.raises(
        ValueError, match="show must be 'findings', 'answers' or 'verdict', not 'all'"
    ):
        draw("findings", guidance, make_table(guidance), show="all")  # type: ignore[arg-type]


def test_eight_questions_are_answered_in_one_sentence_each(guidance: Guidance) -> None:
    answers = answer_questions(guidance)
    assert len(answers) == 8
    assert all(a.question.endswith("?") and a.sentence.endswith(".") for a in answers)
    by_question = {a.question: a.sentence for a in answers}
    assert by_question["What matters most?"].startswith("learning_rate (")
    top = by_question["Which three trials were observed on top?"]
    assert top.startswith("10 (0.97: learning_rate ")
    assert top.count("learning_rate") == 3
    assert "avoid" in by_question["What should be tried next?"] or "…" in " ".join(
        by_question.values()
    )
    said = words(draw("findings", guidance, make_table(guidance), show="answers"))
    assert all(a.question in said for a in answers)
    assert "Questions about the study" in said


def test_the_verdict_comes_first_and_findings_below(guidance: Guidance) -> None:
    table = make_table(guidance)
    said = words(draw("findings", guidance, table, show="verdict"))
    assert said.index("A good guide") < said.index("learning_rate (36 %")
    plain = re.sub("<[^>]+>", "", said.replace("<br>", " "))
    assert "drive accuracy. 77 % of the variance is explained" in plain
    assert plain.index("drive accuracy") < plain.index("learning_rate matters")
    noise = replace(table, losses=np.random.default_rng(7).random((60, 1)))
    said = words(draw("findings", close_gate(guidance), noise, show="verdict"))
    assert said.index("Too early to trust") < said.index("Nothing stands out")


def test_pairs_decide_whether_parameters_are_intertwined(guidance: Guidance) -> None:
    question = "Are parameters independent or intertwined?"
    said = {a.question: a.sentence for a in answer_questions(guidance)}[question]
    assert "make 22 % of what is explained, beyond each alone, most of all: " in said
    assert said.startswith("Intertwined: ")
    alone = {a.question: a.sentence for a in answer_questions(replace(guidance, pairs=()))}
    assert alone[question].startswith("Independent, as far as the trials tell")
    unclear = tuple(replace(pair, p_value=0.2) for pair in guidance.pairs)
    told = {a.question: a.sentence for a in answer_questions(replace(guidance, pairs=unclear))}
    assert told == alone
    assert not [note for note in notes(replace(guidance, pairs=unclear)) if "Together" in note]


def test_while_the_gate_is_closed_it_is_too_early_to_tell(guidance: Guidance) -> None:
    answers = answer_questions(close_gate(guidance))
    early = [
        a for a in answers if "too early to tell: about 25 more complete trials" in a.sentence
    ]
    assert len(early) == 4


def test_what_the_top_trials_share_is_a_value_or_a_narrow_range() -> None:
    guidance = make_guidance({"x": FloatDistribution(0.0, 1.0)})
    (shared,) = [a.sentence for a in answer_questions(guidance) if "in common" in a.question]
    assert shared.startswith(f"The {len(guidance.best)} observed on top: x 0.5")
    within = replace(guidance, best=tuple(replace(t, context="Cora") for t in guidance.best))
    said = " ".join(a.sentence for a in answer_questions(within))
    assert f"The best of {len(guidance.best)} contexts, such as " in said
    assert f"The best of {len(guidance.best)} contexts: x 0.5" in said
    spread = tuple(replace(t, params={"x": 0.11 * i}) for i, t in enumerate(guidance.best))
    (nothing,) = [
        a.sentence
        for a in answer_questions(replace(guidance, best=spread))
        if "in common" in a.question
    ]
    assert nothing == "Nothing that most of them share."


def test_below_a_head_of_many_lines_fewer_paragraphs_have_room() -> None:
    assert paragraphs.n_lines(2) == 21
    assert paragraphs.n_lines(5) == 18
