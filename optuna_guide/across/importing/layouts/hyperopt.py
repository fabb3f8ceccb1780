"""``Trials().trials`` of Hyperopt, one object for each trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known, tell_prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "trials of Hyperopt"
_KNOWN: dict[str, Role] = {
    "tid": "identity",
    "result.status": "state",
    "book_time": "start",
    "refresh_time": "end",
    **dict.fromkeys(("state", "spec", "exp_key", "owner", "version"), "ignored"),
}
_PREFIXES: dict[str, Role] = {"result.": "metric", "misc.": "ignored", "misc.vals.": "parameter"}


def recognises(columns: Sequence[str]) -> bool:
    """Whether it has values that were drawn beside a loss."""
    drawn = any(c.startswith("misc.vals.") for c in columns)
    return drawn and "result.loss" in columns


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are; of ``hp.choice`` it keeps the index."""
    why = "a column of Hyperopt's"
    return {**tell_prefixed(columns, _PREFIXES, why), **tell_known(columns, _KNOWN, why)}
