"""What is said of a search space that branches."""

from __future__ import annotations

import math
import re
from pathlib import Path

import optuna
import pytest
from optuna.trial import Trial

from optuna_guide.domain.ranges import Choices
from optuna_guide.guidance import Branch, Guidance
from optuna_guide.models.pipeline import fit_guidance
from optuna_guide.surfaces.export import export_guidance
from optuna_guide.surfaces.report import write_report
from optuna_guide.words.answers import answer_questions


def train(trial: Trial) -> float:
    """An svm that is best, an mlp, and a boosting that is pruned four times in five."""
    model = trial.suggest_categorical("model", ["svm", "mlp", "hgb"])
    if model == "svm":
        return 0.1 + 0.02 * abs(math.log10(trial.suggest_float("C", 1e-3, 1e3, log=True)))
    if model == "hgb":
        depth = trial.suggest_int("depth", 1, 9)
        if trial.number % 5:
            raise optuna.TrialPruned
        return 0.3 + depth * 0.01
    trial.suggest_float("momentum", 0.9, 0.9)
    return 0.12 + 0.05 * abs(math.log10(trial.suggest_float("lr", 1e-5, 1, log=True)) + 3)


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(train, n_trials=100)
    return study


@pytest.fixture(scope="module")
def guidance(study: optuna.Study) -> Guidance:
    found = fit_guidance(study)
    assert isinstance(found, Guidance)
    return found


def test_every_choice_has_its_trials_and_its_best_value(
    study: optuna.Study, guidance: Guidance
) -> None:
    assert [b.choice for b in guidance.branches] == ["svm", "mlp", "hgb"]
    for branch in guidance.branches:
        trials = [t for t in study.trials if t.params["model"] == branch.choice]
        states = [t.state.name for t in trials]
        assert branch.n_complete == states.count("COMPLETE")
        assert branch.n_pruned == states.count("PRUNED")
        assert branch.best == min(t.value for t in trials if t.value is not None)
    assert guidance.branches[0].params == ("C",)


def test_a_parameter_is_judged_by_the_trials_of_its_branch(guidance: Guidance) -> None:
    found = guidance["lr"]
    assert found.where == {"model": Choices((1,))}
    assert found.advice.text.startswith("in mlp: ")
    assert found.evidence is not None
    assert found.evidence.n_active == guidance.branches[1].n_complete
    assert found.evidence.top_inside > 0.2


def test_the_code_has_every_parameter_and_says_when_it_is_asked_for(guidance: Guidance) -> None:
    code = guidance.as_code()
    assert re.search(r"^lr = .*  # only where model == 'mlp'; was 1e-05 to 1\.0$", code, re.M)
    why = "never varied in the trials learnt from"
    assert re.search(rf"^momentum = .*  # only where model == 'mlp'; {why}$", code, re.M)
    assert "depth = " in code
    assert code.startswith("model = ")
    assert Guidance.from_json(guidance.to_json()).as_code() == code


def test_parameters_that_nothing_is_learnt_of_were_tuned_as_well(guidance: Guidance) -> None:
    assert "momentum" in {p.name for p in guidance.left_out}
    said = answer_questions(guidance)[0].sentence
    assert re.match(rf"{len(guidance.params) + len(guidance.left_out)} parameters: ", said)
    assert re.search(r"; nothing can be learnt yet of .*momentum", said)


def test_surfaces_tell_the_branches(
    study: optuna.Study, guidance: Guidance, tmp_path: Path
) -> None:
    hgb = guidance.branches[2]
    n = hgb.n_complete + hgb.n_pruned
    said = f"hgb: {hgb.n_pruned} pruned of {n}, observed best {hgb.best:.4g}."
    assert said in " ".join(str(guidance).split())
    assert said in export_guidance(study, "markdown")
    report = write_report(study, tmp_path / "report.html").read_text("utf-8")
    assert re.search(rf"<td>model: hgb</td><td>{hgb.n_complete}</td><td>{hgb.n_pruned}<", report)


def test_a_branch_whose_trials_all_failed_is_told() -> None:
    def objective(trial: Trial) -> tuple[float, float]:
        x = trial.suggest_float("x", 0, 1)
        if trial.suggest_categorical("kind", ["plain", "wide"]) == "wide":
            trial.suggest_int("width", 1, 9)
            raise optuna.TrialPruned
        return x, trial.suggest_float("y", 0, 1) - x

    study = optuna.create_study(
        directions=["minimize"] * 2, sampler=optuna.samplers.RandomSampler(seed=0)
    )
    study.optimize(objective, n_trials=30)
    found = fit_guidance(study)
    assert isinstance(found, Guidance)
    plain, wide = found.branches
    assert plain.n_front == found.n_front == len(study.best_trials)
    assert wide == Branch("kind", "wide", ("width",), 0, wide.n_pruned, 0, None, 0)
    width = next(p for p in found.left_out if p.name == "width")
    assert width.reason == "was in no trial that can be used"
    assert "width was in no trial that can be used and is left out." in found.notes
    assert "width = trial.suggest_int('width', 1, 9)  # only where kind == 'wide'; was in no " in (
        found.as_code()
    )


def test_several_parameters_of_a_rare_branch_are_left_out_in_the_plural() -> None:
    def objective(trial: optuna.Trial) -> float:
        if trial.suggest_categorical("model", ["net", "tree"]) == "tree":
            return trial.suggest_float("eta", 0, 1)
        return trial.suggest_float("width", 0, 1) + trial.suggest_float("decay", 0, 1)

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for i in range(24):
        study.enqueue_trial({"model": "net" if i < 2 else "tree"})
    study.optimize(objective, n_trials=24)
    found = fit_guidance(study)
    assert isinstance(found, Guidance)
    assert any("were active in only 2 trials and are left out" in note for note in found.notes)


def test_the_effect_of_a_conditional_parameter_is_that_of_its_branch() -> None:
    """Trials without it are better than all that have it: they are no part of its curve."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))

    def objective(trial: optuna.Trial) -> float:
        if trial.suggest_categorical("model", ["tree", "svm"]) == "tree":
            return 0.1 + 0.02 * trial.suggest_float("eta", 0, 1)
        return 1.0 + trial.suggest_float("gap", 0, 1)

    study.optimize(objective, n_trials=80)
    found = fit_guidance(study, seed=0)
    assert isinstance(found, Guidance)
    effect = next(p for p in found.params if p.name == "gap").effect
    assert min(effect.mean) > 0.9  # nowhere near the tenth that trees reach
    assert effect.mean[0] < effect.mean[-1]
