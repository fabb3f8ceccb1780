"""Parameters that matter, each beyond those that matter more.

The ranks are explained by a linear model of the options (Conover and Iman 1981), beside the
stretch of the study and the time. The strongest parameter enters first, the others are tested on
what it leaves, and so on: what a sampler settled on together with a strong parameter is not
credited with its effect. The test is the F test of nested models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from optuna_guide.analysis.findings.extremes import find_extremes, is_clearly_better
from optuna_guide.analysis.findings.finding import ALPHA, Finding, correct, region_of
from optuna_guide.analysis.findings.ranked import RankedTrials, median_of
from optuna_guide.analysis.rank_tests import f_test
from optuna_guide.domain.ranges import Intervals
from optuna_guide.domain.wording import join_words
from optuna_guide.models.beyond import p_at_any_time, p_nothing
from optuna_guide.models.forest import ranks
from optuna_guide.models.stretches import LEFT, MIN_ROWS
from optuna_guide.models.term_columns import orthonormal

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray

    _Block: TypeAlias = tuple[FloatArray | None, FloatArray]

_CLEAR = 0.05  # over all parameters, to be allowed for in the test of others
_MAX_KNOWN = 10  # parameters that are allowed for
_MIN_FREE = 3  # rows for each column of the model
_MIN_EFFECT = 0.02
_LITTLE = 0.05
_MIN_SETTLED = 0.1
_MAX_UNTESTED = 3


@dataclass(frozen=True, eq=False)
class Mains:
    """How much each parameter explains beyond those that clearly matter more.

    Attributes:
        effects: ``(n_params,)`` share of the variance of the ranks, without what is expected by
            chance.
        p_values: ``(n_params,)``.
        n: ``(n_params,)`` trials in which the parameter is active.
        basis: ``(n, n_columns)`` orthonormal: the model of all that clearly matters.
        left: ``(n, n_params)`` ranks as each parameter was tested on them.
        is_clear: ``(n_params,)`` flags of those that clearly matter.
    """

    effects: FloatArray
    p_values: FloatArray
    n: FloatArray
    basis: FloatArray
    left: FloatArray
    is_clear: npt.NDArray[np.bool_]


def compare_parameters(trials: RankedTrials) -> Mains:
    """Test one parameter after the other, the strongest first."""
    blocks = [_block(trials, j) for j in range(len(trials.parts))]
    effects, p, basis, left, is_clear = _take_in(trials, blocks)
    counts = np.add.reduceat(trials.members.sum(axis=0), trials.starts)
    return Mains(effects, p, counts, basis, left, is_clear)


def _take_in(
    trials: RankedTrials, blocks: Sequence[_Block]
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Effects, p-values, basis, what is left, and which are clear, as in `Mains`."""
    n, n_params = len(trials.ranks), len(blocks)
    effects, p, is_open = np.zeros(n_params), np.ones(n_params), np.ones(n_params, dtype=bool)
    left, total = np.zeros((n, n_params)), trials.ranks @ trials.ranks
    basis = _orthonormal(trials.beside)
    is_doubted = len(trials.stretches) > 1 and not np.isnan(trials.values).any()
    for _ in range(min(n_params, _MAX_KNOWN)):
        rest, in_losses = (
            column - basis @ (basis.T @ column) for column in (trials.ranks, trials.losses)
        )
        for j in np.flatnonzero(is_open).tolist():
            growth = _growth(trials, j)
            effect, p[j] = _test(basis, blocks[j], rest, growth)
            if is_doubted:
                p[j] = max(p[j], _test(basis, blocks[j], in_losses, growth)[1])
            effects[j], left[:, j] = effect / total, rest
        j = int(np.lexsort((-effects, np.where(is_open, p, np.inf)))[0])
        wider = _orthonormal(np.column_stack([basis, *_known(trials, j)]))
        if p[j] > _CLEAR / n_params or wider.shape[1] * _MIN_FREE > n:
            break
        is_open[j], basis = False, wider
    return effects, p, basis, left, ~is_open


class Explained(NamedTuple):
    """What a parameter explains of some trials, without chance.

    Attributes:
        share: Of the variance of their ranks.
        p: P-value that it explains nothing.
        sizes: ``(2,)`` variance of the ranks, and of the losses, that it explains: no shares.
        is_beyond: Others that matter are taken out before.
    """

    share: float
    p: float
    sizes: FloatArray
    is_beyond: bool


