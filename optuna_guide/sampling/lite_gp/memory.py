"""What a sampler keeps of the studies that it serves, to be faster; all could be read again."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.sampling.lite_gp.earlier import read_earlier
from optuna_guide.sampling.lite_gp.history import TrialArrays, read
from optuna_guide.sampling.lite_gp.transfer import FADED_AT, Transfer
from optuna_guide.store.storages import id_of, storage_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from optuna.storages import BaseStorage
    from optuna.study import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.lite_gp.earlier import EarlierStudy
    from optuna_guide.sampling.lite_gp.space import FloatArray

_MAX_STUDIES = 16  # of a storage


@dataclass
class Memory:
    """What is kept of one study.

    Attributes:
        history: Its trials, as far as they were read.
        thetas: As of `fit_surrogates`.
        startup_points: Of the unit cube, that are still to be tried.
        born: When its first trial began.
        transfer: What it takes from earlier studies, once they were read.
        planned: Values by trial number, of parameters that were not declared yet.
    """

    history: TrialArrays = field(default_factory=TrialArrays)
    thetas: dict[int, FloatArray] = field(default_factory=dict)
    startup_points: list[FloatArray] = field(default_factory=list)
    born: datetime | None = None
    transfer: Transfer | None = None
    planned: dict[int, dict[str, Any]] = field(default_factory=dict)

    def is_of(self, trials: Sequence[FrozenTrial]) -> bool:
        """Whether these are trials of the study that it is kept of, as far as can be told."""
        born = _born(trials)
        is_same = born is None or self.born in (None, born)
        self.born = self.born or born
        return is_same

    def read(
        self, trials: Sequence[FrozenTrial], n_objectives: int, *, is_newest: bool
    ) -> TrialArrays:
        """The trials as arrays.

        Args:
            trials: All of the study, or of a view of it that hides some.
            n_objectives: Number of objectives.
            is_newest: Whether nobody can have read more of them: fewer means that some are gone.
        """
        if trials and trials[-1].number != len(trials) - 1:
            return read(TrialArrays(), trials, n_objectives)
        if is_newest and len(trials) < self.history.n_read:
            self.history = TrialArrays()
        self.history = read(self.history, trials, n_objectives)
        return self.history

    def learn(
        self,
        earlier_studies: Sequence[EarlierStudy] | Literal["storage"],
        study: Study,
        n_whole: int,
    ) -> Transfer | None:
        """What there is to learn from earlier studies, read once; None where nothing counts.

        Args:
            earlier_studies: The earlier studies.
            study: The study that learns.
            n_whole: Its trials that suggested all their parameters.
        """
        if not earlier_studies or n_whole >= FADED_AT:
            return None
        if self.transfer is None:
            self.transfer = Transfer(read_earlier(earlier_studies, study))
        return self.transfer if self.transfer.earlier else None


class Memories:
    """What is kept of each study, as long as its storage is in use."""

    def __init__(self) -> None:
        self._of: weakref.WeakKeyDictionary[BaseStorage, dict[int, Memory]] = (
            weakref.WeakKeyDictionary()
        )

    def of(self, study: Study, trials: Sequence[FrozenTrial] = ()) -> Memory:
        """What is kept of a study; nothing yet where another one has taken its id."""
        of_storage = self._of.setdefault(storage_of(study), {})
        memory = of_storage.pop(id_of(study), None)
        if memory is None or not memory.is_of(trials):
            memory = Memory(born=_born(trials))
        of_storage[id_of(study)] = memory
        if len(of_storage) > _MAX_STUDIES:
            del of_storage[next(iter(of_storage))]
        return memory

    def forget(self, study: Study) -> None:
        """Keep nothing of a study."""
        self._of.get(storage_of(study), {}).pop(id_of(study), None)


def _born(trials: Sequence[FrozenTrial]) -> datetime | None:
    """When the first trial of a study began; None where it did not yet, or is hidden."""
    return trials[0].datetime_start if trials and trials[0].number == 0 else None
