"""Which way is better."""

from __future__ import annotations

from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["minimize", "maximize"]
