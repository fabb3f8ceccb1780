"""Studies of a storage in a few words each, as every list of them says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.wording import one_line
from optuna_guide.words.glossary import TRUST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.study.overview import Overview


def say_best(
    objectives: Sequence[str], maximised: Sequence[bool], best: float | None, n_best: int
) -> str:
    """``0.957 ↑ accuracy``, or ``7 on the front`` of several objectives; empty without any."""
    if len(objectives) > 1:
        return f"{n_best} on the front" if n_best else ""
    return (
        ""
        if best is None
        else f"{best:.4g} {'↑' if maximised[0] else '↓'} {one_line(objectives[0])}"
    )


def say_state(overview: Overview) -> str:
    """``2 running, 3 waiting``; empty where no trial is to come."""
    counts = ((overview.n_running, "running"), (overview.n_waiting, "waiting"))
    return ", ".join(f"{n} {words}" for n, words in counts if n)


def say_trust(overview: Overview) -> str:
    """How far to trust the stored guidance, and how many trials came after; empty without."""
    head = overview.head
    if head is None or head.trust is None:
        return ""
    newer = 0 if overview.n_finished is None else overview.n_finished - head.n_finished
    return TRUST[head.trust] + (f", {newer} newer trial{'s' * (newer != 1)}" if newer > 0 else "")
