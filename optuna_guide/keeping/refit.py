"""Bring a study's guidance up to date: load the stored one, or fit it where trials came after."""

from __future__ import annotations

import os
import socket
import time
import uuid
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import optuna

from optuna_guide import store
from optuna_guide.guidance import Guidance, NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from optuna import Study

    from optuna_guide.study.targets import Direction

Asked: TypeAlias = "tuple[str | int | None, Direction | None]"
Fit: TypeAlias = "Callable[[Study, Asked], Guidance | NotReady]"
Publish: TypeAlias = "Callable[[Study, Guidance | NotReady], object]"

_logger = optuna.logging.get_logger("optuna.guide")


def ensure_fresh(
    study: Study,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    seed: int | None = None,
    patience: float = 10.0,
) -> Guidance | NotReady:
    """Guidance that knows every finished trial of a study.

    The stored one where no trial ended after it, else a new fit, which is kept with the study. A
    storage that cannot be written is no obstacle.

    Args:
        study: Any Optuna study.
        target: What to explain. By default what the stored guidance explains, else the objective.
            Another target is fitted but not kept: the workers of the study share one guidance.
        direction: Which way a user attribute is better.
        seed: For whatever is random in the fit; by default it follows from the trials.
        patience: Seconds to wait for another worker that is fitting already.

    Raises:
        ValueError: If the study has no such target.
    """
    return fit_if_stale(study, (target, direction), partial(fit_now, seed=seed), patience)


def fit_if_stale(
    study: Study, asked: Asked, fit: Fit, patience: float = 10.0
) -> Guidance | NotReady:
    """`ensure_fresh` with a fit of one's own."""
    head = store.guidance_head(study)
    if asked == (None, None):
        asked = head.asked if head is not None else asked
    elif head is None or asked != head.asked:
        return fit(study, asked)
    n_finished = count_finished(study)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        guidance = refit_once(
            study, asked=asked, fit=fit, n_known=n_finished, owner=new_owner(), report=_warn
        )
        if guidance is not None:
            return guidance
        time.sleep(0.2)
    return fit(study, asked)


def refit_once(
    study: Study,
    *,
    asked: Asked,
    fit: Fit,
    n_known: int,
    owner: str,
    report: Callable[[Exception], None],
    seconds: float = 120.0,
    publish: Publish | None = None,
) -> Guidance | NotReady | None:
    """The stored guidance if it knows enough trials, else a new one; a single attempt.

    Args:
        study: The study.
        asked: Target and direction to explain; None = the default.
        fit: Fits the study.
        n_known: Finished trials that the guidance has to know.
        owner: Names this worker in its claim.
        report: Told what could not be stored or published; the guidance is returned all the same.
        seconds: When another worker takes this one for dead.
        publish: Shows a new guidance, or why there is none yet, to people; None = nobody is told.

    Returns:
        None where another worker is fitting at the moment.

    Raises:
        ValueError: If the study has no such target.
    """
    stored = _load(study, asked, n_known)
    if stored is not None:
        return stored
    try:
        if not store.claim_refit(study, owner, seconds):
            return None
    except store.StoreError as error:
        report(error)
        return fit(study, asked)
    try:
        stored = _load(study, asked, n_known)  # the previous holder may have fitted it
        return stored or _fit_and_keep(study, asked, fit, report, publish)
    finally:
        with _reporting(report):
            store.release_refit(study, owner)


def fit_now(study: Study, asked: Asked, *, seed: int | None = None) -> Guidance | NotReady:
    """Fit the trials that a study has now; see `fit_guidance`."""
    from optuna_guide.models.pipeline import fit_guidance

    target, direction = asked
    return fit_guidance(study, target=target, direction=direction, seed=seed)


def count_finished(study: Study) -> int:
    """Number of finished trials, whatever their state."""
    return sum(trial.state.is_finished() for trial in study.get_trials(deepcopy=False))


def new_owner() -> str:
    """A name for this worker that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def _load(study: Study, asked: Asked, n_known: int) -> Guidance | None:
    head = store.guidance_head(study)
    if head is None or head.asked != asked or head.n_finished < n_known:
        return None
    return store.load_guidance(study)


def _fit_and_keep(
    study: Study,
    asked: Asked,
    fit: Fit,
    report: Callable[[Exception], None],
    publish: Publish | None,
) -> Guidance | NotReady:
    guidance = fit(study, asked)
    with _reporting(report):
        if isinstance(guidance, Guidance):
            guidance = store.save_guidance(study, guidance, asked=asked)
    with _reporting(report):
        if publish is not None and (guidance or store.guidance_head(study) is None):
            publish(study, guidance)
    return guidance


@contextmanager
def _reporting(report: Callable[[Exception], None]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        report(error)


def _warn(error: Exception) -> None:
    _logger.warning(f"The guidance is not kept with the study: {error}")
