"""The guidance: one frozen value that holds what was learnt from a study's trials.

It re-draws without the trials and without the models. All numbers about the target are in the
target's own units, all parameter values are *internal* values: the number itself, or the index of
a choice. `ParamGuidance.label` turns one into text.
"""

from optuna_guide.guidance.context import Context
from optuna_guide.guidance.pairs import PairGuidance, Surface
from optuna_guide.guidance.params import (
    Advice,
    AdviceKind,
    Branch,
    Effect,
    Evidence,
    LeftOut,
    ParamGuidance,
    Shape,
)
from optuna_guide.guidance.trust import SkillPoint, Trust, TrustState
from optuna_guide.guidance.value import SCHEMA_VERSION, BestTrial, Guidance, NotReady

__all__ = [
    "SCHEMA_VERSION",
    "Advice",
    "AdviceKind",
    "BestTrial",
    "Branch",
    "Context",
    "Effect",
    "Evidence",
    "Guidance",
    "LeftOut",
    "NotReady",
    "PairGuidance",
    "ParamGuidance",
    "Shape",
    "SkillPoint",
    "Surface",
    "Trust",
    "TrustState",
]
