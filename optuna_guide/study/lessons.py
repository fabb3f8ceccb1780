"""What a trial took from earlier studies, as `LiteGPSampler` noted it on the trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from optuna_guide.store.keys import EARLIER
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

Step: TypeAlias = Literal["portfolio", "contrary", "spread", "model"]

FIRST_STEPS: tuple[Step, ...] = ("portfolio", "contrary", "portfolio", "portfolio", "portfolio")
"""What the first trials of a study are that begins from earlier ones."""

CHANCE = 1.3
"""Standard deviations of Kendall's tau from which a study ranks trials better than chance."""


@dataclass(frozen=True)
class EarlierWeight:
    """How much one earlier study counted.

    Attributes:
        study_name: Name of the study.
        weight: Its share of the model, 0 to 1.
        agreement: How well it ranks the new study's trials: Kendall's tau in its standard
            deviations under chance; None before there are trials to rank.
    """

    study_name: str
    weight: float
    agreement: float | None


@dataclass(frozen=True)
class Lesson:
    """What one trial took from earlier studies.

    Attributes:
        step: A configuration that was good in earlier studies (portfolio), one that they call bad,
            which tells whether they mislead (contrary), one far from the others where they do
            (spread), or one that the joint model proposed.
        own: Share of the study's own trials in the model, 0 to 1.
        studies: The earlier studies that were looked at, the weightiest first.
    """

    step: Step
    own: float
    studies: tuple[EarlierWeight, ...]

    def record(self) -> dict[str, Any]:
        """What is written on the trial."""
        studies = [[s.study_name, s.weight, s.agreement] for s in self.studies]
        return {"step": self.step, "own": self.own, "studies": studies}


def read_lessons(study: Study) -> dict[int, Lesson]:
    """Trial number to what the trial took from earlier studies; others are not in it."""
    return lessons_of(read_snapshot(study).trials)


def lessons_of(trials: Iterable[FrozenTrial]) -> dict[int, Lesson]:
    """As `read_lessons`, of trials that were read already."""
    found = {trial.number: _parse(trial.system_attrs.get(EARLIER)) for trial in trials}
    return {number: lesson for number, lesson in found.items() if lesson is not None}


def _parse(record: object) -> Lesson | None:
    """The lesson of a record; None where it is anything else."""
    if not isinstance(record, Mapping) or record.get("step") not in get_args(Step):
        return None
    try:
        studies = tuple(
            EarlierWeight(str(name), float(weight), None if z is None else float(z))
            for name, weight, z in record["studies"]
        )
        return Lesson(record["step"], float(record["own"]), studies)
    except (KeyError, TypeError, ValueError):
        return None