def explain_within(
    trials: RankedTrials, mains: Mains, within: npt.NDArray[np.bool_], param: int
) -> Explained:
    """What a parameter explains of some trials, beyond the others where there are enough."""
    active, cells = _block(trials, param)
    block = None if active is None else active[within], cells[within]
    others = [k for k in np.flatnonzero(mains.is_clear).tolist() if k != param]
    beside = [trials.members[within][:, trials.owner == k] for k in others]
    constant = np.ones((int(within.sum()), 1))
    basis = _orthonormal(np.column_stack([constant, *beside]))
    is_beyond = bool(others) and (basis.shape[1] + cells.shape[1]) * _MIN_FREE <= len(constant)
    if not is_beyond:
        basis = _orthonormal(constant)
    of_ranks, of_losses = (
        _test(basis, block, column[within] - basis @ (basis.T @ column[within]))
        for column in (trials.ranks, trials.losses)
    )
    total = float(np.var(trials.ranks[within])) * len(constant)
    sizes = np.array([of_ranks[0], of_losses[0]]) / len(constant)
    return Explained(of_ranks[0] / max(total, 1e-9), of_ranks[1], sizes, is_beyond)


def find_mains(
    trials: RankedTrials, mains: Mains, part: float = 1.0, *, among: str = ""
) -> Iterator[Finding]:
    """A sentence for each parameter that matters.

    Args:
        trials: All trials, or the blind ones.
        mains: Their tests.
        part: Of the errors of this kind, that these tests may make.
        among: Which trials they are; empty = all.
    """
    for j, q in enumerate(correct("parameter", mains.p_values, part)):
        if q <= ALPHA and mains.effects[j] >= _MIN_EFFECT:
            told = _tell_promising(trials, j, mains) or _tell_extremes(trials, j, mains)
            if told is None:
                continue
            seen, where = told
            little = " a little beside the others" if mains.effects[j] < _LITTLE else ""
            words = (
                f"{trials.parts[j].name} matters{little}: {among}the {trials.median} is {seen}."
            )
            numbers = float(mains.effects[j]), int(mains.n[j]), float(mains.p_values[j]), float(q)
            yield Finding("parameter", words, *numbers, where)


def _tell_promising(trials: RankedTrials, j: int, mains: Mains) -> tuple[str, Region] | None:
    """Medians inside and outside of a promising range; None if that is not clearly better."""
    name = trials.parts[j].name
    found = trials.promising.get(name)
    if found is None or min(found.inside.sum(), found.outside.sum()) < MIN_ROWS:
        return None
    (good, high), (bad, low) = (median_of(trials, f) for f in (found.inside, found.outside))
    if good >= bad or high == low:
        return None
    if not is_clearly_better(mains.left[:, j], found.inside, found.outside):
        return None
    return f"{high} {found.where} and {low} {found.elsewhere}", {name: found.part}


def _tell_extremes(trials: RankedTrials, j: int, mains: Mains) -> tuple[str, Region] | None:
    """Medians of the options that differ most; None where no two differ clearly."""
    extremes = find_extremes(trials, j, mains.left[:, j])
    if extremes is None:
        return None
    at = [f"{median_of(trials, trials.has(o))[1]} at {trials.options[o]}" for o in extremes]
    words = f"{' and '.join(at)}{_say_top(trials, j, extremes[0])}"
    return words, region_of(trials, extremes[0])


def _say_top(trials: RankedTrials, j: int, better: int) -> str:
    """What most of the top has, where that is another option than the better one."""
    if not trials.tops:
        return ""
    top = trials.tops[0]
    counts = trials.members[: top.n].sum(axis=0) * (trials.owner == j)
    most = int(np.argmax(counts))
    if most == better or 2 * counts[most] <= top.n:
        return ""
    return f"; {counts[most]:.0f} of the top {top.n} {trials.things} have {trials.options[most]}"


def find_untested(trials: RankedTrials, mains: Mains, known: Collection[str]) -> Iterator[Finding]:
    """What a person sees at once in a study of a sampler, and nobody can tell from chance.

    Args:
        trials: All trials.
        mains: Their tests.
        known: Parameters that are known to matter.
    """
    found = []
    settled = _settled(trials, known)
    for j in np.argsort(-settled, kind="stable").tolist():
        extremes = find_extremes(trials, j, trials.ranks)
        if settled[j] >= _MIN_SETTLED and extremes is not None:
            found.append((j, extremes[0]))
    inside = np.ones(len(trials.ranks), dtype=bool)
    named = []
    for j, good in found[:_MAX_UNTESTED]:
        within = inside & trials.has(good)
        if min(within.sum(), (~within).sum()) >= MIN_ROWS:
            inside = within
            named.append((j, good))
    if not named:
        return
    more = f"{len(found) - len(named)} more" if len(found) > len(named) else ""
    names = join_words([*(trials.parts[j].name for j, _ in named), *filter(None, [more])])
    where = join_words([str(trials.options[good]) for _, good in named])
    seen = (
        f"the {trials.median} is {median_of(trials, inside)[1]} at {where} "
        f"({inside.sum()} {trials.things}) and {median_of(trials, ~inside)[1]} elsewhere"
    )
    words = (
        f"At least one of {names} matters: {seen}. Which one cannot be tested, as the sampler "
        "moved them together; random trials would tell."
        if len(found) > 1
        else f"Whether {names} matters cannot be tested: {seen}, but the sampler settled there "
        "while other values changed, too; random trials would tell."
    )
    strongest = named[0][0]
    numbers = float(settled[strongest]), len(inside)
    q = correct("parameter", mains.p_values)
    p_and_q = float(mains.p_values[strongest]), float(q[strongest])
    region = region_of(trials, *(good for _, good in named))
    yield Finding("untested", words, *numbers, *p_and_q, region)


