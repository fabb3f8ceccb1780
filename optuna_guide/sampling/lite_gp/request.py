"""What a row is asked for from: all that is known at one trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.prior import Prior
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space
    from optuna_guide.sampling.lite_gp.transfer import Transfer
    from optuna_guide.store.beliefs import Held


@dataclass(frozen=True, eq=False)
class Request:
    """What `startup_row` and `suggest_row` answer.

    Attributes:
        known: What the study knows.
        space: Columns, and the bounds to stay inside.
        rules: When parameters are active.
        n_begun: Trials that were begun before this one.
        deterministic: Whether the objective is said to have no noise.
        prior: Belief of a model about where the optimum is.
        held: Beliefs of people.
        transfer: What earlier studies say, entered in this space.
        durations: Seconds of the complete trials, NaN = not known, shape ``(n,)``, where gain is
            to be weighed against them.
    """

    known: KnownRows
    space: Space
    rules: tuple[Rule, ...]
    n_begun: int
    deterministic: bool = False
    prior: Prior | None = None
    held: Sequence[Held] = ()
    transfer: Transfer | None = None
    durations: FloatArray | None = None

    @property
    def is_noisy(self) -> bool | None:
        """Whether trials of one configuration differ; None = not known yet."""
        return False if self.deterministic else self.known.is_noisy
