"""``ResultGrid.get_dataframe()`` of Ray Tune."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known, tell_prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "results of Ray Tune"
_KNOWN: dict[str, Role] = {
    "trial_id": "identity",
    "timestamp": "end",
    "time_total_s": "attribute",
    "training_iteration": "attribute",
    **dict.fromkeys(
        (
            *("done", "date", "pid", "hostname", "node_ip", "logdir", "experiment_tag"),
            *("checkpoint_dir_name", "should_checkpoint", "episodes_total", "timesteps_total"),
            *("time_this_iter_s", "time_since_restore", "timesteps_since_restore"),
            *("iterations_since_restore", "warmup_time", "experiment_id"),
        ),
        "ignored",
    ),
}
_PREFIXES: dict[str, Role] = {"config/": "parameter", "config.": "parameter"}


def recognises(columns: Sequence[str]) -> bool:
    """Whether it has configurations beside the bookkeeping of Ray."""
    has_config = any(c.startswith(("config/", "config.")) for c in columns)
    return has_config and bool({"trial_id", "training_iteration", "logdir"} & {*columns})


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are; whatever else was reported is a metric."""
    why = "a column of Ray Tune's"
    rest = {c: Told("metric", c, "reported by the trial") for c in columns}
    return {
        **rest,
        **tell_known(columns, _KNOWN, why),
        **tell_prefixed(columns, _PREFIXES, why),
    }
