"""A study with some trials hidden, as a base sampler is shown it.

Optuna's samplers read trials through ``Study._get_trials``; its own Hyperband pruner hides trials
in the same way.
"""

from __future__ import annotations

from itertools import chain, compress, repeat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container

    import numpy.typing as npt
    from optuna import Study
    from optuna.trial import FrozenTrial, TrialState


class StudyView:
    """The study, without the trials whose flag is False; trials beyond the flags are shown.

    Args:
        study: The study.
        visible: Flags of the trials by number.
        is_recent: The trials that Optuna has read for the running trial are new enough, also where
            a sampler asks for those that others began since: a database is not asked again.
    """

    def __init__(
        self, study: Study, visible: npt.NDArray[Any], *, is_recent: bool = False
    ) -> None:
        self._study, self._visible, self._is_recent = study, visible.tolist(), is_recent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    @property
    def trials(self) -> list[FrozenTrial]:
        """Visible trials, copied."""
        return self.get_trials()

    def get_trials(
        self, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        """Visible trials."""
        return self._get_trials(deepcopy, states)

    def _get_trials(
        self,
        deepcopy: bool = True,
        states: Container[TrialState] | None = None,
        use_cache: bool = False,
    ) -> list[FrozenTrial]:
        use_cache = use_cache or self._is_recent
        trials = self._study._get_trials(deepcopy=deepcopy, use_cache=use_cache)
        kept = compress(trials, chain(self._visible, repeat(True)))
        return [t for t in kept if states is None or t.state in states]
