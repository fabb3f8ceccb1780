"""What is said of earlier studies."""

from __future__ import annotations

from optuna_guide.study.lessons import EarlierWeight, Lesson
from optuna_guide.words.lessons import earlier_studies


def test_what_counts_and_what_does_not_are_told_apart():
    studies = (EarlierWeight("mnist-v1", 0.62, 2.4), EarlierWeight("fashion", 0.0, 0.2))
    assert earlier_studies(Lesson("model", 0.38, studies)) == (
        "'mnist-v1' counts 62 %, the study's own trials count 38 %. "
        "'fashion' 0 %: it ranks the study's trials no better than chance."
    )


def test_a_study_that_agrees_and_did_not_count_is_not_called_no_better_than_chance():
    studies = (EarlierWeight("a", 0.5, 2.4), EarlierWeight("b", 0.0, 2.0))
    assert "no better" not in earlier_studies(Lesson("model", 0.5, studies))


def test_many_studies_are_counted_and_names_are_text():
    studies = tuple(EarlierWeight(f"s\n{k}", 0.1, 2.0) for k in range(6))
    sentence = earlier_studies(Lesson("model", 0.4, studies))
    assert sentence.startswith("'s 0' counts 10 %")
    assert "2 more" in sentence


def test_first_trials_say_what_they_are():
    assert "good in earlier studies" in earlier_studies(Lesson("portfolio", 0.0, ()))
