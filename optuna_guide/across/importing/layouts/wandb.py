"""Runs of Weights & Biases: the CSV that a table of runs downloads, or what its API tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known, tell_prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "runs of Weights & Biases"
_KNOWN: dict[str, Role] = {
    "ID": "identity",
    "Name": "identity",
    "name": "identity",
    "State": "state",
    "state": "state",
    "Created": "start",
    "Start Time": "start",
    "End Time": "end",
    "_runtime": "attribute",
    **dict.fromkeys(
        (
            *("Notes", "User", "Tags", "Runtime", "Sweep", "Group", "Job Type", "Updated"),
            *("Description", "Commit", "GitHub", "GPU Count", "GPU Type", "Hostname", "Host"),
            *("Command", "Python Version", "OS", "Agent", "_timestamp", "_step", "_wandb"),
        ),
        "ignored",
    ),
}
_PREFIXES: dict[str, Role] = {
    "config.": "parameter",
    "summary.": "metric",
    "config._": "ignored",
    "summary._": "ignored",
}


def recognises(columns: Sequence[str]) -> bool:
    """Whether it has names and states of runs, or their configuration and summary."""
    page = {"Name", "State"} <= {*columns} and bool(
        {"Created", "Runtime", "Sweep", "Tags", "User", "Notes", "ID"} & {*columns}
    )
    has = {c.partition(".")[0] for c in columns}
    return page or {"config", "summary"} <= has


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are; the page's CSV does not tell configuration from summary."""
    why = "a column of Weights & Biases"
    return {**tell_known(columns, _KNOWN, why), **tell_prefixed(columns, _PREFIXES, why)}
