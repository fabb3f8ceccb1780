from __future__ import annotations

import optuna
import pytest
from fake_fit import FakeFit

from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.keeping.refit import ensure_fresh, read_fresh
from optuna_guide.store.claims import claim_refit
from optuna_guide.store.versions import guidance_head, load_guidance, save_guidance
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1)


def test_trials_are_fitted_once_in_every_storage(study: optuna.Study, fake_fit: FakeFit) -> None:
    study.optimize(objective, n_trials=12)
    first = ensure_fresh(study)
    assert isinstance(first, Guidance)
    assert (first.n_finished, first.version) == (12, 1)
    assert ensure_fresh(study) == first
    study.optimize(objective, n_trials=1)
    second = ensure_fresh(study)
    assert isinstance(second, Guidance)
    assert (second.n_finished, second.version) == (13, 2)
    assert fake_fit.fitted == [12, 13]


def test_too_few_trials_say_what_is_missing(memory_study: optuna.Study, fake_fit: FakeFit) -> None:
    memory_study.optimize(objective, n_trials=3)
    assert ensure_fresh(memory_study) == NotReady("too few trials", 3, 7)
    assert guidance_head(memory_study) is None


def test_another_target_is_fitted_but_not_kept(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    memory_study.optimize(objective, n_trials=12)
    assert ensure_fresh(memory_study, target="duration")
    assert guidance_head(memory_study) is None
    kept = ensure_fresh(memory_study)
    assert ensure_fresh(memory_study, target="duration")
    assert load_guidance(memory_study) == kept
    assert fake_fit.asked == [("duration", None), (None, None), ("duration", None)]


def test_a_refit_explains_what_the_stored_guidance_explains(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    memory_study.optimize(objective, n_trials=12)
    guidance = fake_fit.fit_table(read_trials(read_snapshot(memory_study)))
    assert isinstance(guidance, Guidance)
    save_guidance(memory_study, guidance, asked=("accuracy", "maximize"))
    memory_study.optimize(objective, n_trials=1)
    assert ensure_fresh(memory_study)
    assert fake_fit.asked[-1] == ("accuracy", "maximize")
    head = guidance_head(memory_study)
    assert head is not None
    assert (head.version, head.asked) == (2, ("accuracy", "maximize"))


def test_nobody_waits_for_ever_for_another_worker(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    memory_study.optimize(objective, n_trials=12)
    assert claim_refit(memory_study, "another worker", 60)
    guidance = ensure_fresh(memory_study, patience=0.3)
    assert isinstance(guidance, Guidance)
    assert guidance.version == 0
    assert guidance_head(memory_study) is None


def test_the_claim_is_given_back_when_the_fit_fails(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    memory_study.optimize(objective, n_trials=12)
    fake_fit.error = ValueError("there is no target 'accuracy'")
    with pytest.raises(ValueError, match="no target 'accuracy'"):
        ensure_fresh(memory_study)
    assert claim_refit(memory_study, "another worker", 60)


def test_a_storage_that_cannot_be_written_is_no_obstacle(
    memory_study: optuna.Study,
    fake_fit: FakeFit,
    monkeypatch: pytest.MonkeyPatch,
    optuna_warnings: list[str],
) -> None:
    memory_study.optimize(objective, n_trials=12)
    monkeypatch.setattr(memory_study._storage, "set_study_system_attr", None)
    guidance = ensure_fresh(memory_study)
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 12
    assert len(optuna_warnings) == 1
    assert "not kept" in optuna_warnings[0]


def test_a_guidance_is_read_with_the_trials_that_it_knows(
    study: optuna.Study, fake_fit: FakeFit
) -> None:
    study.optimize(objective, n_trials=12)
    for n in (12, 12, 13):  # fitted, stored, fitted
        study.optimize(objective, n_trials=n - len(study.trials))
        snapshot, guidance = read_fresh(study)
        assert isinstance(guidance, Guidance)
        assert guidance.n_finished == snapshot.n_finished == n
    assert fake_fit.fitted == [12, 13]


def test_a_guidance_of_trials_that_are_gone_is_fitted_anew(
    memory_study: optuna.Study, fake_fit: FakeFit
) -> None:
    memory_study.optimize(objective, n_trials=12)
    assert ensure_fresh(memory_study)
    kept = read_snapshot(memory_study).trials
    memory_study._storage._studies[memory_study._study_id].trials.pop()  # type: ignore[attr-defined]
    assert len(kept) == 12
    guidance = ensure_fresh(memory_study)
    assert isinstance(guidance, Guidance)
    assert guidance.n_finished == 11
