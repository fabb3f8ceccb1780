"""Plain sentences about a study, each tested, and corrected for how many were tried.

Trials of a sampler that learns are not exchangeable: they are compared within stretches of the
study in which the parameters were drawn alike, and parameters beyond those that are stronger.
Still, a finding holds inside the sampled region, and is a reason to look, not a proof.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from optuna_guide.analysis.findings.finding import ALPHA, Finding, FindingKind
from optuna_guide.analysis.findings.interactions import find_interactions
from optuna_guide.analysis.findings.mains import (
    Mains,
    compare_parameters,
    find_mains,
    find_untested,
)
from optuna_guide.analysis.findings.ranked import RankedTrials
from optuna_guide.analysis.findings.ranking import rank_trials
from optuna_guide.analysis.findings.ridges import find_ridges
from optuna_guide.analysis.findings.tops import find_together, find_tops

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import Region
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

_PART = 0.5  # of the errors are left to tests of all trials where some were drawn blindly

__all__ = ["ALPHA", "Finding", "FindingKind", "find"]


def find(
    table: TrialsTable, target: Target, region: Region = MappingProxyType({})
) -> tuple[Finding, ...]:
    """What stands out, the largest effect first, then what cannot be tested; often nothing.

    Args:
        table: Trials; of an objective, pruned ones rank behind the others.
        target: Has a row for each trial, NaN where it has none (`aligned_goal`).
        region: Promising ranges: a parameter with one is told of by what lies inside and outside.
    """
    trials = rank_trials(table, target, region)
    if trials is None:
        return ()
    mains = compare_parameters(trials)
    found = [
        *_find_mains(table, target, region, trials, mains),
        *find_tops(trials),
        *find_together(trials),
        *find_interactions(trials, mains),
        *find_ridges(trials, mains, table.space),
    ]
    found.sort(key=lambda f: (-f.effect, f.p_value))
    known = {name for one in found if one.kind == "parameter" for name in one.where}
    return (*found, *find_untested(trials, mains, known))


def _find_mains(
    table: TrialsTable, target: Target, region: Region, trials: RankedTrials, mains: Mains
) -> list[Finding]:
    """Those of all trials, and what only those tell that were drawn before a sampler settled."""
    has_settled = len(trials.stretches) > 1
    blind = rank_trials(table, target, region, among=table.blind) if has_settled else None
    if blind is None:
        return list(find_mains(trials, mains))
    found = list(find_mains(trials, mains, _PART))
    known = {name for one in found for name in one.where}
    among = f"among the {len(blind.ranks)} {blind.things} drawn before the sampler learnt, "
    further = find_mains(blind, compare_parameters(blind), 1 - _PART, among=among)
    return [*found, *(one for one in further if not one.where.keys() & known)]
