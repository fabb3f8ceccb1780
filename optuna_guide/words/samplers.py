"""How to read the history of a sampler: what its trials look like where it does its work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

FAMILIES: Mapping[str, str] = {
    "RandomSampler": "random: the points should fill every range evenly, to the end",
    "QMCSampler": "random: the points should fill every range more evenly than chance would",
    "GridSampler": "grid: the points stand in rows; between the rows nothing is known",
    "BruteForceSampler": "grid: every value in turn; a range is known once it is through",
    "TPESampler": "sequential: the points gather where the observed values are better",
    "GPSampler": "sequential: the points gather soon, with jumps to what is uncertain",
    "LiteGPSampler": "sequential: the points gather soon, with jumps to what is uncertain",
    "CmaEsSampler": "population: a cloud that moves and shrinks from generation to generation",
    "NSGAIISampler": "population: values are inherited; rows that end were selected against",
    "NSGAIIISampler": "population: values are inherited; rows that end were selected against",
}


def describe_sampler(samplers: npt.NDArray[np.str_]) -> str:
    """How to read the history of the sampler that made most of the trials; empty for others."""
    names, counts = np.unique(samplers[samplers != ""], return_counts=True)
    if not len(names):
        return ""
    name = str(names[np.argmax(counts)])
    return f"{name}: {FAMILIES[name]}" if name in FAMILIES else ""