def _settled(trials: RankedTrials, known: Collection[str]) -> FloatArray:
    """Effect, beyond those that matter, of parameters that differ over the whole study; 0 = none.

    Args:
        trials: All trials.
        known: Parameters that are known to matter.
    """
    if len(trials.stretches) < 2:
        return np.zeros(len(trials.parts))
    is_known = np.array([part.name in known for part in trials.parts])
    columns = [column for j in np.flatnonzero(is_known).tolist() for column in _known(trials, j)]
    model = _orthonormal(np.column_stack([np.ones(len(trials.ranks)), *columns]))
    rest = trials.ranks - model @ (model.T @ trials.ranks)
    gains, p = np.array(
        [
            _test(model, _block(trials, j), rest, _growth(trials, j))
            for j in range(len(trials.parts))
        ]
    ).T
    is_settled = (correct("parameter", p) <= ALPHA) & ~is_known
    return np.where(is_settled, gains / (trials.ranks @ trials.ranks), 0.0)


def _test(
    basis: FloatArray, block: _Block, rest: FloatArray, growth: float = 0.0
) -> tuple[float, float]:
    """Sum of squares that a parameter explains beyond a basis and chance, and the p-value.

    With ``growth``, of trials that were chosen by the results of others (`p_at_any_time`).
    """
    active, cells = block
    own = basis if active is None else _orthonormal(np.column_stack([basis, active]))
    explained, df = _explained(own, cells, rest)
    free = len(rest) - own.shape[1] - df
    if not df or free <= _MIN_FREE * df:
        return 0.0, 1.0
    residual = rest - own @ (own.T @ rest)
    error = (residual @ residual - explained) / free
    along = orthonormal(cells - own @ (own.T @ cells))
    leverage = (own**2).sum(axis=1) + (along**2).sum(axis=1)
    p = max(f_test(explained, df, error, free), p_nothing(along, residual, leverage, free))
    return max(0.0, explained - df * error), p_at_any_time(p, df, growth)


def _growth(trials: RankedTrials, param: int) -> float:
    """Of a parameter of which a sampler left an option: hardly any trial has it; else 0."""
    fewest = trials.members[:, trials.owner == param].sum(axis=0).min()
    return trials.growth if fewest < LEFT * len(trials.ranks) else 0.0


def _block(trials: RankedTrials, param: int) -> _Block:
    """Flags of the active trials (None = all), and what tells its values apart.

    One column for each option; of a number with many values a cubic of its ranks, as options
    would lose the order and what lies within them.
    """
    cells = trials.members[:, trials.owner == param]
    active = cells.sum(axis=1)
    unit = trials.unit[active > 0, param]
    is_number = isinstance(trials.parts[param].ranges[0], Intervals)
    if is_number and len(np.unique(unit)) > cells.shape[1]:
        line = np.zeros(len(active))
        line[active > 0] = ranks(unit) - 0.5
        cells = np.column_stack([line, line**2, line**3])
    return (None if active.all() else active), cells


def _known(trials: RankedTrials, param: int) -> tuple[FloatArray, FloatArray]:
    """Columns for what a known parameter does: what tells its values apart, and its curve."""
    return _block(trials, param)[1], curve(trials.unit[:, param])


def curve(unit: FloatArray) -> FloatArray:
    """Columns for what a known parameter does inside its cells, a cubic, and for being active."""
    filled = np.where(np.isnan(unit), 0.0, unit - 0.5)
    return np.column_stack([~np.isnan(unit), filled, filled**2, filled**3])


def _orthonormal(columns: FloatArray) -> FloatArray:
    """``(n, rank)`` basis of what the columns span."""
    u, s, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(u[:, s > 1e-8 * s[0]])


def _explained(basis: FloatArray, cells: FloatArray, rest: FloatArray) -> tuple[float, int]:
    """Sum of squares that cells explain beyond a basis, and their degrees of freedom."""
    beyond = cells - basis @ (basis.T @ cells)
    values, vectors = np.linalg.eigh(beyond.T @ beyond)
    kept = values > 1e-6 * max(cells.sum(), 1.0) / len(values)
    along = (vectors[:, kept].T @ (beyond.T @ rest)) ** 2 / values[kept]
    return float(along.sum()), int(kept.sum())
