"""Where a promising range is the wrong one: at a value of another parameter, others are better."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain.cells import FEW, Cells, cut_param
from optuna_guide.domain.ranges import Intervals
from optuna_guide.domain.region import allows
from optuna_guide.domain.wording import one_line
from optuna_guide.models.advice import CLEAR, chance_of_shift, not_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Advice
    from optuna_guide.models.sample import Sample

INTERACT = 0.05  # of what is explained: pairs in which a range may be reversed
MIN_CELL = 5  # configurations inside and outside of a range, to compare them


def find_moving(
    sample: Sample,
    names: Collection[str],
    region: Region,
    partners: Mapping[str, Sequence[str]],
    pairs: Mapping[tuple[str, str], float],
) -> dict[str, str]:
    """Parameters whose best values hang on those of another one that has no range, and that one.

    With it they do more than alone, so that no range of their own holds, and no part is worse
    wherever the other one is. At options, and at the few values of a number, what does not hold
    can be told: see `reversed_in_part`.

    Args:
        sample: The trials.
        names: Parameters of whose ranges something is to be said.
        region: Promising ranges.
        partners: Parameters to those with which they do more than alone, the strongest first.
        pairs: Interactions to their shares of what is explained.
    """
    shares = {frozenset(pair): share for pair, share in pairs.items()}
    columns = zip(sample.space.items(), sample.all_params.T, strict=True)
    few = {
        name
        for (name, distribution), column in columns
        if isinstance(distribution, CategoricalDistribution)
        or len(np.unique(column[~np.isnan(column)])) <= FEW
    }
    found: dict[str, str] = {}
    for _ in names:  # without a range, a parameter may leave another one without
        for name in (name for name in names if name not in found):
            for other in partners.get(name, ()):
                is_open = other not in few and (other not in region or other in found)
                if is_open and shares.get(frozenset((name, other)), 0.0) >= INTERACT:
                    found.setdefault(name, other)
    return found


def moves_with(other: str) -> str:
    """That a parameter has no range of its own."""
    return f"its best values hang on {one_line(other)}: no range of its own"


def reversed_in_part(
    sample: Sample,
    region: Region,
    advice: Mapping[str, Advice],
    pairs: Mapping[tuple[str, str], float],
    params: FloatArray,
    loss: FloatArray,
) -> dict[str, Advice]:
    """Advice of ranges that are clearly worse than others at a value of another parameter.

    It says where. If that parameter has a range, which leaves the value out, the one holds
    together with the other.

    Args:
        sample: The trials.
        region: Promising ranges.
        advice: Of all parameters.
        pairs: Interactions to their shares of what is explained.
        params: ``(n, n_params)`` internal values, each configuration once; NaN = inactive.
        loss: ``(n,)`` lower is better.
    """
    columns, found = dict(zip(sample.space, params.T, strict=True)), {}
    for name, own in advice.items():
        if own.kind != "narrow" or own.range is None or "not alone" in own.text:
            continue
        where, needed = [], []
        for pair in (p for p, share in pairs.items() if share >= INTERACT and name in p):
            other = pair[0] if pair[1] == name else pair[1]
            cells = cut_param(one_line(other), sample.space[other], columns[other])
            worse = _find_worse(own.range, columns[name], cells, loss)
            inside = np.ones(len(loss), dtype=bool)
            if other in region:
                inside = allows(region[other], columns[other])
            kept = [k for k in worse if inside[cells.codes == k].any()]
            where += [cells.named(k) for k in kept]
            needed += [other] if len(worse) > len(kept) else []
        unless = " or ".join(where)
        text = not_alone(needed[0]) if needed else own.text
        if needed or where:
            text = f"{text}, unless {unless}" if unless else text
            found[name] = replace(own, text=text, unless=unless)
    return found


def _find_worse(
    part: PromisingRange,
    column: FloatArray,
    cells: Cells,
    loss: FloatArray,
) -> list[int]:
    """The cells of another parameter in which what lies beside a range is clearly better."""
    inside = part.contains(column)
    sides = [~inside & ~np.isnan(column)]
    if isinstance(part, Intervals):
        sides = [column < part.intervals[0][0], column > part.intervals[-1][1]]
    found = []
    for k in range(len(cells)):
        own, *rest = (loss[(cells.codes == k) & flags] for flags in (inside, *sides))
        chances = [
            chance_of_shift(side, own, "less")
            for side in rest
            if min(len(own), len(side)) >= MIN_CELL
        ]
        if min(chances, default=1.0) * len(sides) * len(cells) < CLEAR:
            found.append(k)
    return found
