"""Does the search go wrong: each check is a number, a threshold and what to change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.diagnostics import bias, diversity, pruning
from optuna_guide.analysis.diagnostics.diagnosis import Diagnosis, count_trials, unknown
from optuna_guide.guidance import Guidance
from optuna_guide.study.exploration import align, aligned_goal
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from optuna_guide.guidance import NotReady
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.targets import Target

_OF_TIME = ("Drift without gain", "Diversity of the newest trials", "Premature convergence")

__all__ = ["Diagnosis", "check_search", "diagnose", "flagged"]


def check_search(exploration: Exploration, guidance: Guidance | NotReady) -> tuple[Diagnosis, ...]:
    """`diagnose` by the target of a guidance; nothing where there is no trial."""
    table = exploration.trials
    if not len(table):
        return ()
    if isinstance(guidance, Guidance):
        return diagnose(exploration, aligned_goal(guidance, table))
    return diagnose(exploration, align(read_target(table), len(table)))


def flagged(checks: Sequence[Diagnosis]) -> dict[str, str]:
    """Name of each check that is flagged to what was found."""
    return {check.name: check.sentence for check in checks if check.is_flagged}


def diagnose(exploration: Exploration, target: Target) -> tuple[Diagnosis, ...]:
    """All checks, flagged ones first.

    Args:
        exploration: The trials and how they came to be.
        target: Has a row for each trial, NaN where it has none (`aligned_goal`).
    """
    table = exploration.trials
    unit, space = table.unit(), table.space
    measured = ~np.isnan(target.loss)
    placed = measured & bias.sought_no_corner(exploration)
    unlearnt = measured & bias.learnt_nothing(exploration)
    complete = measured & ~table.pruned
    losses = np.where(complete, target.loss, np.nan)

    def counting(rows: npt.NDArray[np.bool_], *checks: Diagnosis) -> list[Diagnosis]:
        counted = count_trials(int(np.sum(rows & ~table.pruned)), int(np.sum(rows & table.pruned)))
        return [replace(check, counted=counted) for check in checks]

    found = [
        *counting(placed, bias.check_edges(bias.read_columns(table, unit, target, placed))),
        *counting(unlearnt, bias.check_drift(bias.read_columns(table, unit, target, unlearnt))),
        *counting(measured, bias.check_scale(bias.read_columns(table, unit, target, measured))),
        *counting(
            complete,
            diversity.check_skew(unit[complete], space),
        ),
        *counting(
            np.full(len(table), True),
            bias.check_perturbations(exploration, unit),
            diversity.check_diversity(unit, space, losses, ties=target.kind == "pareto_rank"),
            diversity.check_convergence(unit, space, losses),
            diversity.check_duplicates(unit, losses),
            pruning.check_pruned_early(exploration),
            pruning.check_survivors(exploration),
        ),
        *counting(
            ~np.isnan(exploration.alone),
            diversity.check_fallbacks(exploration),
        ),
    ]
    if not exploration.is_ordered:
        found = [_without_time(check) if check.name in _OF_TIME else check for check in found]
    return tuple(sorted(found, key=lambda d: not d.is_flagged))


def _without_time(check: Diagnosis) -> Diagnosis:
    """A check of how the search went on, where nobody knows in which order."""
    why = "Nothing tells when trials ended."
    left = unknown(check.name, check.threshold, check.reason, why)
    return replace(left, counted=check.counted)
