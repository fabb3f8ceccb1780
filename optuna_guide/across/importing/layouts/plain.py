"""Any other table: a row for each trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.across.importing.layouts import Told

NAME = "plain table"


def recognises(columns: Sequence[str]) -> bool:
    """Always."""
    return True


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """Nothing: names and values have to do."""
    return {}
