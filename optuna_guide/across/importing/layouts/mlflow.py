"""``mlflow.search_runs()``, and the CSV that its page downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known, tell_prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "search_runs of MLflow"
_KNOWN: dict[str, Role] = {
    "run_id": "identity",
    "experiment_id": "ignored",
    "status": "state",
    "artifact_uri": "ignored",
    "start_time": "start",
    "end_time": "end",
}
_PREFIXES: dict[str, Role] = {
    "params.": "parameter",
    "metrics.": "metric",
    "tags.": "ignored",
}


def recognises(columns: Sequence[str]) -> bool:
    """Whether it has runs with parameters or metrics."""
    return "run_id" in columns and any(c.startswith(("params.", "metrics.")) for c in columns)


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are."""
    why = "a column of MLflow's"
    return {**tell_known(columns, _KNOWN, why), **tell_prefixed(columns, _PREFIXES, why)}
