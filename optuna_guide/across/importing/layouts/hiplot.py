"""The CSV of HiPlot's experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "experiment of HiPlot"
_KNOWN: dict[str, Role] = {"uid": "identity", "from_uid": "ignored"}


def recognises(columns: Sequence[str]) -> bool:
    """Whether its points say where they come from."""
    return {*_KNOWN} <= {*columns}


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are; it does not tell parameters from metrics."""
    return tell_known(columns, _KNOWN, "a column of HiPlot's")
