"""Tables of real trials whose values are shuffled among them: nothing matters, nothing is better.

A table is a pair of files, ``NAME.hyps`` (a row for each trial, a column for each parameter) and
``NAME.evals`` (the same rows; the first column is the value), as in the folder ``datasets/`` of
github.com/Este1le/hpo_nmt (Zhang and Duh 2020, MIT).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.trial import create_trial
from planted.judge import Claim

from optuna_guide import Guidance, fit_guidance
from optuna_guide.analysis.findings import find
from optuna_guide.study.exploration import align, read_exploration
from optuna_guide.study.targets import read_target

KINDS = {"parameter": "main", "condition": "conditional"}  # others are called as here


def read_studies(folder: Path, n_shuffles: int) -> Iterator[optuna.Study]:
    """Every table with its values in so many random orders.

    Raises:
        FileNotFoundError: If the folder has no table.
    """
    paths = sorted(folder.glob("*.hyps"))
    if not paths:
        raise FileNotFoundError(f"There is no table, NAME.hyps with NAME.evals, in {folder}.")
    for path in paths:
        rows = np.loadtxt(path)
        values = np.loadtxt(path.with_suffix(".evals"))[:, 0]
        space = {f"p{j}": _declare(column) for j, column in enumerate(rows.T)}
        for seed in range(n_shuffles):
            study = optuna.create_study(direction="maximize", study_name=f"{path.stem}, {seed}")
            shuffled = np.random.default_rng(seed).permutation(values)
            for row, value in zip(rows, shuffled, strict=True):
                params = {
                    name: int(v) if isinstance(d, IntDistribution) else float(v)
                    for (name, d), v in zip(space.items(), row, strict=True)
                }
                study.add_trial(
                    create_trial(params=params, distributions=space, value=float(value))
                )
            yield study


def judge_shuffled(study: optuna.Study) -> tuple[Claim, ...]:
    """All that is said of it: only that a parameter hardly matters is true."""
    exploration = read_exploration(study)
    goal = align(read_target(exploration.trials), len(exploration.trials))
    claims = [
        Claim(KINDS.get(found.kind, found.kind), frozenset(found.where), False, found.sentence)
        for found in find(exploration.trials, goal)
    ]
    guidance = fit_guidance(study, seed=0)
    for param in guidance.params if isinstance(guidance, Guidance) else ():
        kind, words = param.advice.kind, f"{param.name}: {param.advice.text}"
        if kind != "none":
            claims.append(Claim(kind, frozenset({param.name}), kind == "freeze", words))
    return tuple(claims)


def _declare(column: np.ndarray) -> BaseDistribution:
    low, high = float(column.min()), float(column.max())
    if (column == np.rint(column)).all():
        return IntDistribution(int(low), int(high))
    return FloatDistribution(low, high, log=True)
