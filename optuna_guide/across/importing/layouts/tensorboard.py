"""The table of TensorBoard's HParams page: hyperparameters, then metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "HParams table of TensorBoard"
_PREFIXES: dict[str, Role] = {"hparam/": "metric"}


def recognises(columns: Sequence[str]) -> bool:
    """Whether a metric was written with the hyperparameters."""
    return any(column.startswith("hparam/") for column in columns)


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are."""
    return tell_prefixed(columns, _PREFIXES, "a metric of TensorBoard's")
