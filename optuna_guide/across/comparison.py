"""Several studies beside each other: what matters in each, and what holds in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.region import intersect
from optuna_guide.guidance import Guidance, NotReady

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.across.leaving_out import Unneeded
    from optuna_guide.across.transfer import TransferSkill
    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import ParamGuidance

MIN_SHARED = 3  # parameters, below which two orders are not compared


@dataclass(frozen=True)
class Common:
    """Where every promising range of a parameter overlaps.

    Attributes:
        name: The parameter.
        distribution: Its declared distribution.
        n_studies: Studies that have a promising range of it, at least two.
        promising: What all these ranges share; None where they do not overlap.
    """

    name: str
    distribution: BaseDistribution
    n_studies: int
    promising: PromisingRange | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """What several studies say of the same parameters.

    Attributes:
        names: The studies, of length ``n_studies``.
        guidances: What is known of each, or why nothing is.
        params: All parameters, the most important on average first.
        importance: ``(n_params, n_studies)`` part of what is explained, 0 to 1; NaN where the
            study has no such parameter or cannot be trusted.
        rank: The same shape, 1 = the most important one of the study.
        agreement: Mean rank correlation of the importances of two studies over the parameters that
            they share, -1 to 1; None where no two trusted studies share three.
        transfers: (of a study, by a model of another one) to how well it does there.
        unneeded: Parameters that hardly matter wherever they were tried.
        common: Parameters with a promising range in two trusted studies or more.
    """

    names: tuple[str, ...]
    guidances: tuple[Guidance | NotReady, ...] = field(repr=False)
    params: tuple[str, ...]
    importance: FloatArray = field(repr=False)
    rank: FloatArray = field(repr=False)
    agreement: float | None
    transfers: Mapping[tuple[str, str], TransferSkill] = field(repr=False)
    unneeded: tuple[Unneeded, ...]
    common: tuple[Common, ...]


def compare(
    known: Mapping[str, Guidance | NotReady],
    transfers: Mapping[tuple[str, str], TransferSkill],
    unneeded: Sequence[Unneeded] = (),
) -> Comparison:
    """Compare studies by their guidance.

    Args:
        known: Name of a study to what is known of it, or why nothing is.
        transfers: See `optuna_guide.across.transfer.measure_transfer`.
        unneeded: See `optuna_guide.across.leaving_out.find_unneeded`.
    """
    guidances = tuple(known.values())
    found = [
        {p.name: p for p in g.params} if isinstance(g, Guidance) and g.trust.is_open else {}
        for g in guidances
    ]
    params = _in_order(found)
    importance = np.array(
        [[p[name].importance if name in p else np.nan for p in found] for name in params]
    ).reshape(len(params), len(found))
    rank = np.array([[_rank(p, name) for p in found] for name in params]).reshape(importance.shape)
    return Comparison(
        names=tuple(known),
        guidances=guidances,
        params=params,
        importance=importance,
        rank=rank,
        agreement=_agreement(rank),
        transfers=transfers,
        unneeded=tuple(sorted(unneeded, key=lambda one: params.index(one.name))),
        common=tuple(_common(found, params)),
    )


def _in_order(found: Sequence[Mapping[str, ParamGuidance]]) -> tuple[str, ...]:
    """All parameters, by their mean importance in the studies that have them."""
    shares: dict[str, list[float]] = {}
    for params in found:
        for name, param in params.items():
            shares.setdefault(name, []).append(param.importance)
    return tuple(sorted(shares, key=lambda name: (-float(np.mean(shares[name])), name)))


def _rank(params: Mapping[str, ParamGuidance], name: str) -> float:
    if name not in params:
        return np.nan
    return 1.0 + sum(p.importance > params[name].importance for p in params.values())


def _agreement(rank: FloatArray) -> float | None:
    """Mean of Spearman's correlation over all pairs of studies; see `Comparison.agreement`."""
    from scipy.stats import rankdata

    found = []
    for i, j in combinations(range(rank.shape[1]), 2):
        shared = ~np.isnan(rank[:, i]) & ~np.isnan(rank[:, j])
        one, other = (rankdata(rank[shared, k]) for k in (i, j))
        if shared.sum() >= MIN_SHARED and np.ptp(one) > 0 and np.ptp(other) > 0:
            found.append(float(np.corrcoef(one, other)[0, 1]))
    return float(np.mean(found)) if found else None


def _having(found: Sequence[Mapping[str, ParamGuidance]], name: str) -> list[ParamGuidance]:
    return [params[name] for params in found if name in params]


def _common(found: Sequence[Mapping[str, ParamGuidance]], params: Sequence[str]) -> list[Common]:
    """Ranges of studies that declare the parameter alike, so that a choice is the same."""
    common = []
    for name in params:
        having = [p for p in _having(found, name) if p.promising is not None]
        if len(having) < 2 or any(p.distribution != having[0].distribution for p in having):
            continue
        shared = having[0].promising
        for param in having[1:]:
            if shared is not None and param.promising is not None:
                shared = intersect(shared, param.promising)
        common.append(Common(name, having[0].distribution, len(having), shared))
    return common
