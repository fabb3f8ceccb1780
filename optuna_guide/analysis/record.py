"""The best so far: when it was reached, and how often the newest trials bettered it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.ties import are_as_good
from optuna_guide.guidance import Guidance
from optuna_guide.study.fronts import joins_front
from optuna_guide.study.next_trial import read_next
from optuna_guide.study.targets import PARETO_RANK, read_goal, read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from optuna_guide.guidance import NotReady
    from optuna_guide.study.next_trial import NextTrial
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

RECENT = 50  # trials


@dataclass(frozen=True)
class ContextBest:
    """The best of a context.

    Attributes:
        context: Its value.
        number: Trial.
        value: What it reached, as measured.
    """

    context: str
    number: int
    value: float


@dataclass(frozen=True)
class Record:
    """How the best so far came about; trials count from their end, whatever their state.

    Attributes:
        number: Trial that holds the record; the newest one that joined the front where the target
            is the Pareto rank.
        value: What it reached, in units of the target.
        n_since: Trials that ended after the record was reached, but for rounding.
        n_recent: Trials that are looked back at: the later half, 50 at most.
        n_improved: Those of them that bettered all before them; of the Pareto rank: that no
            earlier trial beat. The first trial of a study betters none.
        gained: How much better the best is than that of all earlier trials, in units of the
            target; NaN where there was none, and for the Pareto rank.
        lead: How much better the best is than the median, likewise.
        is_front: Whether the target is the Pareto rank.
        unit: Of the target; empty where it is not known.
        is_ordered: Whether it is known when trials ended: not of a table without times.
        given: Within what the target is given; empty where it is in its own units.
        held: The best of each context, the one of most trials first; empty where there is none.
        ahead: What the next trial keeps to; None = unknown.
        first: Trial that reached the record first, where only rounding tells it from ``number``.
    """

    number: int
    value: float
    n_since: int
    n_recent: int
    n_improved: int
    gained: float = math.nan
    lead: float = math.nan
    is_front: bool = False
    unit: str = ""
    is_ordered: bool = True
    given: str = ""
    held: tuple[ContextBest, ...] = ()
    ahead: NextTrial | None = None
    first: int | None = None


def read_record(
    snapshot: Snapshot, table: TrialsTable, guidance: Guidance | NotReady
) -> Record | None:
    """The record of a study; None where no feasible trial has the target.

    Args:
        snapshot: The study.
        table: Its usable trials; pruned ones set no record.
        guidance: Says the target; the default where there is none.

    Raises:
        ValueError: If the table does not know the target: it is of another study.
    """
    if not len(table):
        return None
    target = read_goal(guidance, table) if isinstance(guidance, Guidance) else read_target(table)
    place = {trial.number: i for i, trial in enumerate(snapshot.ended)}
    counts = ~table.pruned[target.rows] & (table.violations[target.rows] <= 0)
    places = np.array([place[n] for n in table.numbers[target.rows].tolist()], dtype=np.int64)
    rows = np.flatnonzero(counts)[np.argsort(places[counts])]
    if not len(rows):
        return None
    is_front = target.name == PARETO_RANK
    losses = table.losses[target.rows[rows]] if is_front else target.loss[rows, None]
    improved = joins_front(losses)
    first = rows[np.flatnonzero(improved)[-1]]
    last = first if is_front else rows[np.argmin(losses)]
    improved[0] = False
    n = len(snapshot.ended)
    n_recent = min((n + 1) // 2, RECENT)
    is_recent = places[rows] >= n - n_recent
    earlier, best = losses[~is_recent, 0].min(initial=np.inf), losses.min()
    gained = 0.0 if are_as_good(earlier, best) else float(earlier - best)
    is_known = np.isfinite(earlier) and not is_front
    return Record(
        number=int(table.numbers[target.rows[last]]),
        value=float(target.values[last]),
        n_since=n - 1 - int(places[first]),
        n_recent=n_recent,
        n_improved=int(np.sum(improved & is_recent)),
        gained=gained if is_known else math.nan,
        lead=float(np.median(losses) - best) if not is_front else math.nan,
        is_front=is_front,
        unit=target.unit,
        is_ordered=snapshot.is_ordered,
        given=target.given,
        held=tuple(_hold(table, target, rows)),
        ahead=read_next(snapshot),
        first=None if first == last else int(table.numbers[target.rows[first]]),
    )


def _hold(
    table: TrialsTable, target: Target, rows: npt.NDArray[np.int64]
) -> Iterator[ContextBest]:
    """The best of some rows of a target in each context."""
    if target.within is None or not target.given:
        return
    groups = target.within.groups[target.rows[rows]]
    for k in np.argsort(-np.bincount(groups), kind="stable").tolist():
        among = rows[groups == k]
        if len(among):
            best = among[np.argmin(target.loss[among])]
            number = int(table.numbers[target.rows[best]])
            yield ContextBest(target.within.labels[k], number, float(target.measured[best]))
