"""What counts as evidence: configurations, ties, branches, and trials drawn alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import optuna
import pytest
from invariants import check_findings
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.analysis.findings import Finding, find
from optuna_guide.analysis.findings.conditions import p_same
from optuna_guide.analysis.findings.mains import compare_parameters
from optuna_guide.analysis.findings.ranked import RankedTrials
from optuna_guide.analysis.findings.ranking import rank_trials
from optuna_guide.study.exploration import align
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target

UNIT = FloatDistribution(0, 1)
SWITCH = CategoricalDistribution((False, True))


def found_in(
    rows: list[tuple[Mapping[str, Any], float]], **space: BaseDistribution
) -> list[Finding]:
    study = optuna.create_study()
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=dict(params), distributions={n: space[n] for n in params}, value=value
            )
            for params, value in rows
        ]
    )
    table = read_trials(read_snapshot(study))
    found = find(table, align(read_target(table), len(table)))
    check_findings(found, len(table))
    return list(found)


def repeated(seed: int) -> list[Finding]:
    """Thirty configurations, five trials each; what they share is x and luck."""
    rng = np.random.default_rng(seed)
    names = ("x", "u0", "u1", "u2")
    rows = []
    for _ in range(30):
        params = {name: float(rng.random()) for name in names}
        shared = np.sin(6 * params["x"]) + 0.5 * rng.normal()
        rows += [(params, shared + 0.2 * rng.normal()) for _ in range(5)]
    return found_in(rows, **dict.fromkeys(names, UNIT))


def test_repeats_of_a_configuration_are_no_further_evidence() -> None:
    found = [one for seed in range(8) for one in repeated(seed)]
    about = {name for one in found for name in one.where}
    assert about == {"x"}
    assert {one.n for one in found} == {30}
    assert all("(repeats averaged)" in f.sentence for f in found if f.kind == "parameter")


def test_repeats_of_a_few_combinations_tell_them_apart() -> None:
    rng = np.random.default_rng(3)
    rows = [({"a": i % 2 == 0}, float(rng.random() + i % 2)) for i in range(60)]
    (found,) = [f for f in found_in(rows, a=SWITCH) if f.kind == "parameter"]
    assert found.n == 60


def test_ties_in_the_top_tenth_are_counted() -> None:
    """Thirty of 180 are equally good."""
    rng = np.random.default_rng(0)
    rows = []
    for i in range(180):
        is_top = i % 6 == 0
        params = {"a": bool(is_top or rng.random() < 0.3), "x": float(rng.random())}
        rows.append((params, 0.0 if is_top else float(rng.random()) + 1))
    said = [f.sentence for f in found_in(rows, a=SWITCH, x=UNIT) if f.kind == "top"]
    assert len(said) == 1
    first = "a = True distinguishes the top tenth (30 of 180, with ties): 100 % of them "
    assert said[0].startswith(first)
    assert "below the top tenth" in said[0]


def test_a_part_of_a_branch_is_compared_within_it() -> None:
    """Half of the branch has it, at the top and below: only the branch tells the top apart."""
    rng = np.random.default_rng(1)
    rows: list[tuple[dict[str, Any], float]] = []
    for _ in range(300):
        if rng.random() < 0.3:
            rows.append(({"model": "net", "depth": float(rng.random())}, float(rng.random())))
        else:
            rows.append(({"model": "tree", "x": float(rng.random())}, float(rng.random()) + 0.8))
    found = found_in(rows, model=CategoricalDistribution(("net", "tree")), depth=UNIT, x=UNIT)
    assert any("model" in one.where for one in found)
    assert not any("depth" in one.where for one in found)


def test_what_came_late_together_is_not_said_to_go_together() -> None:
    """A sampler that gets better settles on two switches that do nothing."""

    def late(share: Callable[[float], float], seed: int) -> list[Finding]:
        rng = np.random.default_rng(seed)
        rows = []
        for i in range(200):
            t = i / 200
            params = {name: bool(rng.random() < share(t)) for name in ("a", "b", "c")}
            rows.append(({**params, "x": float(rng.random())}, float(rng.random() - 4 * t)))
        return found_in(rows, a=SWITCH, b=SWITCH, c=SWITCH, x=UNIT)

    found = [f for seed in range(6) for f in late(lambda t: 0.9 if t > 0.75 else 0.5, seed)]
    assert [f.sentence for f in found if f.kind == "together"] == []


def test_what_one_value_tells_is_not_told_of_rare_ones_beside_it() -> None:
    """Depth 6 is good and was tried often; 2, 4, 5 and 7 are as bad as 8, and were tried once."""
    rng = np.random.default_rng(0)
    depths = [6] * 30 + [8] * 15 + [2, 4, 5, 7]
    rows = [
        ({"depth": d, "y": float(rng.random())}, (d != 6) + 0.1 * rng.normal()) for d in depths
    ]
    rng.shuffle(rows)
    found = found_in(rows, depth=IntDistribution(1, 8), y=UNIT)
    said = [f.sentence for f in found if f.kind == "parameter"]
    assert any("at depth = 6" in sentence and "at depth = 8" in sentence for sentence in said)


def settled(rng: np.random.Generator, effect: float) -> RankedTrials:
    """A third drawn at random, then a sampler keeps to a = b = True; both off: an effect."""
    study = optuna.create_study()
    for i in range(150):
        often = 0.5 if i < 50 else 0.9
        on = {name: bool(rng.random() < often) for name in ("a", "b")}
        value = effect * (not any(on.values())) + 0.2 * rng.normal()
        space = dict.fromkeys(on, SWITCH)
        study.add_trial(optuna.trial.create_trial(params=on, distributions=space, value=value))
    table = read_trials(read_snapshot(study))
    trials = rank_trials(table, align(read_target(table), len(table)))
    assert trials is not None
    assert len(trials.stretches) > 1
    return trials


@pytest.mark.parametrize(
    "effect", [pytest.param(2.0, id="together"), pytest.param(0.0, id="apart")]
)
def test_where_a_sampler_settled_a_condition_is_tested_by_leverage(effect: float) -> None:
    p_values = []
    for seed in range(5):
        trials = settled(np.random.default_rng(seed), effect)
        option = [str(option) for option in trials.options].index("a = False")
        p_values.append(p_same(trials, compare_parameters(trials), (option,), 1))
    assert (np.median(p_values) < 1e-4) == (effect > 0)
