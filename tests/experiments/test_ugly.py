"""Every ugly study can be experimented with, or says why not."""

from __future__ import annotations

import warnings
from contextlib import suppress

import pytest
from ugly import UGLY

from optuna_guide import (
    check_params,
    create_ablations,
    create_path,
    create_variations,
    enqueue,
    read_children,
    read_failures,
    read_queue,
)
from optuna_guide.experiments.basis import read_basis
from optuna_guide.experiments.craft import read_form


@pytest.mark.parametrize("name", UGLY)
def test_candidates_are_made_and_enqueued_or_nothing_is(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = UGLY[name]()
    read_failures(study)
    before = len(read_queue(study).waiting)
    basis = read_basis(study)
    assert {field.name for field in read_form(basis)} == set(basis.space)
    if basis.best is None:
        return
    best = basis.best
    asked = list(create_ablations(study, best).candidates)
    with suppress(ValueError):  # nothing of it may change
        asked += create_variations(study, best, 3).candidates
    create_path(study, best)
    own = study.trials[best].params
    assert check_params(study, own, parent=best).is_valid == bool(own)
    if not asked:
        return
    report = enqueue(study, asked)
    assert len(report.numbers) + len(report.left) == len(asked)
    assert len(read_queue(study).waiting) == before + len(report.numbers)
    assert len(read_children(study, best).children) == len(report.numbers)
