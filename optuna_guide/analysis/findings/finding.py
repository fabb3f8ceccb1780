"""The value that every surface shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from optuna_guide.analysis.rank_tests import holm
from optuna_guide.domain.ranges import PromisingRange

if TYPE_CHECKING:
    from optuna_guide.analysis.findings.ranked import RankedTrials
    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray

FindingKind: TypeAlias = Literal[
    "parameter", "top", "together", "opposite", "condition", "ridge", "untested"
]

ALPHA = 0.05
_WEIGHTS = {
    "parameter": 0.4,
    "top": 0.25,
    "condition": 0.15,
    "together": 0.1,
    "ridge": 0.05,
    "opposite": 0.05,
}


@dataclass(frozen=True)
class Finding:
    """One sentence about a study, and what supports it.

    Attributes:
        kind: ``parameter``: its values differ; ``top``: a part of its range is more frequent among
            the best; ``together``: two parts reach the top tenth more often than each explains;
            ``opposite``: worse below the top tenth, and yet more frequent in it;
            ``condition``: a parameter matters more, or otherwise, where others have certain
            values; ``ridge``: the best values of two numbers move together; ``untested``: its
            values differ, but a sampler settled on some of them.
        sentence: What was found, in the target's own units.
        effect: Share of the variance of the ranks, or of being at the top, that it explains.
        n: Trials that it rests on; those of one configuration count once.
        p_value: Of the test of its kind.
        q_value: The same, corrected for all that was tried (Holm 1979 within a kind, weighted
            Bonferroni between the kinds).
        where: The trials that it speaks of, by their parts of the ranges: of a parameter, those
            with the better values; under a condition, all of those that meet it.
    """

    kind: FindingKind
    sentence: str
    effect: float
    n: int
    p_value: float
    q_value: float
    where: Mapping[str, PromisingRange] = field(default_factory=dict)


def correct(kind: FindingKind, p_values: FloatArray, part: float = 1.0) -> FloatArray:
    """Corrected for all tests of a kind, or of a part of it, and for the kinds."""
    return np.minimum(holm(p_values) / (part * _WEIGHTS[kind]), 1.0)


def region_of(trials: RankedTrials, *options: int) -> Region:
    """The parts of the ranges that options stand for; a context has none."""
    chosen = [trials.options[option] for option in options if option < len(trials.owner)]
    return {option.parts.name: option.parts.ranges[option.part] for option in chosen}
