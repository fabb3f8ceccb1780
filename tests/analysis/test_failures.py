"""Where trials fail: planted combinations are found and named, and nothing is where nothing is."""

from __future__ import annotations

import numpy as np
import optuna
import pytest

from optuna_guide import check_params, read_failures
from optuna_guide.experiments.steer import cancel_trials
from optuna_guide.guidance import NotReady
from optuna_guide.study.exploration import explore
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.surfaces.cli import main
from optuna_guide.surfaces.report import write_report
from optuna_guide.words.markdown import to_markdown
from optuna_guide.words.summary import summarise


def run(fails, n_trials: int = 120, seed: int = 0) -> optuna.Study:
    rng = np.random.default_rng(seed)

    def objective(trial: optuna.Trial) -> float:
        heads = trial.suggest_categorical("heads", [1, 4, 16])
        hidden = trial.suggest_categorical("hidden", [512, 1024, 2048])
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        if fails(heads, hidden, rate, rng):
            raise MemoryError
        return heads + hidden + rate

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    study.optimize(objective, n_trials=n_trials, catch=MemoryError)
    return study


def test_a_combination_that_always_fails_is_named_and_counted():
    study = run(lambda heads, hidden, rate, rng: heads == 16 and hidden == 2048)
    found = read_failures(study)
    assert len(found.rules) == 1
    (rule,) = found.rules
    failed = sum(t.state == optuna.trial.TrialState.FAIL for t in study.trials)
    assert rule.n_failed == rule.n == failed == found.n_failed
    assert rule.sentence == (
        f"heads = 16 with hidden = 2048 always fails: {failed} of {failed} trials, "
        f"0 of {120 - failed} elsewhere."
    )


def test_who_enqueues_it_is_warned():
    study = run(lambda heads, hidden, rate, rng: heads == 16 and hidden == 2048)
    bad = check_params(study, {"heads": 16, "hidden": 2048, "rate": 0.1})
    assert any("always fails" in warning for warning in bad.candidate.warnings)
    good = check_params(study, {"heads": 16, "hidden": 1024, "rate": 0.1})
    assert good.candidate.warnings == ()


def test_a_value_that_fails_alone_is_no_pair():
    study = run(lambda heads, hidden, rate, rng: rate > 0.1)
    assert [list(rule.where) for rule in read_failures(study).rules] == [["rate"]]


@pytest.mark.parametrize("seed", range(5))
def test_failures_by_chance_make_no_rule(seed):
    study = run(lambda heads, hidden, rate, rng: rng.random() < 0.2, seed=seed)
    assert read_failures(study).rules == ()


def test_no_failure_no_rule():
    assert read_failures(run(lambda *_: False, n_trials=5)).rules == ()
    assert read_failures(optuna.create_study()).rules == ()


def test_every_surface_tells_where_trials_fail(tmp_path, capsys):
    study = run(lambda heads, hidden, rate, rng: heads == 16 and hidden == 2048)
    (rule,) = read_failures(study).rules
    snapshot = read_snapshot(study)
    summary = summarise(snapshot, NotReady("Not yet."), explore(snapshot))
    assert summary.failures == (rule.sentence,)
    assert rule.sentence.replace("_", "\\_") in to_markdown(summary)
    report = write_report(study, tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"<h3>Where trials fail</h3><ul><li>{rule.sentence}</li>" in report
    url = f"sqlite:///{tmp_path / 'one.db'}"
    optuna.copy_study(
        from_study_name=study.study_name,
        from_storage=study._storage,
        to_storage=url,
        to_study_name="one",
    )
    assert main(["show", url]) == 0
    assert rule.sentence in capsys.readouterr().out.splitlines()


def test_trials_that_were_cancelled_did_not_fail():
    study = run(lambda *_: False, n_trials=40)
    study.enqueue_trial({"heads": 1, "hidden": 512, "rate": 0.1})
    cancel_trials(study, [40])
    assert read_trials(read_snapshot(study)).dropped == {"cancelled": 1}
