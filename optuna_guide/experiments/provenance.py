"""What an enqueued trial carries with it: who asked, why, from which trial, what was expected.

User attributes survive in every storage and are shown by every tool; samplers learn from the trial
as from any other, and whoever reads the study can tell that it is no random one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from optuna_guide.store.keys import EXPERIMENT
from optuna_guide.study.provenance import PARENT

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

    from optuna_guide.experiments.candidates import Candidate


@dataclass(frozen=True)
class Origin:
    """Why a trial was asked for.

    Attributes:
        kind: ``ablation``, ``path``, ``variation``, ``crafted`` or ``repeat``.
        change: What differs from the parent, in words.
        author: Who asked; empty where nobody said.
        comment: Why, in a person's words.
        at: ISO time in UTC.
        target: What was expected, by name.
        expected: Expected target; None where it could not be told.
        low: Lower end of its interval.
        high: Upper end.
        delta: Expected target less the parent's.
        delta_low: Lower end of its interval.
        delta_high: Upper end.
    """

    kind: str = ""
    change: str = ""
    author: str = ""
    comment: str = ""
    at: str = ""
    target: str = ""
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    delta: float | None = None
    delta_low: float | None = None
    delta_high: float | None = None


def describe_origin(
    candidate: Candidate, target: str, author: str | None, comment: str | None
) -> dict[str, Any]:
    """User attributes of the trial that a candidate becomes; what is not known is left out."""
    forecast = candidate.forecast
    told: dict[str, Any] = {
        "kind": candidate.kind,
        "change": candidate.change if candidate.parent is not None else "",
        "author": author,
        "comment": comment,
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "target": target,
    }
    if forecast is not None:
        told |= {
            "expected": forecast.value,
            "low": forecast.low,
            "high": forecast.high,
            "delta": forecast.delta,
            "delta_low": forecast.delta_low,
            "delta_high": forecast.delta_high,
        }
    attributes: dict[str, Any] = {
        EXPERIMENT: {k: v for k, v in told.items() if v not in (None, "")}
    }
    if candidate.parent is not None:
        attributes[PARENT] = candidate.parent
    return attributes


def read_origin(trial: FrozenTrial) -> Origin | None:
    """Why a trial was asked for; None where it is no experiment."""
    told = trial.user_attrs.get(EXPERIMENT)
    if not isinstance(told, dict):
        return None
    texts = ("kind", "change", "author", "comment", "at", "target")
    numbers = ("expected", "low", "high", "delta", "delta_low", "delta_high")
    found: dict[str, Any] = {k: v for k in texts if isinstance(v := told.get(k), str)}
    found |= {k: float(v) for k in numbers if isinstance(v := told.get(k), int | float)}
    return Origin(**found)
