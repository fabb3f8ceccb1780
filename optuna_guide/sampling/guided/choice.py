"""Which sampler is guided where nobody named one: by what ranked first in the benchmarks.

`LiteGPSampler` came first at every length that was measured, up to 500 trials, with one objective
and with two, on continuous, discrete and conditional spaces alike. In much longer studies, where
it models a small part of the trials, nothing was measured but the cost, and TPE costs less. The
time per trial plays no part: until then the process costs less than a minute in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from optuna.samplers import TPESampler

from optuna_guide.sampling.guided.bases import style_of
from optuna_guide.sampling.guided.wrapped import name_of
from optuna_guide.study.lessons import FIRST_STEPS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from optuna.samplers import BaseSampler

    from optuna_guide.sampling.lite_gp.earlier import EarlierStudies
    from optuna_guide.sampling.relation import ConstrainParams

N_LONG = 1000  # complete trials


@dataclass(frozen=True)
class Choice:
    """Name of a base in `default_bases`, and why."""

    name: Literal["given", "lite_gp", "tpe"]
    reason: str | None


def bases_of(
    given: BaseSampler | None,
    seed: int | None,
    earlier_studies: EarlierStudies = (),
    prior: Mapping[str, Any] | None = None,
    constrain_params: ConstrainParams | None = None,
    *,
    cost_aware: bool = False,
) -> dict[str, BaseSampler]:
    """The samplers to choose from, by the names that `choose` gives; arguments as of them.

    Raises:
        ValueError: If a `LiteGPSampler` is given, and what it takes itself; or another sampler,
            and ``cost_aware``.
    """
    if given is not None and style_of(given).mode == "soft":
        own = {
            "earlier_studies": earlier_studies,
            "prior": prior,
            "constrain_params": constrain_params,
            "cost_aware": cost_aware,
        }
        for name in (name for name, value in own.items() if value):
            raise ValueError(
                f"LiteGPSampler takes {name} itself: GuidedSampler(LiteGPSampler({name}=...))."
            )
    if given is not None and cost_aware:
        raise ValueError(
            f"cost_aware needs LiteGPSampler's model, but the base is {name_of(given)}: leave "
            "out cost_aware, or base_sampler."
        )
    if given is not None and earlier_studies == ():
        return {"given": given}
    from optuna_guide.sampling.lite_gp import LiteGPSampler

    process = LiteGPSampler(
        seed=seed,
        warn_independent_sampling=False,
        earlier_studies=earlier_studies,
        prior=prior,
        constrain_params=constrain_params,
        cost_aware=cost_aware,
    )
    if given is not None:
        return {"given": given, "lite_gp": process}
    return {"lite_gp": process, "tpe": TPESampler(seed=seed)}


def choose(names: Collection[str], n_complete: int, number: int) -> Choice:
    """Choose one of `bases_of`.

    Args:
        names: Of the samplers that there are.
        n_complete: Number of complete trials.
        number: Of the trial that begins.
    """
    if "given" in names:
        if "lite_gp" in names and number < len(FIRST_STEPS):
            return Choice("lite_gp", "the first trials come from earlier studies")
        return Choice("given", None)
    if n_complete >= N_LONG:
        return Choice("tpe", f"it costs least, which decides from {N_LONG} complete trials on")
    return Choice("lite_gp", f"it comes first in benchmarks, before {N_LONG} complete trials")
