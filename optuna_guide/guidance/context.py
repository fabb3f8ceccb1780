"""`Context`: what nobody would choose, as the data set, and how values are given within it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optuna_guide.domain import wording
from optuna_guide.domain.how import How


@dataclass(frozen=True)
class Context:
    """What nobody would choose, such as the data set: no parameter to the models, never advised.

    Attributes:
        names: Parameters and user attributes.
        chosen: Whether a person set them; else they were found by their names and values.
        within: Those within which the target is given; empty where it is as measured.
        how: How it is given. ``"centred"``: minus the median of the trials with the same context;
            ``"min-max"``: their lowest as 0, their highest as 1; ``"ranks"``: the share of them
            that is lower, 0 to 1. None where ``within`` is empty.
        groups: Value of the context to its number of trials, for those with enough to be compared.
    """

    names: tuple[str, ...]
    chosen: bool
    within: tuple[str, ...] = ()
    how: How | None = None
    groups: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """How the target is given, such as ``ranks within dataset``; empty where as measured."""
        return "" if self.how is None else wording.within(self.how, self.within)
