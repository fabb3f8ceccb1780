"""What a guidance says where trials have a context."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import create_trial

from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.keeping.refit import ensure_fresh
from optuna_guide.models.pipeline import fit_guidance
from optuna_guide.store.versions import load_guidance
from optuna_guide.study.choices import set_context

SETS = {"PubMed": (0.9, 0.02), "Cora": (0.7, 0.1), "CiteSeer": (0.5, 0.05)}


def tuned_on_sets(n: int = 150, seed: int = 0) -> optuna.Study:
    """PubMed is easy, and was tried with a large ``lr``; on each set a small one is better."""
    study = optuna.create_study(direction="maximize")
    rng = np.random.default_rng(seed)
    space = {
        "dataset": CategoricalDistribution(tuple(SETS)),
        "lr": FloatDistribution(0, 1),
        "other": FloatDistribution(0, 1),
    }
    for _ in range(n):
        name = str(rng.choice(list(SETS)))
        lr = float(rng.beta(3, 1) if name == "PubMed" else rng.beta(1, 3))
        base, width = SETS[name]
        value = base + width * (0.5 - lr + 0.05 * rng.normal())
        params = {"dataset": name, "lr": lr, "other": float(rng.random())}
        study.add_trial(create_trial(params=params, distributions=space, value=value))
    return study


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    return tuned_on_sets()


def test_a_data_set_is_not_a_setting(study: optuna.Study) -> None:
    found = fit_guidance(study)
    assert isinstance(found, Guidance)
    assert [p.name for p in found.params] == ["lr", "other"]
    assert found.context is not None
    assert (found.context.names, found.context.how) == (("dataset",), "ranks")
    assert sum(found.context.groups.values()) == found.n_trials == 150
    assert not found.context.chosen
    assert found["lr"].promising is not None
    assert found["lr"].promising.contains(np.array([0.02])).all()
    assert not found["lr"].promising.contains(np.array([0.9])).any()
    assert "ranks within dataset" in str(found)
    assert "dataset is a context (found by name and values)" in " ".join(found.notes)
    assert "# is a context" in found.as_code()
    assert Guidance.from_json(found.to_json()) == found


def test_the_pooled_trials_would_advise_the_opposite(study: optuna.Study) -> None:
    pooled = fit_guidance(study, context=[])
    assert isinstance(pooled, Guidance)
    assert pooled["dataset"].importance > 0.5
    assert pooled.context is None


def test_the_best_trial_of_each_data_set_is_named(study: optuna.Study) -> None:
    found = fit_guidance(study)
    assert isinstance(found, Guidance)
    assert {best.context for best in found.best} == set(SETS)
    for best in found.best:
        own = [t for t in study.trials if t.params["dataset"] == best.context]
        top = max(own, key=lambda t: t.value or 0.0)
        assert (best.number, best.value) == (top.number, top.value)


def test_a_context_of_too_few_trials_each_is_no_guidance() -> None:
    study = optuna.create_study()
    space = {
        "dataset": CategoricalDistribution([f"set {k}" for k in range(15)]),
        "x": FloatDistribution(0, 1),
    }
    rng = np.random.default_rng(0)
    for i in range(45):
        params = {"dataset": f"set {i % 15}", "x": float(rng.random())}
        value = 100.0 * (i % 15) + params["x"]
        study.add_trial(create_trial(params=params, distributions=space, value=value))
    found = fit_guidance(study)
    assert isinstance(found, NotReady)
    assert "value differs from one dataset to the next" in found.reason
    assert "0 of them have a dataset that at least 5 trials share" in found.reason


def test_a_stored_guidance_that_knew_no_choice_is_fitted_anew() -> None:
    study = tuned_on_sets(60, seed=1)
    first = ensure_fresh(study)
    assert isinstance(first, Guidance)
    assert load_guidance(study) is not None
    set_context(study, [])
    assert load_guidance(study) is None
    second = ensure_fresh(study)
    assert isinstance(second, Guidance)
    assert second.version == first.version + 1
    assert "dataset" in [p.name for p in second.params]
    asked = ensure_fresh(study, context="dataset", how="centred")
    assert isinstance(asked, Guidance)
    assert asked.context is not None
    assert (asked.version, asked.context.how, asked.context.chosen) == (0, "centred", True)
    assert load_guidance(study) == second
