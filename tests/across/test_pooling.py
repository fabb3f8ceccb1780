"""Several studies as one, in which the study is the context."""

from __future__ import annotations

import numpy as np
import optuna
import pytest

from optuna_guide import pool_studies
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target


def made(name: str, offset: float, choices: tuple[str, ...], **options: str) -> optuna.Study:
    """Thirty random trials whose values lie around an offset of their own."""
    study = optuna.create_study(
        study_name=name, sampler=optuna.samplers.RandomSampler(seed=0), **options
    )
    study.optimize(
        lambda t: (
            offset + t.suggest_float("x", 0, 1) + (t.suggest_categorical("c", choices) == "b")
        ),
        n_trials=30,
    )
    return study


def test_values_are_explained_within_each_study_over_the_choices_of_all() -> None:
    pool = pool_studies([made("one", 0.0, ("a", "b")), made("two", 50.0, ("b", "c"))])
    table = read_trials(read_snapshot(pool))
    assert len(table) == 60
    assert table.contexts.names == ("study",)
    assert set(getattr(table.space["c"], "choices", ())) == {"a", "b", "c"}
    goal = read_target(table)
    assert goal.given == "centred within study"
    assert np.ptp(goal.values) < 5
    assert set(table.contexts.texts["study"]) == {"one", "two"}


def test_studies_of_another_kind_or_name_are_refused() -> None:
    one = made("one", 0.0, ("a", "b"))
    with pytest.raises(ValueError, match="Two studies of different names"):
        pool_studies([one])
    with pytest.raises(ValueError, match="only those of the same kind"):
        pool_studies([one, made("two", 0.0, ("a", "b"), direction="maximize")])
    with pytest.raises(ValueError, match="'x' already"):
        pool_studies([one, made("two", 0.0, ("a", "b"))], context="x")
