"""What to do: promising ranges that hold together, their evidence, and one verdict each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.wording import one_line
from optuna_guide.guidance import Advice
from optuna_guide.models import ranges
from optuna_guide.models.advice import ALPHA, CHOSEN, HARDLY, advise, worse_part
from optuna_guide.models.beyond import Beyond
from optuna_guide.study.branching import name_branch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Effect, Evidence, Shape
    from optuna_guide.models.forest import Forest
    from optuna_guide.models.sample import Sample


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
        shapes: Shape functions of the EBM by parameter; empty without one.
        effects: Marginals of the forest by parameter.
        partners: Parameters to those with which they do more than alone, the strongest first.
    """
    space, loss = sample.space, sample.goal.loss
    top = ranges.top_rows(loss)
    where = sample.table.branching.where
    columns = dict(zip(space, sample.all_params.T, strict=True))
    shares = dict(zip(space, importance.tolist(), strict=True))
    numbers = sample.table.numbers[sample.goal.rows]
    beyond = Beyond(space, sample.all_params, loss, numbers, shares, where)
    hidden = {
        name: beyond.most(name, ALPHA) + max(together, 0.0)
        for name, together in zip(space, shared.tolist(), strict=True)
    }

    def supported(region: Region) -> dict[str, Evidence]:
        found = {
            name: ranges.weigh_range(
                part,
                space[name],
                columns[name],
                ranges.top_of(columns[name], loss),
                shapes.get(name),
                maximise=sample.goal.direction == "maximize",
            )
            for name, part in region.items()
        }
        return {name: e for name, e in found.items() if ranges.is_supported(e)}

    found = ranges.promising_ranges(forest, sample.unit, sample.params)
    mattering = {
        name: ranges.with_best_beside(part, space[name], columns[name][top])
        for name, part in found.items()
        if hidden[name] > HARDLY
    }
    first = {
        name: mattering[name]
        for name in supported(mattering)
        if beyond.p_better(name, mattering[name].contains(columns[name])) < CHOSEN
    }
    whole = ranges.keep_top(first, space, sample.all_params, top)
    evidence = supported(whole)
    region = {name: whole[name] for name in evidence}
    against = find_contradictions(region, effects, maximise=sample.goal.direction == "maximize")
    if against == region.keys():  # nothing explains them
        region, evidence = {}, {}
    worse = {
        name: worse_part(
            name, space, sample.all_params, sample.goal.loss, region, shape.avoid, beyond
        )
        for name, shape in shapes.items()
        if shape.avoid is not None and hidden[name] > HARDLY
    }
    advice = {
        name: advise(
            name,
            space,
            sample.all_params,
            loss,
            region,
            most=hidden[name],
            importance=shares[name],
            worse=worse.get(name),
            beyond=beyond,
            has_real_bounds=name not in sample.table.observed_bounds,
        )
        for name in space
    }
    for name in region:
        others = [n for n in sorted(region, key=lambda n: -shares[n]) if n not in against]
        if name not in against:
            others = [n for n in partners.get(name, ()) if n in region]
        if others and advice[name].kind == "narrow":
            text = f"{advice[name].text} together with that of {one_line(others[0])}, not alone"
            advice[name] = replace(advice[name], text=text)
    advice |= {
        name: replace(advice[name], text=f"in {branch}: {advice[name].text}")
        for name in advice.keys() & where.keys()
        if (branch := name_branch(where[name], sample.table.branching.space))
    }
    kept = ranges.share_kept(region, space, sample.all_params, top)
    return Suggestions(region, evidence, advice, worse, kept)


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
