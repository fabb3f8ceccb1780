"""The JSON lines of Nevergrad's ``ParametersLogger``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "parameters log of Nevergrad"


def recognises(columns: Sequence[str]) -> bool:
    """Whether points of a parametrization were logged with their loss."""
    return {"#parametrization", "#loss"} <= {*columns}


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are; those with a mark are the optimizer's own."""
    why = "a column of Nevergrad's"
    own = {
        column: Told("ignored", column, why)
        for column in columns
        if "#" in column or column.endswith(".indices")
    }
    return {
        **own,
        "#uid": Told("identity", "uid", why),
        "#loss": Told("metric", "loss", "what Nevergrad minimises"),
    }
