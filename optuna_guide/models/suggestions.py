"""What to do: promising ranges that hold together, their evidence, and one verdict each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import limit
from optuna_guide.domain.region import allows
from optuna_guide.guidance import Advice
from optuna_guide.models import kept_top, ranges
from optuna_guide.models.advice import (
    ALPHA,
    CLEAR,
    HARDLY,
    advise,
    as_tried,
    chance_of_shift,
    is_better,
    not_alone,
    without,
    worse_part,
)
from optuna_guide.models.beyond import Beyond
from optuna_guide.models.configurations import distinct, means
from optuna_guide.models.reversals import find_moving, moves_with, reversed_in_part
from optuna_guide.models.stretches import find_stretches, growth_since_blind
from optuna_guide.study.branching import name_branch

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Effect, Evidence, Shape
    from optuna_guide.models.forest import Forest
    from optuna_guide.models.sample import Sample
    from optuna_guide.study.branching import Branching

    Seen = tuple[FloatArray, FloatArray, Beyond]  # as `look_beyond` gives them

CLEARLY = 0.1


@dataclass(frozen=True)
class Suggestions:
    """What to do with all parameters.

    Attributes:
        region: Parameter to its promising range.
        evidence: The same parameters to what supports it.
        advice: Every parameter to its verdict.
        worse: Parameters to the part of their range that is clearly worse, if any.
        kept: Share of the top tenth that lies inside the whole region; None without one.
    """

    region: Region
    evidence: Mapping[str, Evidence]
    advice: Mapping[str, Advice]
    worse: Mapping[str, PromisingRange | None] = field(default_factory=dict)
    kept: float | None = None


def suggest(
    sample: Sample,
    forest: Forest,
    importance: FloatArray,
    shared: FloatArray,
    pairs: Mapping[tuple[str, str], float],
    shapes: Mapping[str, Shape],
    effects: Mapping[str, Effect],
    partners: Mapping[str, Sequence[str]],
) -> Suggestions:
    """Suggest ranges and advice from the trials.

    Args:
        sample: The trials.
        forest: A forest that holds the ranks of their loss.
        importance: ``(n_params,)`` share of what is explained, with interactions.
        shared: ``(n_params,)`` share of the variance that is explained by interactions of each.
        pairs: Interactions to their shares of what is explained.
        shapes: Shape functions of the EBM by parameter; empty without one.
        effects: Marginals of the forest by parameter.
        partners: Parameters to those with which they do more than alone, the strongest first.
    """
    space = sample.space
    shares = dict(zip(space, importance.tolist(), strict=True))
    seen = look_beyond(sample, shares, pairs)
    params, loss, beyond = seen
    hidden = {
        name: beyond.most(name, ALPHA) + max(together, 0.0)
        for name, together in zip(space, shared.tolist(), strict=True)
    }
    notable = {name for name, most in hidden.items() if most > HARDLY}
    chosen = _choose(sample, forest, seen, notable)
    region, evidence = _support(sample, chosen, shapes)
    against = _contradicted(sample, region, effects)
    if against == region.keys():  # nothing explains them
        region, evidence = {}, {}
    worse = _find_worse(sample, region, seen, {n: s for n, s in shapes.items() if n in notable})
    left = _find_left(sample, {n: part for n, part in worse.items() if n not in region}, effects)
    if left:
        region, evidence = _support(sample, {**region, **left}, shapes)
    told = [name for name in space if name in region or worse.get(name) is not None]
    moving = find_moving(sample, told, region, partners, pairs)
    if moving:
        worse |= dict.fromkeys(moving)
        rest = {name: part for name, part in region.items() if name not in moving}
        region, evidence = _support(sample, rest, shapes)
    columns = dict(zip(space, params.T, strict=True))
    worse |= {
        name: as_tried(part, columns[name])
        for name, part in worse.items()
        if part is not None and name not in region
    }
    best = sample.all_params[ranges.top_rows(sample.goal.loss, 0.0)]
    advice = {
        name: advise(
            name,
            space,
            params,
            loss,
            region,
            most=hidden[name],
            importance=shares[name],
            worse=worse.get(name),
            beyond=beyond,
            best=best[:, j],
            has_real_bounds=name not in sample.table.observed_bounds,
            within=() if sample.goal.within is None else sample.goal.within.names,
        )
        for j, name in enumerate(space)
    }
    advice |= {name: Advice("none", moves_with(other)) for name, other in moving.items()}
    advice |= _together(sample, region, advice, shares, partners, against, seen)
    advice |= reversed_in_part(sample, region, advice, pairs, params, loss)
    advice |= _in_branches(advice, sample.table.branching)
    top = ranges.top_rows(sample.goal.loss)
    kept = kept_top.share_kept(region, space, sample.all_params, top)
    return Suggestions(region, evidence, advice, worse, kept)


def _choose(sample: Sample, forest: Forest, seen: Seen, notable: Collection[str]) -> Region:
    """The ranges of the forest that are better than the rest, of parameters that matter at all."""
    params, _, beyond = seen
    columns = dict(zip(sample.space, params.T, strict=True))
    return {
        name: part
        for name, part in _find_ranges(sample, forest).items()
        if name in notable and is_better(beyond, name, part.contains(columns[name]))
    }


def _find_worse(
    sample: Sample, region: Region, seen: Seen, shapes: Mapping[str, Shape]
) -> dict[str, PromisingRange | None]:
    """What is clearly worse of each parameter that has a shape function."""
    params, loss, beyond = seen
    return {
        name: worse_part(name, sample.space, params, loss, region, avoid, beyond)
        for name, shape in shapes.items()
        if (avoid := _avoidable(sample, name, shape)) is not None
    }


def _find_left(
    sample: Sample, worse: Mapping[str, PromisingRange | None], effects: Mapping[str, Effect]
) -> Region:
    """What the worse parts leave as ranges, of which no marginal speaks against."""
    left = {
        name: rest
        for name, part in worse.items()
        if part is not None and (rest := ranges.left_over(sample.space[name], part)) is not None
    }
    against = _contradicted(sample, left, effects)
    return {name: rest for name, rest in left.items() if name not in against}


def look_beyond(
    sample: Sample,
    shares: Mapping[str, float],
    pairs: Mapping[tuple[str, str], float] | None = None,
) -> tuple[FloatArray, FloatArray, Beyond]:
    """Each configuration once, its mean loss, and the tests that are made of them."""
    first, which = distinct(sample.all_params)
    params, loss = sample.all_params[first], means(limit(sample.goal.loss), which)
    numbers = means(sample.table.numbers[sample.goal.rows], which)
    where = sample.table.branching.where
    growth = _growth(sample, sample.goal.rows[first])
    beyond = Beyond(sample.space, params, loss, numbers, shares, where, pairs, growth)
    return params, loss, beyond


def _growth(sample: Sample, rows: npt.NDArray[np.int64]) -> float:
    """As in `growth_since_blind`, of the first trial of each configuration."""
    table, rows = sample.table, np.sort(rows)
    stretches = find_stretches(table.unit()[rows])
    return growth_since_blind(stretches, table.numbers[rows], table.blind)


def _find_ranges(sample: Sample, forest: Forest) -> Region:
    """Ranges of the forest, with the best values beside them, and those of the top trials."""
    top = ranges.top_rows(sample.goal.loss)
    columns = dict(zip(sample.space, sample.all_params.T, strict=True))
    found = ranges.promising_ranges(forest, sample.unit, sample.params)
    return {
        name: kept_top.with_best_values(
            kept_top.with_best_beside(part, sample.space[name], columns[name][top]),
            columns[name],
            sample.goal.loss,
        )
        for name, part in found.items()
    }


def _support(
    sample: Sample, chosen: Region, shapes: Mapping[str, Shape]
) -> tuple[Region, dict[str, Evidence]]:
    """Those of the ranges that are supported and together keep the top, and what supports them."""
    top = ranges.top_rows(sample.goal.loss)
    supported = {name: chosen[name] for name in _weigh(sample, chosen, shapes)}
    kept = kept_top.keep_top(supported, sample.space, sample.all_params, top)
    whole = {name: ranges.tidy(sample.space[name], part) for name, part in kept.items()}
    evidence = _weigh(sample, whole, shapes)
    return {name: whole[name] for name in evidence}, evidence


def _contradicted(sample: Sample, region: Region, effects: Mapping[str, Effect]) -> set[str]:
    return find_contradictions(region, effects, maximise=sample.goal.direction == "maximize")


def _weigh(sample: Sample, region: Region, shapes: Mapping[str, Shape]) -> dict[str, Evidence]:
    """What supports each range, of those that are supported."""
    columns, loss = dict(zip(sample.space, sample.all_params.T, strict=True)), sample.goal.loss
    found = {
        name: ranges.weigh_range(
            part,
            sample.space[name],
            columns[name],
            ranges.top_of(columns[name], loss),
            shapes.get(name),
            maximise=sample.goal.direction == "maximize",
        )
        for name, part in region.items()
    }
    return {name: e for name, e in found.items() if ranges.is_supported(e)}


def _avoidable(sample: Sample, name: str, shape: Shape) -> PromisingRange | None:
    """What the EBM finds clearly worse, without the values that one of the best trials has."""
    if shape.avoid is None:
        return None
    column, loss = sample.all_params[:, list(sample.space).index(name)], sample.goal.loss
    return without(shape.avoid, column[ranges.top_of(column, loss) | ranges.top_rows(loss)])


def _is_needed(other: str, name: str, region: Region, sample: Sample, seen: Seen) -> bool:
    """Whether a range is not clearly better where another parameter is out of its own."""
    params, loss, _ = seen
    names = list(sample.space)
    rows = ~allows(region[other], params[:, names.index(other)])
    column = params[:, names.index(name)]
    inside = region[name].contains(column)
    better, worse = (loss[rows & flags & ~np.isnan(column)] for flags in (inside, ~inside))
    return chance_of_shift(better, worse, "less") >= CLEAR


def _together(
    sample: Sample,
    region: Region,
    advice: Mapping[str, Advice],
    shares: Mapping[str, float],
    partners: Mapping[str, Sequence[str]],
    against: set[str],
    seen: Seen,
) -> dict[str, Advice]:
    """Advice of ranges that hold only together with another one, which says so."""
    where, found = sample.table.branching.where, {}
    for name in region:
        others = [n for n in sorted(region, key=lambda n: -shares[n]) if n not in against]
        if name not in against:
            others = [
                n
                for n in partners.get(name, ())
                if n in region and _is_needed(n, name, region, sample, seen)
            ]
        others = [n for n in others if n not in where.get(name, {})]
        if others and advice[name].kind == "narrow":
            found[name] = replace(advice[name], text=not_alone(others[0]))
    return found


def _in_branches(advice: Mapping[str, Advice], branching: Branching) -> dict[str, Advice]:
    """Advice of conditional parameters, which says in which branch it holds."""
    return {
        name: replace(advice[name], text=f"in {branch}: {advice[name].text}")
        for name in advice.keys() & branching.where.keys()
        if (branch := name_branch(branching.where[name], branching.space))
    }


def find_contradictions(
    region: Region, effects: Mapping[str, Effect], *, maximise: bool
) -> set[str]:
    """Parameters whose marginal is clearly worse inside their range than outside of it.

    Clearly: by a tenth of what the marginal varies over the cells that were tried.
    """
    found = set()
    for name, part in region.items():
        tried = np.array(effects[name].counts) > 0
        mean = np.array(effects[name].mean)[tried] * (-1.0 if maximise else 1.0)
        inside = part.contains(np.array(effects[name].x)[tried])
        if not inside.any() or inside.all():
            continue
        if mean[inside].mean() - mean[~inside].mean() > CLEARLY * np.ptp(mean):
            found.add(name)
    return found


def nothing(sample: Sample) -> Suggestions:
    """While the gate is closed."""
    return Suggestions({}, {}, dict.fromkeys(sample.space, Advice("none", NOT_ENOUGH)))


NOT_ENOUGH = "not enough evidence yet"
