"""What a guidance says of the context of its trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.labels import span
from optuna_guide.domain.wording import cut, one_line
from optuna_guide.guidance import Context, NotReady
from optuna_guide.study.within import MIN_GROUP

if TYPE_CHECKING:
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

MAX_GROUPS = 50
_MAX_MISSING = 200
_NAMED = 3
_HOW = {
    "centred": "minus the median of the trials with the same",
    "min-max": "0 is the lowest, 1 the highest of the trials with the same",
    "ranks": "the share of lower ones among the trials with the same",
}


def describe_context(table: TrialsTable, goal: Target) -> Context | None:
    """What nobody would choose, and within which of it the target is given."""
    contexts, within = table.contexts, goal.within
    if not contexts.names:
        return None
    chosen = contexts.choice is not None
    if within is None or within.how is None:
        return Context(contexts.names, chosen)
    counts = np.bincount(within.groups[goal.rows], minlength=len(within.labels))
    most = np.argsort(-counts, kind="stable")[:MAX_GROUPS].tolist()
    groups = {within.labels[k]: int(counts[k]) for k in most}
    return Context(contexts.names, chosen, within.names, within.how, groups)


def write_context(table: TrialsTable, goal: Target) -> tuple[str, ...]:
    """What to know of the context: how it was found, and how values are given within it."""
    context = describe_context(table, goal)
    if context is None:
        return ()
    names, several = _list(context.names), len(context.names) > 1
    found = "set by a person" if context.chosen else "found by name and values"
    kind = f"{'are contexts' if several else 'is a context'} ({found}), no parameter"
    if context.how is None or goal.within is None:
        return (f"{names} {kind}{'s' * several}: {one_line(goal.name)} is given as measured.",)
    counts = np.bincount(goal.within.groups[goal.rows])
    same = _list(context.within)
    spread = span(str(counts.min()), str(counts.max()))
    note = (
        f"{names} {kind}{'s' * several}: {one_line(goal.name)} is given as {context}, "
        f"{_HOW[context.how]} {same} ({len(counts)} of them, {spread} trials each)."
    )
    has_target = len(table) if goal.kind in ("objective", "pareto_rank") else len(goal.rows)
    n_alone = has_target - len(goal.rows)
    if n_alone <= 0:
        return (note,)
    alone = f"{n_alone} trials are" if n_alone > 1 else "1 trial is"
    return (note, f"{alone} left out: fewer than {MIN_GROUP} have the same {same}.")


def too_few(goal: Target) -> NotReady:
    """Why trials of a context cannot be compared."""
    name, within = goal.name, goal.within
    same = "" if within is None else _list(within.names)
    n_trials = 0 if within is None else int((within.groups[goal.rows] >= 0).sum())
    return NotReady(
        f"{one_line(name)} differs from one {same} to the next, and trials are compared within "
        f"one only: {n_trials} of them have a {same} that at least {MIN_GROUP} trials share. "
        "Add trials, or name another context.",
        n_trials,
    )


def _list(names: tuple[str, ...]) -> str:
    shown = [cut(one_line(name), 40) for name in names[:_NAMED]]
    return " and ".join(shown) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
