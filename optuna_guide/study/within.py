"""Values within contexts: how good a trial is among those with the same data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import limit

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.how import How
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.context import Contexts, Flags

MIN_GROUP = 5  # trials with one value, to be compared among themselves
_MAX_ALONE = 0.2  # share of the trials that may have too few of their kind
_ALIKE = 2.0  # ratio of the widest to the narrowest spread up to which units are kept
_MIN_DIFFERENCE = 0.02  # share of the variance of the ranks
_CLEAR = 3.0  # normal deviate


@dataclass(frozen=True, eq=False)
class Within:
    """How the target of trials is given within contexts.

    Attributes:
        names: The contexts; several of them count together.
        how: Minus the median of its group, from the worst to the best of it as 0 to 1 or 1 to 0,
            or the share of it that is lower. None where the groups hold too few trials.
        labels: A text for each group.
        groups: ``(n_trials,)`` group; -1 = in none that holds `MIN_GROUP` trials.
    """

    names: tuple[str, ...]
    how: How | None
    labels: tuple[str, ...]
    groups: npt.NDArray[np.int64]

    def give(self, values: FloatArray, reference: Flags) -> FloatArray:
        """``(n_trials,)`` the values within the groups; NaN = in none.

        Args:
            values: ``(n_trials,)`` in units of the target; NaN = missing.
            reference: ``(n_trials,)`` flags of the trials that the others are compared with.
        """
        given = np.full(len(values), np.nan)
        for k in range(len(self.labels)):
            rows = self.groups == k
            among = np.sort(limit(values[rows & reference & np.isfinite(values)]))
            if len(among):
                given[rows] = _GIVE[self.how or "ranks"](values[rows], among)
        return given


def compare_within(contexts: Contexts, values: FloatArray, reference: Flags) -> Within | None:
    """Within what, and how, a target is given; None where it is given as it was measured.

    Args:
        contexts: Those of the trials.
        values: ``(n_trials,)`` the target; NaN = missing.
        reference: ``(n_trials,)`` flags of the trials that the others are compared with.
    """
    choice, known = contexts.choice, reference & np.isfinite(values)
    if not known.any():
        return None
    names: list[str] = []
    for name in sorted(contexts.names, key=lambda n: len(contexts.codes[n][0])):
        labels, groups = _group(contexts, [*names, name], known, MIN_GROUP)
        if _share_alone(groups, known) <= _MAX_ALONE and (
            choice is not None or _differs(contexts, name, values, known)
        ):
            names.append(name)
    if names:
        labels, groups = _group(contexts, names, known, MIN_GROUP)
        asked = None if choice is None else choice.how
        return Within(tuple(names), asked or _choose(values, groups, known), labels, groups)
    mixed = [name for name in contexts.names if _differs(contexts, name, values, known)]
    wanted = contexts.names if choice is not None and choice.how is not None else tuple(mixed)
    if not wanted:
        return None
    return Within(tuple(wanted), None, *_group(contexts, wanted, known, MIN_GROUP))


def within_again(contexts: Contexts, names: Sequence[str], how: How, known: Flags) -> Within:
    """The same of further trials.

    Args:
        contexts: Those of the trials.
        names: Contexts among them.
        how: See `Within`.
        known: ``(n_trials,)`` flags of the trials that the others are compared with.
    """
    return Within(tuple(names), how, *_group(contexts, names, known, MIN_GROUP))


def _group(
    contexts: Contexts, names: Sequence[str], known: Flags, at_least: int
) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Trials that agree in all contexts: a label for each group, and the group of each trial."""
    joint = np.column_stack([contexts.codes[name][1] for name in names])
    is_told = (joint >= 0).all(axis=1)
    kinds, counts = np.unique(joint[known & is_told], axis=0, return_counts=True)
    kept = kinds[counts >= at_least]
    groups = np.full(len(joint), -1, dtype=np.int64)
    for k, kind in enumerate(kept):
        groups[(joint == kind).all(axis=1)] = k
    words = [
        [contexts.codes[name][0][code] for name, code in zip(names, kind, strict=True)]
        for kind in kept.tolist()
    ]
    return tuple(", ".join(texts) for texts in words), groups


def _share_alone(groups: npt.NDArray[np.int64], known: Flags) -> float:
    return float(np.mean(groups[known] < 0))


def _differs(contexts: Contexts, name: str, values: FloatArray, known: Flags) -> bool:
    """Whether the target is higher with some values than with others.

    The F test of the ranks (Conover and Iman 1981), as a normal deviate (Paulson 1942); groups of
    one trial tell nothing.
    """
    _, groups = _group(contexts, [name], known, 2)
    rows = known & (groups >= 0)
    groups = np.unique(groups[rows], return_inverse=True)[1]
    n, k = len(groups), int(groups.max(initial=-1)) + 1
    if k < 2 or n <= k:
        return False
    _, place, counts = np.unique(values[rows], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place] - (n + 1) / 2
    if not ranks.any():
        return False
    sizes = np.bincount(groups)
    between = float((np.bincount(groups, ranks) ** 2 / sizes).sum())
    total, (few, many) = float(ranks @ ranks), (k - 1, n - k)
    f = between / few / max((total - between) / many, 1e-9 * total)
    a, b = 2 / (9 * few), 2 / (9 * many)
    deviate = ((1 - b) * np.cbrt(f) - (1 - a)) / np.sqrt(b * np.cbrt(f) ** 2 + a)
    share = 1 - (total - between) / total * (n - 1) / many
    return bool(deviate > _CLEAR and share > _MIN_DIFFERENCE)


def _choose(values: FloatArray, groups: npt.NDArray[np.int64], known: Flags) -> How:
    """Units are kept where the groups spread alike; else only the order can be compared."""
    spreads = []
    for k in range(int(groups.max()) + 1):
        low, high = np.quantile(limit(values[known & (groups == k)]), [0.25, 0.75])
        spreads.append(high - low)
    return "centred" if max(spreads) <= _ALIKE * min(spreads) else "ranks"


def _centre(values: FloatArray, among: FloatArray) -> FloatArray:
    return limit(values) - float(np.median(among))


def _scale(values: FloatArray, among: FloatArray) -> FloatArray:
    width = float(among[-1] - among[0])
    scaled: FloatArray = (limit(values) - among[0]) / (width if width > 0 else 1.0)
    return scaled


def _rank(values: FloatArray, among: FloatArray) -> FloatArray:
    below = np.searchsorted(among, limit(values), side="left")
    upto = np.searchsorted(among, limit(values), side="right")
    return np.where(np.isnan(values), np.nan, (below + upto) / 2 / len(among))


_GIVE = {"centred": _centre, "min-max": _scale, "ranks": _rank}
