"""What to do: promising ranges that hold together, their evidence, and one verdict each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from optuna_guide.guidance import Advice
from optuna_guide.models import ranges
from optuna_guide.models.advice import HARDLY, advise, worse_part
from optuna_guide.study.branching import name_branch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Evidence, Shape
    from optuna_guide.models.forest import Forest
    from optuna_guide.models.sample import Sample


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
    largest_shares: FloatArray,
    shapes: Mapping[str, Shape],
) -> Suggestions:
    """Suggest ranges and advice from the trials.

    Args:
        sample: The trials.
        forest: A forest that holds the ranks of their loss.
        largest_shares: ``(n_params,)`` the most that each parameter could explain.
        shapes: Shape functions of the EBM by parameter; empty without one.
    """
    space, loss = sample.space, sample.goal.loss
    top = ranges.top_rows(loss)
    where = sample.table.branching.where
    columns = dict(zip(space, sample.all_params.T, strict=True))
    largest = dict(zip(space, largest_shares.tolist(), strict=True))

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
    mattering = {name: part for name, part in found.items() if largest[name] > HARDLY}
    first = {name: mattering[name] for name in supported(mattering)}
    whole = ranges.keep_top(first, space, sample.all_params, top)
    evidence = supported(whole)
    region = {name: whole[name] for name in evidence}
    worse = {
        name: worse_part(name, space, sample.all_params, sample.goal.loss, region, shape.avoid)
        for name, shape in shapes.items()
        if shape.avoid is not None and largest[name] > HARDLY
    }
    advice = {
        name: advise(
            name,
            space,
            sample.all_params,
            loss,
            region,
            largest_share=largest[name],
            worse=worse.get(name),
        )
        for name in space
    }
    advice |= {
        name: replace(advice[name], text=f"in {branch}: {advice[name].text}")
        for name in advice.keys() & where.keys()
        if (branch := name_branch(where[name], sample.table.branching.space))
    }
    kept = ranges.share_kept(region, space, sample.all_params, top)
    return Suggestions(region, evidence, advice, worse, kept)


def nothing(sample: Sample) -> Suggestions:
    """While the gate is closed."""
    return Suggestions({}, {}, dict.fromkeys(sample.space, Advice("none", NOT_ENOUGH)))


NOT_ENOUGH = "not enough evidence yet"
