"""What the page is told in sentences."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import optuna
from guidances import make_guidance
from tables import make_table
from ugly import UGLY
from wsgi_client import open_workbench

from optuna_guide import load_guidance, read_failures
from optuna_guide.analysis.diagnostics import check_search, flagged
from optuna_guide.analysis.record import read_record
from optuna_guide.guidance import Branch, NotReady
from optuna_guide.study.exploration import explore
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.surfaces.workbench.stories import findings
from optuna_guide.words.verdict import gather


def test_branches_are_told_below_the_answers() -> None:
    branches = (
        Branch("solver", "sgd", ("momentum",), 30, 0, 0, 0.97),
        Branch("solver", "adam", (), 2, 9, 1, 0.9),
        Branch("solver", "lion", ("beta",), 0, 0, 3, None),
    )
    guidance = replace(make_guidance(), branches=branches)
    bare = read_snapshot(optuna.create_study())
    told = findings(bare, make_table(guidance), guidance, (None, None))["answers"]
    assert len(told) == 9
    assert told[-1] == {
        "question": "Branch by branch",
        "sentence": "By solver: sgd: 30 trials, observed best 0.97; "
        "adam: 9 pruned and 1 failed of 12, observed best 0.9; "
        "lion: 3 failed of 3, nothing reached.",
    }


def test_where_trials_fail_is_told_among_the_findings() -> None:
    def objective(trial: optuna.Trial) -> float:
        x, kind = trial.suggest_float("x", 0, 1), trial.suggest_categorical("kind", ["a", "b"])
        if x > 0.75 and kind == "b":
            raise MemoryError
        return x

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, 80, catch=MemoryError)
    snapshot = read_snapshot(study)
    table = read_trials(snapshot)
    missing = NotReady("early", 0, 10)
    *_, last = findings(snapshot, table, missing, (None, None))["findings"]
    assert last["kind"] == "failure"
    assert last["sentence"] in [rule.sentence for rule in read_failures(study).rules]
    assert set(last["where"]) == {"x", "kind"}


def test_the_verdict_is_that_of_every_surface() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(
        lambda trial: trial.suggest_float("x", 0, 1) + 0.1 * trial.suggest_int("y", 0, 1), 40
    )
    client = open_workbench(study)
    client.wait_for_guidance()
    snapshot, guidance = read_snapshot(study), load_guidance(study)
    assert guidance is not None
    found = gather(
        guidance,
        read_record(snapshot, read_trials(snapshot), guidance),
        flagged(check_search(explore(snapshot), guidance)),
    )
    answer = client.get("verdict").json
    parts = [(part["question"], part["said"], part["more"]) for part in answer["parts"]]
    assert parts == [(part.question, part.said, part.more) for part in found.parts]
    assert len(parts) == 4
    assert answer["warning"] == found.warning


def test_a_study_without_guidance_has_a_verdict_too() -> None:
    client = open_workbench(UGLY["nine trials"]())
    client.wait_for_guidance()
    first, *_ = client.get("verdict").json["parts"]
    assert first["said"] == "No guidance yet"
    assert "being fitted" not in first["more"]


def test_the_stored_verdict_comes_at_once_and_is_the_same() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 40)
    client = open_workbench(study)
    client.wait_for_guidance()
    with patch("optuna_guide.figures.sources.check_search", side_effect=AssertionError):
        soon = client.get("verdict", soon=1).json
    assert soon == {**client.get("verdict").json, "is_checked": False}


def test_a_verdict_on_what_is_not_stored_is_checked_however_soon_it_is_wanted() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 40)
    client = open_workbench(study, read_only=True)
    client.wait_for_guidance()
    assert client.get("verdict", soon=1).json["is_checked"]
