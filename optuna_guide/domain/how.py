"""How values are given within a context, such as the data set."""

from __future__ import annotations

from typing import Literal, TypeAlias

How: TypeAlias = Literal["centred", "min-max", "ranks"]
