"""Bring a study's guidance up to date: load the stored one, or fit it where trials came after."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import optuna

from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.store.attributes import StoreError, read_attributes
from optuna_guide.store.choices import choices_mark
from optuna_guide.store.claims import claim_refit, is_lost, keep_claim, new_owner, release_refit
from optuna_guide.store.versions import (
    current_head,
    decode_guidance,
    guidance_head,
    last_asked,
    save_guidance,
)
from optuna_guide.study.choices import choose_context
from optuna_guide.study.snapshot import Snapshot, read_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.how import How

Asked: TypeAlias = "tuple[str | int | None, Direction | None]"
Fit: TypeAlias = "Callable[[Snapshot, Asked], Guidance | NotReady]"
Publish: TypeAlias = "Callable[[Study, Guidance | NotReady], object]"

_logger = optuna.logging.get_logger("optuna.guide")


def fit_now(snapshot: Snapshot, asked: Asked, *, seed: int | None = None) -> Guidance | NotReady:
    """Fit the trials of a snapshot; see `fit_guidance`."""
    from optuna_guide.models.pipeline import fit_table
    from optuna_guide.study.table import read_trials

    target, direction = asked
    return fit_table(read_trials(snapshot), target=target, direction=direction, seed=seed)


def ensure_fresh(
    study: Study,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    context: str | Sequence[str] | None = None,
    how: How | None = None,
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
        context: As in `fit_guidance`. Another one than that of the study is fitted but not kept;
            `set_context` keeps one.
        how: How values are given within the context.
        seed: For whatever is random in the fit; by default it follows from the trials.
        patience: Seconds to wait for another worker that is fitting already.

    Raises:
        ValueError: If the study has no such target or context.
    """
    fit = partial(fit_now, seed=seed)
    return read_fresh(
        study,
        target=target,
        direction=direction,
        context=context,
        how=how,
        fit=fit,
        patience=patience,
    )[1]


def read_fresh(
    study: Study,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    context: str | Sequence[str] | None = None,
    how: How | None = None,
    fit: Fit = fit_now,
    patience: float = 10.0,
) -> tuple[Snapshot, Guidance | NotReady]:
    """A study at one moment, and the guidance of its trials at that moment.

    The arguments are those of `ensure_fresh`; ``fit`` fits a snapshot.
    """
    deadline = time.monotonic() + patience
    while True:
        snapshot = read_snapshot(study)
        kept_mark = choices_mark(snapshot.attributes)
        snapshot = choose_context(snapshot, context, how)
        head = current_head(snapshot.attributes)
        asked: Asked = (target, direction)
        if choices_mark(snapshot.attributes) != kept_mark:
            return snapshot, fit(snapshot, asked)
        if asked == (None, None):
            asked = last_asked(snapshot.attributes)
        elif head is None or asked != head.asked:
            return snapshot, fit(snapshot, asked)
        found = refit_once(
            study,
            snapshot,
            asked=asked,
            fit=fit,
            owner=new_owner(),
            report=_warn,
        )
        if found is not None:
            return found
        if time.monotonic() >= deadline:
            return snapshot, fit(snapshot, asked)
        time.sleep(0.2)


def read_stored(
    study: Study,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    context: str | Sequence[str] | None = None,
    how: How | None = None,
) -> tuple[Snapshot, Guidance | NotReady]:
    """A study at one moment, and its guidance as it is stored: nothing is written.

    Trials may have ended after it. Where none of this target and context is stored, the trials are
    fitted. The arguments are those of `ensure_fresh`.

    Raises:
        ValueError: If the study has no such target.
    """
    snapshot = read_snapshot(study)
    kept_mark = choices_mark(snapshot.attributes)
    snapshot = choose_context(snapshot, context, how)
    asked: Asked = (target, direction)
    if asked == (None, None):
        asked = last_asked(snapshot.attributes)
    is_kept = choices_mark(snapshot.attributes) == kept_mark
    stored = _stored(snapshot, asked, 0) if is_kept else None
    return snapshot, stored or fit_now(snapshot, asked)


