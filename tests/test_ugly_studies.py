"""Every ugly study gives guidance, or says why not; without a warning, a traceback or a NaN."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import optuna
import pytest
from invariants import check_guidance, check_recommendation
from ugly import NOT_READY, UGLY, states, with_values

from optuna_guide import recommend
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.pipeline import fit_guidance
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import target_names


def numbers(value: Any) -> Iterator[float]:
    """Every float that a frozen value holds."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, Mapping):
        yield from (x for v in value.values() for x in numbers(v))
    elif isinstance(value, tuple):
        yield from (x for v in value for x in numbers(v))
    elif dataclasses.is_dataclass(value):
        yield from (x for f in dataclasses.fields(value) for x in numbers(getattr(value, f.name)))


def check(guidance: Guidance, study: optuna.Study) -> None:
    check_guidance(guidance)
    text = guidance.to_json()
    json.loads(text, parse_constant=pytest.fail)
    assert Guidance.from_json(text) == guidance
    assert all(math.isfinite(x) for x in numbers(guidance))
    assert sum(p.importance for p in guidance.params) == pytest.approx(1.0, abs=0.01) or not any(
        p.importance for p in guidance.params
    )
    for param in guidance.params:
        assert set(param.effect.counts) != {0}
        assert np.all(np.diff(param.effect.edges) > 0)
        assert list(param.effect.x) == sorted(set(param.effect.x))
        if not guidance.trust.is_open:
            assert param.promising is None
            assert param.advice.kind == "none"
        if param.promising is not None:
            assert param.evidence is not None
            assert param.evidence.n_inside >= 3
            assert param.describe(param.promising)
        if param.advice.kind == "freeze" and param.promising is not None:
            assert param.advice.range is not None
            kept = getattr(param.advice.range, "indices", None) or param.advice.range.intervals[0]
            assert param.promising.contains(kept).all()
    complete = {t.number for t in study.get_trials(deepcopy=False)}
    assert {best.number for best in guidance.best} <= complete
    assert str(guidance)
    assert "<script>alert" not in guidance._repr_html_()
    assert len(guidance.to_frame()) == len(guidance.params)


@pytest.mark.parametrize("name", [name for name in UGLY if name not in NOT_READY])
def test_an_ugly_study_gives_guidance(name: str) -> None:
    study = UGLY[name]()
    found = fit_guidance(study, seed=0)
    assert isinstance(found, Guidance)
    check(found, study)


@pytest.mark.parametrize("name", NOT_READY)
def test_without_guidance_the_reason_says_what_is_missing(name: str) -> None:
    found = fit_guidance(UGLY[name]())
    assert isinstance(found, NotReady)
    assert re.search(NOT_READY[name], str(found))


def test_every_target_of_an_odd_study_can_be_explained() -> None:
    for name in ("two objectives, constrained", "odd attributes"):
        study = UGLY[name]()
        for target in target_names(read_trials(read_snapshot(study))):
            found = fit_guidance(study, target=target, seed=0)
            if isinstance(found, Guidance):
                check(found, study)
            else:
                assert target in found.reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"target": "accuracy"}, "There is no target 'accuracy'.*value", id="unknown"),
        pytest.param({"target": 1}, "There is no objective 1: the study has 1", id="index"),
        pytest.param({"target": -1}, "There is no objective -1", id="negative index"),
        pytest.param(
            {"target": "value", "direction": "maximize"}, "direction of its own", id="direction"
        ),
        pytest.param(
            {"target": "duration", "direction": "up"}, "direction of its own: leave out", id="up"
        ),
    ],
)
def test_options_that_do_not_fit_the_study_are_refused(
    options: dict[str, Any], reason: str
) -> None:
    study = with_values(np.linspace(0, 1, 12).tolist())
    with pytest.raises(ValueError, match=reason):
        fit_guidance(study, **options)


def test_a_direction_is_one_of_two_words() -> None:
    study = UGLY["odd attributes"]()
    with pytest.raises(ValueError, match="must be 'minimize' or 'maximize', not 'up'"):
        fit_guidance(study, target="params", direction="up")  # type: ignore[arg-type]


def test_pruned_trials_of_several_objectives_are_refused() -> None:
    study = optuna.create_study(directions=["minimize", "maximize"])
    with pytest.raises(ValueError, match=r"has 2 objectives.*Leave include_pruned at False"):
        fit_guidance(study, include_pruned=True)


def test_pruned_trials_count_only_where_they_are_asked_for() -> None:
    study = states(optuna.trial.TrialState.PRUNED, 12)
    assert isinstance(fit_guidance(study), NotReady)
    found = fit_guidance(study, include_pruned=True, seed=0)
    assert isinstance(found, Guidance)
    assert found.n_trials == 12
    assert found.best[0].value == pytest.approx(found.best[0].params["x"])  # the last step's value


@pytest.mark.parametrize("name", UGLY)
def test_what_is_recommended_of_an_ugly_study_agrees_with_itself(name: str) -> None:
    study = UGLY[name]()
    if len(study.directions) == 1 and not isinstance(found := recommend(study), NotReady):
        check_recommendation(found)
