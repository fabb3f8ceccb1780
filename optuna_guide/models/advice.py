"""One verdict for each parameter, and only such as its trials support.

Advice is tested on trials, not read off a curve: *freeze* wants the most that a parameter could
explain to be little, and nothing that tells the very best trials apart; *avoid* holds where the
other parameters are promising, and never speaks against a value that one of the best trials has;
*widen* and *log scale* want the trials to improve towards the bound, and more of the best there
than of all trials, whom a sampler may have piled up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from optuna.distributions import CategoricalDistribution, IntDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import Choices, Intervals, describe
from optuna_guide.domain.region import allows
from optuna_guide.domain.wording import join_words, name_top, one_line
from optuna_guide.guidance import Advice
from optuna_guide.models.gathering import where_the_best_lie
from optuna_guide.models.ranges import MIN_TRIED, left_over, top_of, top_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.beyond import Beyond

    Flags = npt.NDArray[np.bool_]

HARDLY = 0.03  # of the variance: what a parameter that is frozen explains at most
ALPHA = 0.05
CLEAR = 0.01
CHOSEN = 0.001  # of a range that was chosen from the very trials that it is tested on
MIN_ACTIVE = 30  # trials with a conditional parameter before it is said not to matter
TOP_SHARES = (0.01, 0.05, 0.1)
PILED = 0.4  # share of the top decile in the outermost tenth of the axis that calls for widening
NEAR_BOUND = 0.3  # of the axis: where trials have to improve towards the bound
LOW_END = 0.02  # of a linear axis: where good values that sit there are lost in it
DECADES = 100.0  # ratio of the bounds from which a logarithmic axis changes anything
NOTABLE = 0.05  # of what is explained: what is told of as mattering
KEEP = "keep to the promising range"
UNCLEAR = "no range to keep to is certain yet"
MIXED_UP = "varied with others: may be their effect"
MIN_CONDITIONAL = 5  # trials to avoid, where the other parameters are promising


def advise(
    name: str,
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    loss: FloatArray,
    region: Region,
    *,
    most: float,
    importance: float = 0.0,
    worse: PromisingRange | None,
    beyond: Beyond,
    best: FloatArray,
    has_real_bounds: bool = True,
    within: Sequence[str] = (),
) -> Advice:
    """The one thing to do with a parameter.

    Args:
        name: The parameter.
        space: Parameter to declared distribution.
        params: ``(n, n_params)`` internal values, each configuration once; NaN = inactive.
        loss: ``(n,)`` lower is better.
        region: Supported promising ranges of all parameters.
        most: Upper bound of the share of the variance that the parameter explains.
        importance: Share of what the models explain that they credit it with.
        worse: What is clearly worse, of `worse_part`.
        beyond: What the parameter does beside the others.
        best: What the best trials have, the first of them first; NaN = inactive.
        has_real_bounds: Whether somebody decided on the bounds; others give no reason to widen.
        within: Contexts within which losses are given: each has a best trial.
    """
    distribution = space[name]
    column = params[:, list(space).index(name)]
    top = top_of(column, loss)
    if most <= HARDLY:
        n_active = int((~np.isnan(column)).sum())
        if n_active < min(MIN_ACTIVE, len(column)):
            return Advice("none", f"{n_active} configurations have it: too few to tell")
        return _freeze(name, distribution, column, loss, beyond, best, within)
    is_low = _wants_log_scale(distribution, column[top])
    if is_low and is_better(beyond, name, _is_near(distribution, column, "low")):
        end = label(distribution, float(np.nanmax(column[top])))
        text = f"the best trials lie below {end}, in the lowest part of the range: use a log scale"
        return Advice("log", text, region.get(name))
    bound = _piled_bound(distribution, column, loss, top) if has_real_bounds else None
    if bound is not None and is_better(beyond, name, _is_near(distribution, column, bound)):
        at = getattr(distribution, bound)
        edge = label(distribution, at)
        if bound == "low" and at > 0 and _spans_decades(distribution, column[top]):
            text = f"the best trials lie near {edge}, in the lowest of decades: use a log scale"
            return Advice("log", text, region.get(name))
        side = "below" if bound == "low" else "above"
        text = (
            f"the best trials lie near the bound {edge}: try values {side} it if that makes sense"
        )
        return Advice("widen", text, bound=bound)
    if name in region:
        is_rest = worse is not None and region[name] == left_over(distribution, worse)
        text = f"the rest is clearly worse: {KEEP}" if is_rest else KEEP
        return Advice("narrow", text, region[name])
    if worse is not None:
        text = f"clearly worse than the rest: leave out {describe(distribution, worse)}"
        return Advice("avoid", text, worse)
    seen = where_the_best_lie(distribution, column, loss) if importance >= NOTABLE else ""
    if beyond.p_any(name, alone=True) < CLEAR and beyond.p_any(name) >= ALPHA:
        return Advice("none", f"{MIXED_UP}; {seen}" if seen else MIXED_UP)
    if seen:
        return Advice("none", f"a hint: {seen}")
    return Advice("none", UNCLEAR if importance >= NOTABLE else "no advice")


def not_alone(other: str) -> str:
    """That a range holds only together with that of another parameter."""
    return f"{KEEP} together with that of {one_line(other)}, not alone"


def is_better(beyond: Beyond, name: str, inside: Flags) -> bool:
    """Whether a part of a range is better than the rest, by two tests together.

    That of the part is made of the trials by which it was chosen; that of the parameter, which
    was not chosen, is blind to narrow parts. Each makes up for the other. Where a sampler went by
    results, it is as if it had looked anew at each as many trials as it drew blindly (Bonferroni):
    by what had bad luck it may have left a part.
    """
    p_better = beyond.p_better(name, inside)
    clear = CHOSEN * ALPHA / beyond.n_looks
    return p_better < ALPHA and p_better * beyond.p_any(name) < clear


def _freeze(
    name: str,
    distribution: BaseDistribution,
    column: FloatArray,
    loss: FloatArray,
    beyond: Beyond,
    best: FloatArray,
    within: Sequence[str],
) -> Advice:
    """Freeze it where the first of the best trials has it, unless its values may differ."""
    active = ~np.isnan(column)
    told = told_apart(distribution, column[active], loss[active])
    if told:
        return Advice("none", f"explains little, but the {told} has other values than the rest")
    if beyond.p_any(name) < ALPHA:
        return Advice("none", "explains little, but its values may differ: not to be frozen yet")
    if beyond.p_any(name, alone=True) < CLEAR:
        return Advice("none", MIXED_UP)
    held = best[~np.isnan(best)]
    value = float(held[0] if len(held) else column[active][np.argmin(loss[active])])
    categorical = isinstance(distribution, CategoricalDistribution)
    kept: PromisingRange = Choices((int(value),)) if categorical else Intervals(((value, value),))
    at = describe(distribution, kept)
    who = "the best trial has it" if len(best) == 1 else "one of the best has it"
    if not len(held):
        who = "the best configuration that has one has it"
    if within:
        who = f"the best trial of one {join_words([one_line(name) for name in within])} has it"
    text = f"explains little: freeze it at {at}, as {who}"
    return Advice("freeze", text, kept)


def told_apart(distribution: BaseDistribution, column: FloatArray, loss: FloatArray) -> str:
    """Which share of the trials at the top has other values than all trials; empty if none has."""
    unit = spaces.to_unit(distribution, column)
    levels = np.unique(unit)
    found = []
    for share in TOP_SHARES:
        top = top_rows(loss, share)
        if top.sum() < MIN_TRIED or top.all():
            continue
        if isinstance(distribution, CategoricalDistribution):
            p = min(enriched(unit == level, top) for level in levels) * len(levels)
        else:
            p = chance_of_shift(unit[top], unit[~top], "two-sided")
        found.append((p, name_top(share)))
    p, told = min(found, default=(1.0, ""))
    return told if p < ALPHA / len(TOP_SHARES) else ""


def _piled_bound(
    distribution: BaseDistribution, column: FloatArray, loss: FloatArray, top: Flags
) -> Literal["low", "high"] | None:
    """The declared bound at which the best trials pile up while trials improve towards it."""
    n = spaces.n_levels(distribution)
    if isinstance(distribution, CategoricalDistribution) or (n is not None and n < 3):
        return None
    active = ~np.isnan(column)
    unit, best, losses = spaces.to_unit(distribution, column[active]), top[active], loss[active]
    reach = 0.1 if n is None else max(0.1, 1.0 / n)
    for bound, near in (("low", unit), ("high", 1.0 - unit)):
        if bound == "low" and _counts_from_there(distribution):
            continue
        at = near <= reach + 1e-9
        if (at & best).sum() < max(MIN_TRIED, PILED * best.sum()) or enriched(at, best) > ALPHA:
            continue
        within = near <= max(NEAR_BOUND, 2.5 * reach)
        if _improves(near[within], losses[within]) and _improves(near[at], losses[at], flat=True):
            return "low" if bound == "low" else "high"
    return None


def _counts_from_there(distribution: BaseDistribution) -> bool:
    """Whether the low bound is where counting begins: no layer, or the first."""
    return isinstance(distribution, IntDistribution) and distribution.low in (0, 1)


def _is_near(
    distribution: BaseDistribution, column: FloatArray, bound: Literal["low", "high"]
) -> Flags:
    """``(n,)`` flags of the trials in the outermost tenth of the range, or at its last level."""
    n = spaces.n_levels(distribution)
    unit = spaces.to_unit(distribution, column)
    near = unit if bound == "low" else 1.0 - unit
    return np.asarray(near <= (0.1 if n is None else max(0.1, 1.0 / n)) + 1e-9)


def _improves(near: FloatArray, loss: FloatArray, *, flat: bool = False) -> bool:
    """Whether trials are the better the nearer they are to a bound; or at least not worse."""
    from scipy.special import ndtr
    from scipy.stats import rankdata

    n = len(near)
    if n < 2 * MIN_TRIED or np.ptp(near) == 0 or np.ptp(loss) == 0:
        return flat
    rho = float(np.corrcoef(rankdata(near), rankdata(loss))[0, 1])
    if flat:
        return rho >= -1.0 / np.sqrt(n)
    return float(ndtr(-rho * np.sqrt(n - 1))) < ALPHA


def _wants_log_scale(distribution: BaseDistribution, best: FloatArray) -> bool:
    """Whether the best values sit at the low end of a linear axis that spans decades."""
    if not _spans_decades(distribution, best):
        return False
    unit = spaces.to_unit(distribution, best[~np.isnan(best)])
    return bool(np.quantile(unit, 0.9) <= LOW_END)


def _spans_decades(distribution: Any, best: FloatArray) -> bool:
    """Whether a linear axis spans decades, from its low bound or the lowest of the best."""
    if isinstance(distribution, CategoricalDistribution) or distribution.log:
        return False
    best = best[~np.isnan(best)]
    if len(best) < MIN_TRIED or distribution.low < 0:
        return False
    lowest = distribution.low or float(best[best > 0].min(initial=np.inf))
    n = spaces.n_levels(distribution)
    if not lowest < np.inf or distribution.high / lowest < DECADES:
        return False
    return n is None or n >= DECADES


def worse_part(
    name: str,
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    loss: FloatArray,
    region: Region,
    avoid: PromisingRange,
    beyond: Beyond,
) -> PromisingRange | None:
    """The part, where it is worse among trials whose other values are promising.

    Args:
        name: The parameter.
        space: Parameter to declared distribution.
        params: ``(n, n_params)`` internal values, each configuration once; NaN = inactive.
        loss: ``(n,)`` lower is better.
        region: Promising ranges of all parameters.
        avoid: Where the EBM's shape function is clearly worse, and none of the best trials lies.
        beyond: What the parameter does beside the others.
    """
    names = list(space)
    column = params[:, names.index(name)]
    rows = ~np.isnan(column)
    for other, part in region.items():
        values = params[:, names.index(other)]
        inside = rows & allows(part, values)
        if (inside & avoid.contains(column)).sum() >= MIN_CONDITIONAL:
            rows = inside
    inside = avoid.contains(column[rows])
    if inside.sum() < MIN_CONDITIONAL or (~inside).sum() < MIN_CONDITIONAL:
        return None
    losses = loss[rows]
    if chance_of_shift(losses[~inside], losses[inside], "less") >= CLEAR:
        return None
    p_better = beyond.p_better(name, ~avoid.contains(column), at_any_time=True)
    return avoid if p_better < CLEAR else None


def without(part: PromisingRange, values: FloatArray) -> PromisingRange | None:
    """The part without the choices, or the intervals, that hold one of the values."""
    values = values[~np.isnan(values)]
    if isinstance(part, Choices):
        left = tuple(i for i in part.indices if not (values == i).any())
        return Choices(left) if left else None
    pieces = tuple(i for i in part.intervals if not Intervals((i,)).contains(values).any())
    return Intervals(pieces) if pieces else None


def as_tried(part: PromisingRange, values: FloatArray) -> PromisingRange:
    """The part no nearer to the rest than it was tried; where nothing lies beyond it stays."""
    if isinstance(part, Choices):
        return part
    pieces = []
    for low, high in part.intervals:
        inside = values[(values >= low) & (values <= high)]
        first = low if not len(inside) or not (values < low).any() else float(inside.min())
        last = high if not len(inside) or not (values > high).any() else float(inside.max())
        pieces.append((first, last))
    return Intervals(tuple(pieces))


def enriched(flags: Flags, top: Flags) -> float:
    """Chance of so many flagged trials at the top, or more (one-sided Fisher test)."""
    from scipy.stats import hypergeom

    n, k = len(flags), int((flags & top).sum())
    return float(hypergeom.sf(k - 1, n, int(flags.sum()), int(top.sum())))


def chance_of_shift(
    one: FloatArray, other: FloatArray, alternative: Literal["less", "two-sided"]
) -> float:
    """Chance that values of ``one`` are so much lower, or so far apart (Mann-Whitney test)."""
    from scipy.stats import mannwhitneyu

    if not len(one) or not len(other):
        return 1.0
    return float(mannwhitneyu(one, other, alternative=alternative, method="asymptotic").pvalue)
