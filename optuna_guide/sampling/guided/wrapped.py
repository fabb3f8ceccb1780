"""Samplers that wrap another one: `PartialFixedSampler`, any number of times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna.samplers import PartialFixedSampler

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler


def innermost(base: BaseSampler) -> BaseSampler:
    """The sampler below any number of `PartialFixedSampler`."""
    below = _below(base)
    return base if below is None else innermost(below)


def fixed_params(base: BaseSampler) -> dict[str, Any]:
    """What a person fixed with `PartialFixedSampler`: it outranks every region."""
    below = _below(base)
    if below is None:
        return {}
    return {**fixed_params(below), **getattr(base, "_fixed_params", {})}


def name_of(base: BaseSampler) -> str:
    """Name for the record, such as ``PartialFixedSampler(TPESampler)``."""
    below = _below(base)
    return type(base).__name__ + (f"({name_of(below)})" if below is not None else "")


def _below(base: BaseSampler) -> BaseSampler | None:
    """What a `PartialFixedSampler` wraps, as long as Optuna keeps it where it does today."""
    if not isinstance(base, PartialFixedSampler):
        return None
    return getattr(base, "_base_sampler", None)
