"""A study at one moment: the only place where the trials of a study are read.

Whatever is said about a study is computed from one snapshot, so that two numbers on one page never
speak of different trials. Trial numbers are no positions: a database may have lost rows.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from optuna.study import StudyDirection

from optuna_guide.store.attributes import read_all_trials, read_softly
from optuna_guide.store.choices import ContextChoice, with_context
from optuna_guide.store.keys import IMPORTED, METRIC_NAMES, UNTIMED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a storage holds of a study at one moment; nothing in it is to be changed.

    Attributes:
        study_name: Name of the study.
        directions: Of its objectives.
        trials: All trials by ascending number, whatever their state.
        attributes: System attributes of the study, read before the trials: they speak of no trial
            that is missing here.
    """

    study_name: str
    directions: tuple[StudyDirection, ...]
    trials: Sequence[FrozenTrial]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def objectives(self) -> tuple[str, ...]:
        """One name per objective, ``value`` or ``value_<k>`` where the study names none."""
        return name_objectives(self.attributes, len(self.directions))

    @property
    def maximised(self) -> tuple[bool, ...]:
        """One flag per objective."""
        return tuple(d == StudyDirection.MAXIMIZE for d in self.directions)

    @functools.cached_property
    def n_finished(self) -> int:
        """Number of finished trials, whatever their state."""
        return sum(trial.state.is_finished() for trial in self.trials)

    @functools.cached_property
    def by_number(self) -> Mapping[int, FrozenTrial]:
        """Trial number to trial."""
        return {trial.number: trial for trial in self.trials}

    def with_context(self, choice: ContextChoice) -> Snapshot:
        """The same study as if a person had set this context."""
        return replace(self, attributes=with_context(self.attributes, choice))

    @functools.cached_property
    def ended(self) -> Sequence[FrozenTrial]:
        """Finished trials, whatever their state, in the order in which they ended."""
        return sorted(
            (trial for trial in self.trials if trial.state.is_finished()),
            key=lambda trial: (trial.datetime_complete or datetime.min, trial.number),
        )

    @property
    def is_ordered(self) -> bool:
        """Whether it is known when trials ended: not of a table without times."""
        return not self.attributes.get(UNTIMED) or any(
            IMPORTED not in trial.system_attrs for trial in self.ended
        )

    def as_of(self, n_finished: int) -> Snapshot:
        """The same study when only so many trials had ended: no others are in it."""
        trials = sorted(self.ended[:n_finished], key=lambda trial: trial.number)
        return replace(self, trials=trials)


def name_objectives(attributes: Mapping[str, Any], n: int) -> tuple[str, ...]:
    """One name per objective, ``value`` or ``value_<k>`` where the study names none."""
    default = ("value",) if n == 1 else tuple(f"value_{k}" for k in range(n))
    return tuple(attributes.get(METRIC_NAMES) or default)


def read_snapshot(study: Study) -> Snapshot:
    """Read a study from its storage, all trials of it, also where ``study`` is a view of some."""
    attributes = dict(read_softly(study))
    return Snapshot(
        study_name=study.study_name,
        directions=tuple(study.directions),
        trials=[still(trial) for trial in read_all_trials(study)],
        attributes=attributes,
    )


def still(trial: FrozenTrial) -> FrozenTrial:
    """The trial as it is now; one that runs may be written to by this very process."""
    if trial.state.is_finished():
        return trial
    copied = copy.copy(trial)
    copied.params, copied.distributions = dict(trial.params), dict(trial.distributions)
    copied.user_attrs, copied.system_attrs = dict(trial.user_attrs), dict(trial.system_attrs)
    copied.intermediate_values = dict(trial.intermediate_values)
    return copied
