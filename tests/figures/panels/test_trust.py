from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from drawn import draw
from guidances import close_gate

from optuna_guide.guidance import Guidance


def notes(guidance: Guidance) -> dict[str, Any]:
    return {note.text: note for note in draw("trust", guidance).layout.annotations}


def with_trust(guidance: Guidance, **changes: Any) -> Guidance:
    return replace(guidance, trust=replace(guidance.trust, **changes))


def test_the_bar_of_the_last_skill_reaches_down_to_its_lower_bound(guidance: Guidance) -> None:
    (last,) = (t for t in draw("trust", guidance).data if t.error_y.arrayminus is not None)
    assert last.y[0] - last.error_y.arrayminus[0] == pytest.approx(0.75)


def test_gate_and_baseline_are_lines_with_their_value(guidance: Guidance) -> None:
    lines = {t.line.dash: t.y for t in draw("trust", guidance).data if t.line.dash}
    assert lines == {"dash": (0.3, 0.3), "dot": (0.42, 0.42)}
    assert {"gate 0.30", "linear R² 0.42", "forest R² 0.70", "EBM R² 0.68"} <= set(notes(guidance))


def test_labels_keep_apart_where_their_values_are_equal(guidance: Guidance) -> None:
    same = with_trust(guidance, spearman=0.98, r2=0.98, r2_ebm=0.98, r2_linear=0.98)
    labels = [note for note in notes(same).values() if note.xref == "paper" and note.x == 1]
    heights = sorted(note.y for note in labels)
    assert len(heights) == 5
    assert heights[-1] < 1.04
    assert min(b - a for a, b in pairwise(heights)) > 0.04


def test_missing_trials_are_an_arrow_along_the_axis(guidance: Guidance) -> None:
    arrow = notes(close_gate(guidance))["about 25 more"]
    assert (arrow.ax, arrow.x) == (180, 205)
    assert draw("trust", close_gate(guidance)).layout.xaxis.range[1] > 205
    assert not [text for text in notes(guidance) if "more" in text]


@pytest.mark.parametrize("missing", [None, 10**6])
def test_a_far_or_unknown_goal_leaves_the_axis_readable(
    guidance: Guidance, missing: int | None
) -> None:
    closed = with_trust(close_gate(guidance), n_missing=missing)
    assert draw("trust", closed).layout.xaxis.range[1] <= 1.02 * 4 * 180


def test_what_could_not_be_measured_is_left_out(guidance: Guidance) -> None:
    unknown = float("nan")
    blank = with_trust(
        guidance, spearman=unknown, spearman_lower=unknown, r2=unknown, r2_linear=unknown,
        r2_ebm=None, curve=(),
    )  # fmt: skip
    assert "nan" not in " ".join(notes(blank))
    assert len(draw("trust", blank).data) == 1


def test_what_is_said_below_ends_with_its_last_word(guidance: Guidance) -> None:
    cut = "Models count 22 of 168 trials as 11.14, where outliers are cut: the worst reached 2.2."
    figure = draw("trust", replace(guidance, cut=cut))
    (note,) = (n.text for n in figure.layout.annotations if "typically" in n.text)
    assert note.replace("<br>", " ").endswith(cut)
    assert figure.layout.margin.b >= 38 + 15 * (note.count("<br>") + 1)


def test_the_bound_of_the_skill_is_rounded_down(guidance: Guidance) -> None:
    drawn = draw("trust", with_trust(guidance, spearman_lower=0.789)).data
    (last,) = (trace for trace in drawn if trace.error_y.arrayminus is not None)
    assert "at least 0.78" in last.hovertext[0]


def test_skill_below_the_drawing_is_told_as_it_is(guidance: Guidance) -> None:
    worse = tuple(replace(point, r2=-3.0) for point in guidance.trust.curve)
    drawn = draw("trust", with_trust(guidance, curve=worse)).data
    said = [words for trace in drawn for words in trace.hovertext or () if "R² with" in words]
    assert len(said) == len(worse)
    assert all(words.endswith(": -3.00") for words in said)
