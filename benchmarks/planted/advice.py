"""Whether the advice, the whole region and the checks of the search are true."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from planted.judge import MATERIAL, Claim
from planted.truth import Truth, keeps, middle, read_option

from optuna_guide import Guidance
from optuna_guide.analysis.diagnostics import diagnose
from optuna_guide.guidance import ParamGuidance
from optuna_guide.study.exploration import Exploration, align
from optuna_guide.study.targets import read_target

HARDLY = 0.03  # of the variance of the ranks, that what hardly matters explains at most
_TOP = 0.1  # of random trials, noise taken off
_VERY_BEST = 0.01
_BEST_OF_ALL = 0.001
_KEPT = 0.5  # of them, that a range keeps
_LEFT_OUT = 0.05  # of them, at most in what is to be avoided


def judge_advice(
    guidance: Guidance, exploration: Exploration, truths: tuple[Truth, ...]
) -> list[Claim]:
    """Every piece of advice, and what the region keeps."""
    truth = truths[0]
    claims: list[Claim] = []
    for param in guidance.params:
        if param.advice.kind != "none":
            about, words = frozenset({param.name}), f"{param.name}: {param.advice.text}"
            is_true = param.name in truth.columns and _CHECKS[param.advice.kind](
                param, guidance, truth
            )
            claims.append(Claim(param.advice.kind, about, is_true, words))
    claims += _judge_pairs(guidance, truths)
    claims += _judge_region(guidance, exploration)
    return claims


def _very_best(truth: Truth) -> np.ndarray:
    return truth.clean <= np.quantile(truth.clean, _VERY_BEST)


def _is_frozen_rightly(param: ParamGuidance, guidance: Guidance, truth: Truth) -> bool:
    """It explains at most what is said, and frozen there as many as half still are in the top."""
    everywhere = np.ones(len(truth.clean), dtype=bool)
    active = ~np.isnan(truth.columns[param.name])
    frozen = param.advice.range
    assert frozen is not None
    value = float(middle(frozen, param.distribution))
    columns = {**truth.filled, param.name: np.full(len(truth.clean), value)}
    last = np.quantile(truth.clean, _TOP)
    before, after = truth.clean[active] <= last, truth.problem.loss(columns)[active] <= last
    hardly = truth.matters(param.name, everywhere)[0] < HARDLY
    return hardly and bool(after.mean() >= _KEPT * before.mean())


def _is_narrowed_rightly(param: ParamGuidance, guidance: Guidance, truth: Truth) -> bool:
    """It keeps half of the very best, or part of the best of all, and more often than elsewhere.

    The very best are those in which the parameter is active: all of a wide optimum are as good.
    What does nothing at all has no range.
    """
    if param.name not in truth.problem.matter:
        return False
    rows = ~np.isnan(truth.columns[param.name])
    with_it = re.search(r"together with that of (\w+), not alone", param.advice.text)
    if with_it:  # the best of those in the other range
        other = guidance[with_it[1]]
        assert other.promising is not None
        rows &= keeps(other.promising, other.distribution, truth.columns[other.name])
    for option in filter(None, param.advice.unless.split(" or ")):
        beside, holds = read_option(option, truth.problem.space)
        rows &= ~holds(truth.columns[beside])
    assert param.promising is not None
    inside = keeps(param.promising, param.distribution, truth.columns[param.name][rows])
    loss = truth.clean[rows]
    if not len(loss):
        return True
    very_best = loss <= np.quantile(loss, _VERY_BEST)
    if inside[very_best].mean() >= _KEPT:
        return True
    has_best = inside[loss <= np.quantile(loss, _BEST_OF_ALL)].any()
    return bool(has_best and very_best[inside].mean() >= very_best[~inside].mean())


def _is_avoided_rightly(param: ParamGuidance, guidance: Guidance, truth: Truth) -> bool:
    """What is left out holds neither the best trial nor a part of the very best ones."""
    left_out = param.advice.range
    assert left_out is not None
    best = guidance.best[0].params.get(param.name)
    column = truth.columns[param.name][_very_best(truth)]
    column = column[~np.isnan(column)]
    is_best_left_out = best is not None and bool(left_out.contains(np.array([best]))[0])
    share = keeps(left_out, param.distribution, column).mean() if len(column) else 0.0
    return not is_best_left_out and bool(share <= _LEFT_OUT)


def _is_widened_rightly(param: ParamGuidance, guidance: Guidance, truth: Truth) -> bool:
    """Just beyond the bound, the function of the very best trials goes on to improve."""
    ends = (-0.1, 0.05) if param.advice.bound == "low" else (1.1, 0.95)
    rows = _very_best(truth) & ~np.isnan(truth.columns[param.name])
    beyond, within = (
        truth.problem.loss({**truth.filled, param.name: np.full(len(truth.clean), end)})[rows]
        for end in ends
    )
    return bool(np.mean(beyond) < np.mean(within) - 1e-9)


def _is_log_rightly(param: ParamGuidance, guidance: Guidance, truth: Truth) -> bool:
    """Most of the very best lie in the lowest tenth of a linear range."""
    column = truth.columns[param.name][_very_best(truth)]
    return not getattr(param.distribution, "log", True) and bool(np.median(column) < 0.1)


_CHECKS = {
    "freeze": _is_frozen_rightly,
    "narrow": _is_narrowed_rightly,
    "log": _is_log_rightly,
    "avoid": _is_avoided_rightly,
    "widen": _is_widened_rightly,
}


def _judge_pairs(guidance: Guidance, truths: tuple[Truth, ...]) -> Iterator[Claim]:
    """Pairs that are said to do more together than each alone."""
    for pair in guidance.pairs:
        if pair.is_clear:
            known = all(name in truths[0].columns for name in pair.names)
            is_true = known and any(truth.interact(*pair.names) > MATERIAL / 4 for truth in truths)
            words = f"{pair.names[0]} with {pair.names[1]}: {pair.share:.1%}, p = {pair.p_value}"
            yield Claim("pair", frozenset(pair.names), is_true, words)


def _judge_region(guidance: Guidance, exploration: Exploration) -> Iterator[Claim]:
    """It keeps at least half of the study's own top tenth."""
    table, region = exploration.trials, guidance.region
    if not region:
        return
    goal = align(read_target(table), len(table))
    rows = np.flatnonzero(~table.pruned)
    top = rows[np.argsort(goal.loss[rows], kind="stable")[: max(1, len(rows) // 10)]]
    inside = np.ones(len(top), dtype=bool)
    for name, found in region.items():
        column = table.params[top, table.names.index(name)]
        inside &= np.isnan(column) | found.contains(column)
    words = f"region of {len(region)} ranges: keeps {inside.mean():.0%} of the top tenth"
    yield Claim("region", frozenset(region), bool(inside.mean() >= _KEPT), words)


def judge_search(exploration: Exploration, truth: Truth, *, is_random: bool) -> Iterator[Claim]:
    """Checks of the search: of random trials none but a linear scale or a pruner is at fault.

    Options are said to start late where some do, and not to where none does.
    """
    is_slow = truth.problem.is_slow
    slow = is_slow is not None and bool(is_slow(truth.columns).any())
    goal = align(read_target(exploration.trials), len(exploration.trials))
    for check in diagnose(exploration, goal):
        if check.name == "Late starters are pruned":
            if check.sentence.startswith(("No part", "None of")):
                yield Claim("none starts late", frozenset(), not slow, check.sentence)
            elif check.is_flagged or "may start late" in check.sentence:
                yield Claim("starts late", frozenset(), slow, check.sentence)
        elif check.is_flagged and is_random:
            is_true = {
                "Decades on a linear scale": truth.problem.name == "linear",
                "Repeated configurations": bool(truth.problem.levels),
                "Pruned too early": slow,
            }.get(check.name, False)
            yield Claim("flagged", frozenset({check.name}), is_true, check.sentence)
