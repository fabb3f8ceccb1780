"""Samplers of the demo study, by their names on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.samplers import TPESampler

from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna.samplers import BaseSampler


def _tpe(seed: int) -> BaseSampler:
    return TPESampler(seed=seed)


def _guided_tpe(seed: int) -> BaseSampler:
    return GuidedSampler(TPESampler(seed=seed), seed=seed)


def _lite_gp(seed: int) -> BaseSampler:
    return LiteGPSampler(seed=seed)


def _guided(seed: int) -> BaseSampler:
    return GuidedSampler(seed=seed)


SAMPLERS: Mapping[str, Callable[[int], BaseSampler]] = {
    "tpe": _tpe,
    "guided-tpe": _guided_tpe,
    "lite-gp": _lite_gp,
    "guided": _guided,
}
"""Name -> sampler with this seed."""
