"""What is believed of a study, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.beliefs import describe_belief
from optuna_guide.domain.wording import join_words, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.domain.beliefs import Belief
    from optuna_guide.domain.space import Distributions
    from optuna_guide.store.beliefs import BeliefEntry


def say_beliefs(beliefs: Mapping[str, Belief], space: Distributions) -> str:
    """``lr near 0.003, solver adam``; of the parameters that the space has."""
    known = {name: b for name, b in beliefs.items() if name in space}
    return ", ".join(f"{one_line(n)} {describe_belief(b, space[n])}" for n, b in known.items())


def say_belief_entry(entry: BeliefEntry, space: Distributions) -> str:
    """What was believed from here on, or ceased to be, and why."""
    if entry.source == "trials" and entry.comment:
        return entry.comment
    parts = [f"believed: {say_beliefs(entry.beliefs, space)}"] if entry.beliefs else []
    if entry.ended:
        parts.append(f"no longer believed: {join_words([one_line(n) for n in entry.ended])}")
    return "; ".join(parts) or "nothing was believed"


def say_believer(entry: BeliefEntry) -> str:
    """The author and the comment; else a person, the sampler, or the trials."""
    if entry.source == "trials":
        return "the trials"
    who = entry.author or ("by hand" if entry.source == "person" else f"the {entry.source}")
    return ": ".join(filter(None, (who, entry.comment)))
