"""What a trial took from earlier studies, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.wording import cut, one_line, percent
from optuna_guide.study.lessons import CHANCE

if TYPE_CHECKING:
    from optuna_guide.study.lessons import EarlierWeight, Lesson

_N_NAMED = 4
_NAME_WIDTH = 40
_STEPS = {
    "portfolio": "was good in earlier studies",
    "contrary": "is bad in earlier studies: if it is good here, they mislead",
    "spread": "is far from the others: no earlier study that agrees promises more elsewhere",
}


def earlier_studies(lesson: Lesson) -> str:
    """How much each earlier study counted, and why the others did not."""
    if lesson.step in _STEPS:
        return f"The configuration {_STEPS[lesson.step]}."
    counted = [f"{_name(s)} counts {percent(s.weight)}" for s in lesson.studies if s.weight > 0]
    own = f"the study's own trials count {percent(lesson.own)}"
    sentence = f"{', '.join([*_some(counted), own])}."
    chance = [_name(s) for s in lesson.studies if s.weight == 0 and (s.agreement or 0) <= CHANCE]
    if chance:
        they = "it ranks" if len(chance) == 1 else "they rank"
        names = ", ".join(_some(chance))
        sentence += f" {names} 0 %: {they} the study's trials no better than chance."
    return sentence[0].upper() + sentence[1:]


def _name(study: EarlierWeight) -> str:
    return repr(cut(one_line(study.study_name), _NAME_WIDTH))


def _some(parts: list[str]) -> list[str]:
    more = len(parts) - _N_NAMED
    return parts if more <= 0 else [*parts[:_N_NAMED], f"{more} more"]
