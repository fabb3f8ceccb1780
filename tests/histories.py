"""Histories that fit a guidance made by hand, and a guidance by hand for any trials."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from guidances import make_guidance
from tables import make_table

from optuna_guide.domain.ranges import Intervals
from optuna_guide.guidance import Guidance
from optuna_guide.study.curves import read_curves
from optuna_guide.study.exploration import Corridor, Exploration, explore_table
from optuna_guide.study.table import TrialsTable
from optuna_guide.study.targets import target_names


def explored(guidance: Guidance, n: int = 60) -> Exploration:
    """A history that has everything: kinds, generations, rungs, parents, curves."""
    table = make_table(guidance, n)
    every = np.arange(n)
    kinds = np.array(["startup", "guided", "explored", "enqueued"])[every % 4]
    return replace(
        explore_table(replace(table, pruned=every % 5 == 0)),
        kinds=kinds,
        samplers=np.full(n, "NSGAIISampler"),
        versions=np.where(every > 20, 1 + every // 40, 0),
        generations=(every // 10).astype(float),
        rungs=(every % 3).astype(float),
        brackets=(every % 2).astype(float),
        batches=every // 4,
        parents=np.where(every > 9, every - 10, -1),
        curves=read_curves([{0: 0.1, 3: 0.5, 9: float(i)} for i in every]),
        corridors=(
            Corridor(20, 1, "narrowed", {"momentum": Intervals(((0.1, 0.5),))}),
            Corridor(40, 2, "narrowed", {"momentum": Intervals(((0.2, 0.3),))}),
            Corridor(30, 1, "suggested", {"momentum": Intervals(((0.6, 0.9),))}),
        ),
    )


def guidance_for(table: TrialsTable) -> Guidance:
    """What a guidance of these trials looks like, without a fit."""
    guidance = make_guidance(dict(table.space)) if table.space else make_guidance()
    target = target_names(table)[0]
    direction = "maximize" if table.maximised[0] and len(table.maximised) == 1 else "minimize"
    return replace(guidance, target=target, direction=direction)


def words(figure: Any) -> str:
    """All that is written beside the drawing, on one line."""
    return " ".join(note.text.replace("<br>", " ") for note in figure.layout.annotations)
