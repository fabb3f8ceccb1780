from __future__ import annotations

import itertools

import optuna
import pytest
from drawn import draw
from histories import words

from optuna_guide import plot_importance_over_time
from optuna_guide.figures.panels import importance_over_time
from optuna_guide.guidance import Guidance
from optuna_guide.store.history import VersionSummary


def version(
    n_trials: int, importances: dict[str, float], *, is_open: bool = True, target: str = "accuracy"
) -> VersionSummary:
    return VersionSummary(
        1, n_trials, n_trials, n_trials, "", target, is_open, 0.8, 0.7, importances, {}
    )


def now(guidance: Guidance) -> dict[str, float]:
    return {p.name: p.importance for p in guidance.params}


def test_a_line_leads_through_all_versions_of_the_target(guidance: Guidance) -> None:
    first = guidance.params[0].name
    past = [version(20, {first: 0.1}), version(40, {}, target="loss"), version(60, {first: 0.5})]
    figure = draw("importance_over_time", guidance, history=past)
    line = figure.data[0]
    assert list(line.x) == [20, 60, 180]
    assert list(line.y) == pytest.approx([0.1, 0.5, guidance.params[0].importance], rel=1e-3)


def test_the_time_before_suggestions_is_shaded(guidance: Guidance) -> None:
    past = [version(20, {}, is_open=False), version(60, {})]
    shapes = draw("importance_over_time", guidance, history=past).layout.shapes
    assert len(shapes) == 1
    assert (shapes[0].x0 < 20, shapes[0].x1) == (True, 60)


def test_a_settled_importance_is_said_with_its_number_of_trials(guidance: Guidance) -> None:
    settled = [version(n, now(guidance)) for n in (40, 60, 80)]
    other = version(20, {p.name: 1 / 8 for p in reversed(guidance.params)})
    said = words(draw("importance_over_time", guidance, history=[other, *settled]))
    assert "No importance has changed by more than 10 % since 40 trials" in said


def test_what_still_changes_is_said(guidance: Guidance) -> None:
    swapped = dict(zip(reversed(list(now(guidance))), now(guidance).values(), strict=True))
    past = [version(n, swapped) for n in (40, 60, 80)]
    assert "still changes" in words(draw("importance_over_time", guidance, history=past))


def test_versions_of_the_same_trials_are_too_few(guidance: Guidance) -> None:
    one = words(draw("importance_over_time", guidance, history=[version(guidance.n_trials, {})]))
    assert "1 point in time so far" in one
    two = words(draw("importance_over_time", guidance, history=[version(20, {})]))
    assert "2 points in time so far" in two


def test_names_do_not_overlap() -> None:
    heights = sorted(importance_over_time._spread([0.0, 0.001, 0.5, 0.01], 1.0))
    assert all(b - a >= 0.06 for a, b in itertools.pairwise(heights))


def test_the_versions_of_a_study_are_drawn() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(
        lambda t: t.suggest_float("x", 0, 1) + 0.1 * t.suggest_float("y", 0, 1), n_trials=20
    )
    plot_importance_over_time(study)
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=4)
    assert list(plot_importance_over_time(study).data[0].x) == [20, 24]


def test_a_guidance_does_not_know_its_past(guidance: Guidance) -> None:
    with pytest.raises(TypeError, match="pass the study instead"):
        plot_importance_over_time(guidance)  # type: ignore[arg-type]


def test_very_many_versions_stay_small(guidance: Guidance) -> None:
    past = [version(k, now(guidance)) for k in range(1, 65)]
    assert len(draw("importance_over_time", guidance, history=past).to_json()) < 100_000
