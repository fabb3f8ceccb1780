"""Does the search go wrong: each check is a number, a threshold and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.analysis.diagnostics import bias, diversity, pruning
from optuna_guide.analysis.diagnostics.diagnosis import Diagnosis

if TYPE_CHECKING:
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.targets import Target

__all__ = ["Diagnosis", "diagnose"]


def diagnose(exploration: Exploration, target: Target) -> tuple[Diagnosis, ...]:
    """All checks, flagged ones first.

    Args:
        exploration: The trials and how they came to be.
        target: Has a row for each trial, NaN where it has none (`aligned_target`).
    """
    unit, space = exploration.trials.unit(), exploration.trials.space
    columns = bias.read_columns(exploration, target)
    found = [
        bias.check_edges(columns),
        bias.check_drift(columns),
        bias.check_scale(columns),
        bias.check_perturbations(exploration, unit),
        diversity.check_diversity(unit, space),
        diversity.check_convergence(unit, space, target.loss),
        diversity.check_duplicates(unit),
        diversity.check_skew(unit, space),
        diversity.check_fallbacks(exploration),
        pruning.check_pruned_early(exploration),
        pruning.check_survivors(exploration),
    ]
    return tuple(sorted(found, key=lambda d: not d.is_flagged))
