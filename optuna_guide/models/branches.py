"""Parameters that only some trials have: those left out, and what became of each branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.labels import label
from optuna_guide.guidance import Branch, LeftOut

if TYPE_CHECKING:
    from optuna_guide.models.sample import Sample
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target


def find_left_out(sample: Sample) -> tuple[LeftOut, ...]:
    """Every parameter that a trial had and the models do not see."""
    branching = sample.table.branching
    return tuple(
        LeftOut(
            name,
            distribution,
            _why_left_out(sample, name),
            branching.where.get(name, {}),
        )
        for name, distribution in {**sample.table.space, **branching.space}.items()
        if name not in sample.space
    )


def _why_left_out(sample: Sample, name: str) -> str:
    if name in sample.table.contexts.names:
        return "is a context"
    return sample.left_out.get(name, "was in no trial that can be used")


def judge_branches(table: TrialsTable, goal: Target) -> tuple[Branch, ...]:
    """What became of each choice that brings parameters with it, the best of a parameter first."""
    branching = table.branching
    found = []
    for name, counts in branching.counts.items():
        if name in table.contexts.names:
            continue
        children = {c: w[name] for c, w in branching.where.items() if name in w}
        column = np.full(len(goal.rows), np.nan)
        if name in table.space:
            column = table.params[goal.rows, table.names.index(name)]
        judged = []
        for counted in counts:
            k = counted.choice
            losses, values = goal.loss[column == k], goal.values[column == k]
            branch = Branch(
                param=name,
                choice=label(branching.space[name], k),
                params=tuple(child for child, part in children.items() if part.contains(k)),
                n_complete=counted.n_complete,
                n_pruned=counted.n_pruned,
                n_failed=counted.n_failed,
                best=float(values[np.argmin(losses)]) if len(losses) else None,
                n_front=int((losses == 0).sum()) if goal.kind == "pareto_rank" else None,
            )
            judged.append((min(losses, default=np.inf), branch))
        found += [branch for _, branch in sorted(judged, key=lambda one: one[0])]
    return tuple(found)