def read_newest(study: Study) -> tuple[Snapshot, Guidance | NotReady]:
    """A study at one moment, and guidance that knows every finished trial: nothing is written.

    The stored one where it knows them all, else a new fit of the target that it explains.
    """
    snapshot = read_snapshot(study)
    asked: Asked = last_asked(snapshot.attributes)
    return snapshot, _stored(snapshot, asked, None) or fit_now(snapshot, asked)


def refit_once(
    study: Study,
    snapshot: Snapshot,
    *,
    asked: Asked,
    fit: Fit,
    owner: str,
    report: Callable[[Exception], None],
    n_known: int | None = None,
    publish: Publish | None = None,
) -> tuple[Snapshot, Guidance | NotReady] | None:
    """The stored guidance if it knows enough trials, else a new one; a single attempt.

    Args:
        study: The study.
        snapshot: What was read of it.
        asked: Target and direction to explain; None = the default.
        fit: Fits a snapshot.
        owner: Names this worker in its claim.
        report: Told what could not be stored or published; the guidance is returned all the same.
        n_known: Finished trials that the guidance has to know; None = all.
        publish: Shows a new guidance, or why there is none yet, to people; None = nobody is told.

    Returns:
        The snapshot that the guidance belongs to, and the guidance; None where another worker is
        fitting at the moment.

    Raises:
        ValueError: If the study has no such target.
    """
    stored = _stored(snapshot, asked, n_known)
    if stored is not None:
        return snapshot, stored
    try:
        if not claim_refit(study, owner):
            return None
    except StoreError as error:
        report(error)
        return snapshot, fit(snapshot, asked)
    try:
        with keep_claim(study, owner):
            snapshot = read_snapshot(study)  # the previous holder may have fitted it
            stored = _stored(snapshot, asked, n_known)
            if stored is not None:
                return snapshot, stored
            found = fit(snapshot, asked)
            if isinstance(found, Guidance):
                with _reporting(report):
                    attributes = read_attributes(study)
                    if is_lost(attributes, owner):
                        return None
                    newer = _overtaking(attributes, snapshot, found, asked)
                    if newer is not None:
                        return snapshot, newer
                    mark = choices_mark(snapshot.attributes)
                    found = save_guidance(study, found, asked=asked, choices=mark)
                with _reporting(report):
                    keep_checks(study, snapshot, found)
            with _reporting(report):
                if publish is not None and (found or guidance_head(study) is None):
                    publish(study, found)
            return snapshot, found
    finally:
        with _reporting(report):
            release_refit(study, owner)


def _stored(snapshot: Snapshot, asked: Asked, n_known: int | None) -> Guidance | None:
    """What is stored, where it knows enough trials and none that is gone."""
    head = current_head(snapshot.attributes)
    if head is None or head.asked != asked:
        return None
    n = snapshot.n_finished
    is_fresh = (n if n_known is None else n_known) <= head.n_finished <= n
    return decode_guidance(snapshot.attributes) if is_fresh else None


def _overtaking(
    attributes: Mapping[str, Any], snapshot: Snapshot, found: Guidance, asked: Asked
) -> Guidance | None:
    """What another worker stored since a snapshot, where it knows as much as what was found.

    So it is where this one was cut off or stood still until its claim had ended.
    """
    before = current_head(snapshot.attributes)
    head = current_head(attributes)
    if head is None or head.asked != asked or head.n_finished < found.n_finished:
        return None
    is_new = before is None or head.version > before.version
    return decode_guidance(attributes) if is_new else None


def keep_checks(study: Study, snapshot: Snapshot, guidance: Guidance) -> None:
    """Keep with a study which checks of the search were flagged beside a stored guidance.

    Raises:
        StoreError: If the storage cannot be written.
    """
    from optuna_guide.analysis.diagnostics import check_search, flagged
    from optuna_guide.store.checks import save_flagged
    from optuna_guide.study.exploration import explore

    found = flagged(check_search(explore(snapshot), guidance))
    save_flagged(study, snapshot.attributes, guidance.version, found)


@contextmanager
def _reporting(report: Callable[[Exception], None]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        report(error)


def _warn(error: Exception) -> None:
    _logger.warning(f"The guidance is not kept with the study: {error}")
