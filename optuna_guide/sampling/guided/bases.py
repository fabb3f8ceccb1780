"""How each base sampler can be confined: what was found out about Optuna's own, once.

A narrowed distribution is not enough for most of them, and harmful to some:

- TPE draws inside it, but piles up at its bounds unless trials outside are hidden; with
  ``group=True`` it ignores it, unless its groups are drawn one by one.
- Genetic samplers copy parents unchecked, and cross over until the child is inside: for
  ever, where no parent is. They keep the declared range, and what falls outside is drawn anew.
- QMC restarts its sequence in every distinct range. Its points are scaled into the region.
- CMA-ES gives up where the number of dimensions changes, so none is ever taken away from it.
- GP has a model of the whole range, and a hard box costs it more than it gains, even one that is
  given up after the first trials: only a person's region confines it. It asserts that the best
  trial lies on the grid between the bounds.
- Grid and brute force enumerate the declared range and cannot be narrowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from optuna.samplers import (
    BaseGASampler,
    BruteForceSampler,
    CmaEsSampler,
    GPSampler,
    GridSampler,
    QMCSampler,
    RandomSampler,
)

from optuna_guide.sampling.guided.wrapped import fixed_params, innermost, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

_N_NEAREST = 20
_FADES_AT = 60


@dataclass(frozen=True)
class Style:
    """How a base sampler is confined.

    Attributes:
        mode: ``narrow``: it draws from narrowed distributions; ``scale``: its draws from the
            declared range are moved to the same place of the region; ``redraw``: its draws from
            the declared range that fall outside are drawn anew; ``soft``: it weights its
            own choice by a belief; ``pass``: it cannot be confined.
        n_shown: Complete trials that it is shown at least, the nearest outside ones if need be;
            None = nothing is hidden.
        keeps_fixed: Parameters with one value left stay in the space that it is handed.
        fades_at: Complete trials at which it is not guided any more, and ever more rarely before;
            None = guided to the end, 0 = never guided. A person's region always holds.
        strict: It is shown no trial outside a person's region.
    """

    mode: Literal["narrow", "scale", "redraw", "soft", "pass"]
    n_shown: int | None = None
    keeps_fixed: bool = False
    fades_at: int | None = None
    strict: bool = False


@dataclass(frozen=True, eq=False)
class Base:
    """A base sampler, and what has to be known of it.

    Attributes:
        sampler: The sampler.
        name: Name for the record.
        style: How it is confined.
        fixed: What a person fixed with `PartialFixedSampler`; it outranks every region.
    """

    sampler: BaseSampler
    name: str
    style: Style
    fixed: Mapping[str, Any]

    @classmethod
    def of(cls, sampler: BaseSampler) -> Base:
        """Describe a sampler."""
        return cls(sampler, name_of(sampler), style_of(sampler), fixed_params(sampler))


def style_of(base: BaseSampler) -> Style:
    """How to confine this sampler; an unknown one gets narrowed ranges and a view of the study."""
    base = innermost(base)
    if isinstance(base, GridSampler | BruteForceSampler):
        return Style("pass")
    if isinstance(base, QMCSampler):
        return Style("scale", keeps_fixed=True)
    if isinstance(base, BaseGASampler):
        return Style("redraw")
    if type(base) is RandomSampler:
        return Style("narrow")
    if isinstance(base, CmaEsSampler):
        return Style("narrow", keeps_fixed=True)
    if isinstance(base, GPSampler):
        return Style("narrow", fades_at=0, strict=True)
    if any(c.__module__.startswith("optuna_guide.sampling.lite_gp") for c in type(base).__mro__):
        return Style("soft", fades_at=_FADES_AT)
    return Style("narrow", n_shown=_N_NEAREST)


def refuse(base: BaseSampler, study: Study) -> None:
    """Refuse a study that the sampler cannot work on at all.

    Raises:
        ValueError: If the study has several objectives and the sampler takes one.
    """
    if isinstance(innermost(base), CmaEsSampler) and len(study.directions) > 1:
        raise ValueError(
            f"{name_of(base)} takes studies of one objective, {study.study_name!r} has "
            f"{len(study.directions)}: guide another sampler, such as NSGAIISampler."
        )


def draw_relative(
    base: BaseSampler, study: Study, trial: FrozenTrial, space: dict[str, BaseDistribution]
) -> dict[str, Any]:
    """``base.sample_relative``, also in narrowed ranges where TPE draws by groups.

    It looks at the distributions of its groups and not at those that it is handed, so that each
    group is drawn on its own here.
    """
    inner: Any = innermost(base)
    groups = getattr(getattr(inner, "_search_space_group", None), "search_spaces", None)
    if not groups or all(space.get(n, d) == d for g in groups for n, d in g.items()):
        return dict(base.sample_relative(study, trial, space))
    params: dict[str, Any] = {}
    for group in groups:
        part = {name: space[name] for name in sorted(group) if name in space}
        params.update(inner._sample_relative(study, trial, part))
    return params


def draws_jointly(base: BaseSampler) -> bool:
    """Whether it draws the parameters of a trial together, once it has seen enough."""
    base = innermost(base)
    if isinstance(base, RandomSampler | GridSampler | BruteForceSampler):
        return False
    return bool(getattr(base, "_multivariate", True))  # of TPE
