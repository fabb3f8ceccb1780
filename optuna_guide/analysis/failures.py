"""Where trials fail: values, and pairs of values, with which they fail more often than chance.

Failed trials are compared with complete and pruned ones. A pair is told only where each of its
values alone does not explain it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from optuna.trial import TrialState

from optuna_guide.analysis.rank_tests import holm
from optuna_guide.domain.cells import Cells, cut_param
from optuna_guide.domain.region import holds
from optuna_guide.study.declared import Declared
from optuna_guide.study.snapshot import Snapshot, read_snapshot
from optuna_guide.study.trial_values import read_params

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna import Study

    from optuna_guide.domain.ranges import Region

    BoolArray = npt.NDArray[np.bool_]

ALPHA = 0.05  # probability of any false rule
MIN_FAILED = 3  # failed trials that a rule rests on; a part with fewer trials is not tested
_NEW = 0.5  # share of a rule's failed trials that no earlier rule has


@dataclass(frozen=True)
class FailureRule:
    """A part of the space in which trials fail.

    Attributes:
        where: One or two parameters and their part, internal values.
        n_failed: Failed trials there.
        n: All trials there.
        n_failed_elsewhere: Failed trials that do not lie there.
        n_elsewhere: All trials that do not lie there.
        q_value: Of an exact test, corrected for all that was tried (Holm 1979).
        sentence: The same in words.
    """

    where: Region
    n_failed: int
    n: int
    n_failed_elsewhere: int
    n_elsewhere: int
    q_value: float
    sentence: str


@dataclass(frozen=True)
class FailureMap:
    """Where the trials of a study fail.

    Attributes:
        n_failed: Failed trials with parameters; those that were cancelled never had any.
        n_finished: Complete, pruned and failed ones.
        rules: What was found, the part with the largest share of failed trials first.
    """

    n_failed: int
    n_finished: int
    rules: tuple[FailureRule, ...]

    def warnings(self, params: Mapping[str, float]) -> tuple[str, ...]:
        """The rules that a configuration of internal values falls under, in words."""
        return tuple(
            rule.sentence
            for rule in self.rules
            if all(name in params for name in rule.where) and holds(rule.where, params)
        )


def read_failures(study: Study) -> FailureMap:
    """Where the trials of a study fail, tested against those that finished.

    Args:
        study: The study; it is only read.
    """
    return find_failures(read_snapshot(study))


def find_failures(snapshot: Snapshot) -> FailureMap:
    """`read_failures` of a study that was read already."""
    trials = [t for t in snapshot.trials if t.state.is_finished() and t.params]
    failed = np.array([t.state == TrialState.FAIL for t in trials], dtype=bool)
    n_failed = int(failed.sum())
    if n_failed < MIN_FAILED or n_failed == len(trials):
        return FailureMap(n_failed, len(trials), ())
    space = Declared().seen(snapshot.trials).space
    columns = read_params(trials, space)
    cells = [cut_param(name, d, columns[name]) for name, d in space.items()]
    cells = [one for one in cells if len(one) > 1]
    found = [*_single(cells), *_pairs(cells)]
    tested = [(parts, inside) for parts, inside in found if inside.sum() >= MIN_FAILED]
    if not tested:
        return FailureMap(n_failed, len(trials), ())
    q_values = holm([_p_value(parts, inside, failed) for parts, inside in tested])
    rules, known = [], np.zeros(len(trials), dtype=bool)
    shares = [failed[inside].mean() for _, inside in tested]
    for k in np.lexsort((q_values, np.negative(shares))).tolist():  # the purest part first
        parts, inside = tested[k]
        own = failed & inside
        if (
            own.sum() >= MIN_FAILED
            and q_values[k] <= ALPHA
            and (own & ~known).sum() > _NEW * own.sum()
        ):
            rules.append(_rule(parts, inside, failed, float(q_values[k])))
            known |= own
    return FailureMap(n_failed, len(trials), tuple(rules))


_CellPart = tuple[Cells, int]


def _single(cells: Sequence[Cells]) -> list[tuple[tuple[_CellPart, ...], BoolArray]]:
    return [(((one, k),), one.codes == k) for one in cells for k in range(len(one))]


def _pairs(cells: Sequence[Cells]) -> list[tuple[tuple[_CellPart, ...], BoolArray]]:
    return [
        (((one, j), (other, k)), (one.codes == j) & (other.codes == k))
        for one, other in itertools.combinations(cells, 2)
        for j in range(len(one))
        for k in range(len(other))
    ]


def _p_value(parts: Sequence[_CellPart], inside: BoolArray, failed: BoolArray) -> float:
    """That so many fail inside by chance: among all trials, and among those of each part."""
    among = [np.ones(len(failed), dtype=bool)]
    if len(parts) > 1:
        among += [cells.codes == k for cells, k in parts]
    return max(_enriched(inside, failed, those) for those in among)


def _enriched(inside: BoolArray, failed: BoolArray, among: BoolArray) -> float:
    from scipy.stats import hypergeom

    hits = int((inside & failed).sum())
    n, n_failed, size = int(among.sum()), int((failed & among).sum()), int(inside.sum())
    return float(hypergeom.sf(hits - 1, n, n_failed, size))


def _rule(
    parts: Sequence[_CellPart], inside: BoolArray, failed: BoolArray, q_value: float
) -> FailureRule:
    n, hits = int(inside.sum()), int((inside & failed).sum())
    others, missed = int((~inside).sum()), int((~inside & failed).sum())
    named = " with ".join(cells.named(k) for cells, k in parts)
    how = "always fails" if hits == n else "often fails"
    sentence = f"{named} {how}: {hits} of {n} trials, {missed} of {others} elsewhere."
    return FailureRule(
        where={cells.name: cells.ranges[k] for cells, k in parts},
        n_failed=hits,
        n=n,
        n_failed_elsewhere=missed,
        n_elsewhere=others,
        q_value=q_value,
        sentence=sentence,
    )
