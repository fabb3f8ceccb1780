"""``Study.trials_dataframe()`` of Optuna."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known, tell_prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "trials_dataframe of Optuna"
_KNOWN: dict[str, Role] = {
    "number": "identity",
    "value": "metric",
    "datetime_start": "start",
    "datetime_complete": "end",
    "duration": "ignored",
    "state": "state",
}
_PREFIXES: dict[str, Role] = {
    "params_": "parameter",
    "user_attrs_": "attribute",
    "system_attrs_": "ignored",
    "values_": "metric",
}


def recognises(columns: Sequence[str]) -> bool:
    """Whether it has the number and the state of trials beside their parameters."""
    return {"number", "state"} <= {*columns} and any(c.startswith("params_") for c in columns)


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are."""
    why = "a column of Optuna's"
    return {**tell_known(columns, _KNOWN, why), **tell_prefixed(columns, _PREFIXES, why)}
