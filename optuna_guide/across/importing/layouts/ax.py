"""``Client.summarize()`` of Ax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.importing.layouts import Role, Told, tell_known

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "summary of Ax"
_KNOWN: dict[str, Role] = {
    "trial_index": "ignored",
    "arm_name": "identity",
    "trial_status": "state",
    "status_reason": "ignored",
    "fail_reason": "ignored",
    "generation_node": "ignored",
    "generation_method": "ignored",
}


def recognises(columns: Sequence[str]) -> bool:
    """Whether it has arms and the status of their trials."""
    return {"trial_index", "arm_name", "trial_status"} <= {*columns}


def tell(columns: Sequence[str]) -> dict[str, Told]:
    """What its columns are; it does not tell parameters from metrics."""
    return tell_known(columns, _KNOWN, "a column of Ax")
