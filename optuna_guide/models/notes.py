"""What a reader should know of the trials behind a guidance, or why they do not suffice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain import wording
from optuna_guide.domain.ties import are_as_good
from optuna_guide.models.advice import ALPHA
from optuna_guide.models.beyond import Beyond
from optuna_guide.models.contexts import write_context
from optuna_guide.models.kept_top import N_BEST, count_best
from optuna_guide.models.sample import MIN_TRIALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from optuna_guide.guidance import LeftOut
    from optuna_guide.models.sample import Sample
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

MAX_NAMED = 5  # parameters
MEND = "mend the objective: every trial failed, and the worker that ran it printed why"


def write_notes(sample: Sample, left_out: tuple[LeftOut, ...]) -> tuple[str, ...]:
    """What a reader of a guidance should know of its trials, a sentence each."""
    return (
        *write_context(sample.table, sample.goal),
        *sample.table.notes,
        *_note_left_out([p for p in left_out if p.name not in sample.table.contexts.names]),
        *sample.notes,
        *filter(None, [note_cut(sample)]),
        *_note_ties(sample.goal),
        *_note_inheritance(sample),
        *_note_dropped(sample.table),
    )


def explain_nothing(table: TrialsTable) -> str:
    """Why a table without a usable trial has none."""
    if not sum(table.states.values()):
        return "the study has no trials."
    states = wording.states(table.states)
    reason = f"no trial is complete ({states})."
    if table.states.get("COMPLETE"):
        by_state = ("failed", "cancelled", "pruned")
        unused = {why: n for why, n in table.dropped.items() if why not in by_state}
        reason = f"no complete trial can be used ({states}): {_counts(unused)}."
    if table.dropped.get("pruned") and len(table.objectives) == 1:
        reason += " Use pruned ones through their last value with include_pruned=True."
    return reason


def note_cut(sample: Sample) -> str:
    """How many values the models see as better than they are, and where; empty where none."""
    is_cut = sample.all_values != sample.uncut
    if not is_cut.any():
        return ""
    n, at = int(is_cut.sum()), float(sample.all_values[is_cut][0])
    worst = float(sample.uncut[is_cut][np.argmax(np.abs(sample.uncut[is_cut] - at))])
    return (
        f"Models count {n} of {len(is_cut)} trials as {at:.4g}, where outliers are cut: "
        f"the worst reached {worst:.4g}."
    )


def _note_left_out(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """A sentence for each reason."""
    for reason in dict.fromkeys(p.reason for p in left_out):
        names = [p.name for p in left_out if p.reason == reason]
        shown = ", ".join(names[:MAX_NAMED])
        hidden = len(names) - MAX_NAMED
        more = f" and {hidden} more" if hidden > 0 else ""
        is_one = len(names) == 1
        why = reason if is_one else re.sub(r"^was\b", "were", reason)
        yield f"{shown}{more} {why} and {'is' if is_one else 'are'} left out."


def _note_ties(goal: Target) -> tuple[str, ...]:
    """That those shown as the best are some of many that are as good."""
    n = count_best(goal)
    if n <= N_BEST:
        return ()
    order = np.argsort(goal.loss, kind="stable")
    first, last = order[0], order[N_BEST - 1]
    best, last_best = float(goal.measured[first]), float(goal.measured[last])
    if are_as_good(goal.loss[last], goal.loss[first]):
        said = f"{n} trials share the best value, {best:.4g}"
    else:
        said = f"{n} trials reach {last_best:.4g} or better"
    return (f"{said}: those told of as the best are some of them.",)


def _note_inheritance(sample: Sample) -> tuple[str, ...]:
    """What matters among trials that inherit nothing, where others were made from others."""
    even = sample.even
    numbers = sample.table.numbers[sample.rows[even]].tolist()
    first = np.array([number not in sample.table.inherited for number in numbers])
    if first.all():
        return ()
    note = (
        f"{int((~first).sum())} trials were made from others (their parents): importance mixes "
        "what they inherited with their own values."
    )
    n = int(first.sum())
    if n < MIN_TRIALS:
        return (f"{note} Too few trials have no parent to compare with.",)
    beyond = Beyond(
        sample.space,
        sample.params[even][first],
        sample.loss[even][first],
        np.array(numbers)[first],
        {},
        {},
    )
    p_values = {name: len(sample.space) * beyond.p_any(name) for name in sample.space}
    clear = [
        name for name in sorted(p_values, key=lambda n: p_values[n]) if p_values[name] < ALPHA
    ]
    if not clear:
        return (f"{note} Nothing stands out among the {n} without a parent.",)
    return (f"{note} Among the {n} of the first generation {clear[0]} clearly matters.",)


def _note_dropped(table: TrialsTable) -> tuple[str, ...]:
    if not table.dropped:
        return ()
    return (f"Finished trials that were not used: {_counts(table.dropped)}.",)


def _counts(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{n} ({reason})" for reason, n in sorted(reasons.items()))
