"""`GuideCallback`: keeps a study's guidance up to date while its trials run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.domain.parsing import as_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial, Trial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.how import How
    from optuna_guide.guidance import Guidance, NotReady
    from optuna_guide.keeping.keeper import Keeper
    from optuna_guide.keeping.refit import Publish


class GuideCallback:
    """Refits the guidance of a study as its trials end, and publishes it to the dashboard.

    Fits run in a background thread and take about a fiftieth of the elapsed time at most: the
    next trial does not wait. The first fit comes as soon as there are enough trials, the next ones
    at a quarter more each. Of many workers, on any number of machines, one fits and all know.
    Trials that come after the last fit get theirs when the study pauses or none ends for a minute,
    on `wait`, when a ``with`` block ends, or at the end of the program. One line in Optuna's log
    says what is known when suggestions are first shown, and on `wait`. Whatever fails is logged
    once and kept in ``last_error``: trials go on. Which sampler made each trial that ends here is
    kept with the study as well, for `read_exploration`. A `stop` that somebody asked for since the
    run began ends it.

    One object may serve several studies, threads and processes.

    Example::

        study.optimize(objective, n_trials=200, callbacks=[GuideCallback()])

    Args:
        every_n_trials: Refit after so many trials instead of the growing schedule.
        target: What to explain, as in `fit_guidance`; the objective by default.
        direction: Which way a user attribute is better.
        context: What nobody would choose, such as the data set, as in `fit_guidance`. It is kept
            with each study that is watched, as by `set_context`.
        how: How values are given within the context.
        seed: For whatever is random in the fit.
        publish: Whether to publish panels to the stock dashboard; or a function that shows a new
            guidance of a study in another way, and can be pickled where the callback is.

    Raises:
        ValueError: If ``every_n_trials`` is not positive.
    """

    def __init__(
        self,
        every_n_trials: int | None = None,
        *,
        target: str | int | None = None,
        direction: Direction | None = None,
        context: str | Sequence[str] | None = None,
        how: How | None = None,
        seed: int | None = None,
        publish: bool | Publish = True,
    ) -> None:
        if every_n_trials is not None and every_n_trials < 1:
            raise ValueError(f"every_n_trials must be at least 1, not {every_n_trials!r}.")
        self._settings: dict[str, Any] = {
            "every_n_trials": every_n_trials,
            "asked": (target, direction),
            "context": None if context is None else as_names(context),
            "how": how,
            "seed": seed,
            "publish": publish,
        }

    def __getstate__(self) -> dict[str, Any]:
        return {"_settings": self._settings}

    @property
    def _keeper(self) -> Keeper:
        """What does the work: made when it is first needed, once for all threads."""
        made: Keeper | None = vars(self).get("_made")
        if made is None:
            from optuna_guide.keeping.keeper import Keeper

            made = vars(self).setdefault("_made", Keeper(**self._settings))
        return made

    def __call__(self, study: Study, trial: FrozenTrial) -> None:
        """Note that a trial ended, and end the run if somebody asked for it; Optuna calls this."""
        self._keeper.note(study, trial.number)
        self._keeper.obey(study, trial)

    def update(self, study: Study, trial: Trial | FrozenTrial | None = None) -> None:
        """Note that a trial ended, under ask and tell, where Optuna calls no callbacks.

        Args:
            study: The study.
            trial: The trial; only where it is given can its sampler be recorded.
        """
        self._keeper.note(study, None if trial is None else trial.number)

    @property
    def guidance(self) -> Guidance | NotReady | None:
        """The newest that is known; None before the first fit."""
        return self._keeper.guidance

    @property
    def last_error(self) -> Exception | None:
        """What failed last; None where nothing did."""
        return self._keeper.last_error

    def wait(self, timeout: float | None = None) -> Guidance | NotReady | None:
        """Fit every trial that ended so far, now.

        Args:
            timeout: Seconds to wait for a fit that is under way, here or in another worker.

        Returns:
            The newest guidance that is known.
        """
        return self._keeper.wait(timeout)

    def __enter__(self) -> GuideCallback:
        return self

    def __exit__(self, *error: object) -> None:
        self.wait()
