"""What a storage holds: every study with its space, its best, and the studies that it is like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from optuna.trial import TrialState

from optuna_guide.across.transfer import TransferSkill, measure_transfer
from optuna_guide.store.keys import SUCCESSOR
from optuna_guide.store.storages import list_studies, open_study
from optuna_guide.study.declared import Declared, is_categorical
from optuna_guide.study.overview import best_values
from optuna_guide.study.snapshot import Snapshot, read_snapshot

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage


@dataclass(frozen=True)
class RelatedStudy:
    """What another study says of this one.

    Attributes:
        study_name: The other study.
        shared: Parameters of the same name and kind.
        agreement: Rank correlation of what a model of the other study predicts for this one's
            trials with what came out, -1 to 1; None where it was not tested.
    """

    study_name: str
    shared: tuple[str, ...]
    agreement: float | None


@dataclass(frozen=True, eq=False)
class StudyEntry:
    """One study of a storage.

    Attributes:
        name: Its name.
        objectives: A name for each objective.
        maximised: A flag for each objective.
        space: Parameter to the widest distribution that its trials declared.
        n_trials: All trials.
        n_complete: Those that are complete.
        best: Best value of a feasible trial; None without one, or of several objectives.
        n_best: Trials on the front of several objectives.
        newest: When the last trial ended; None where none did.
        successor: The study that goes on in another space; None where none does.
        related: Other studies that share parameters, the most telling first.
    """

    name: str
    objectives: tuple[str, ...]
    maximised: tuple[bool, ...]
    space: Mapping[str, BaseDistribution]
    n_trials: int
    n_complete: int
    best: float | None
    n_best: int
    newest: datetime | None
    successor: str | None
    related: tuple[RelatedStudy, ...]


def read_catalogue(storage: BaseStorage) -> tuple[StudyEntry, ...]:
    """Every study of a storage, the newest last; each is read once.

    Models are tested on each other among the twelve newest studies that have five usable trials.
    """
    snapshots = [read_snapshot(open_study(storage, i)) for i, _ in list_studies(storage)]
    transfers = measure_transfer(snapshots)
    spaces = {s.study_name: Declared().seen(s.trials).space for s in snapshots}
    return tuple(_entry(snapshot, spaces, transfers) for snapshot in snapshots)


def _entry(
    snapshot: Snapshot,
    spaces: Mapping[str, Mapping[str, BaseDistribution]],
    transfers: Mapping[tuple[str, str], TransferSkill],
) -> StudyEntry:
    name, space = snapshot.study_name, spaces[snapshot.study_name]
    complete = [t for t in snapshot.trials if t.state == TrialState.COMPLETE]
    ended = [t.datetime_complete for t in snapshot.trials if t.datetime_complete is not None]
    relations = [
        RelatedStudy(
            other, shared, found.rank if (found := transfers.get((name, other))) else None
        )
        for other in spaces
        if other != name and (shared := _shared(space, spaces[other]))
    ]
    relations.sort(key=lambda r: (-(r.agreement or 0.0), -len(r.shared), r.study_name))
    best = best_values(
        [t.values for t in complete], snapshot.maximised, [t.constraints for t in complete]
    )
    successor = snapshot.attributes.get(SUCCESSOR)
    return StudyEntry(
        name=name,
        objectives=snapshot.objectives,
        maximised=snapshot.maximised,
        space=space,
        n_trials=len(snapshot.trials),
        n_complete=len(complete),
        best=best[0][0] if best and len(snapshot.directions) == 1 else None,
        n_best=len(best),
        newest=max(ended, default=None),
        successor=successor if isinstance(successor, str) else None,
        related=tuple(relations),
    )


def _shared(
    one: Mapping[str, BaseDistribution], other: Mapping[str, BaseDistribution]
) -> tuple[str, ...]:
    return tuple(
        name
        for name in one
        if name in other and is_categorical(one[name]) == is_categorical(other[name])
    )
