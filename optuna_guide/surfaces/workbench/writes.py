"""The few things that a page may change: the region, the drawer, a follow-up study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.exceptions import DuplicatedStudyError

from optuna_guide.across.next_study import begin_next_study
from optuna_guide.sampling.steering import control
from optuna_guide.store.drawer import read_drawer, save_drawer
from optuna_guide.store.regions import newest_region
from optuna_guide.store.storages import storage_of
from optuna_guide.study import choices
from optuna_guide.surfaces.workbench.arguments import check_numbers, read_region, read_text
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import Distributions
    from optuna_guide.study.reading import Reading
    from optuna_guide.surfaces.workbench.wire import Json


def apply_region(reading: Reading, body: Json, space: Distributions) -> None:
    """Confine the coming trials to ``region``."""
    region = read_region(body.get("region"), space)
    if not region:
        raise Refusal(400, "The region is empty: narrow a parameter, or clear the region.")
    author, comment = read_text(body, "author"), read_text(body, "comment")
    control.apply_region(reading.study, region, author=author, comment=comment, space=space)


def clear_region(reading: Reading, body: Json, space: Distributions) -> None:
    """Take a person's region back."""
    control.clear_region(reading.study, author=read_text(body, "author"))


def pause(reading: Reading, body: Json, space: Distributions) -> None:
    """Leave the coming trials to the base sampler alone."""
    control.pause(reading.study, author=read_text(body, "author"))


def resume(reading: Reading, body: Json, space: Distributions) -> None:
    """Guide again."""
    control.resume(reading.study, author=read_text(body, "author"))


def undo(reading: Reading, body: Json, space: Distributions) -> None:
    """Return to what held before the last change that was not undone yet."""
    if control.undo(reading.study, author=read_text(body, "author")) is None:
        raise Refusal(409, "There is no change left to undo.")


def set_context(reading: Reading, body: Json, space: Distributions) -> None:
    """Say what nobody would choose: ``names``, null = it is found again; and ``how``."""
    names, how = body.get("names"), body.get("how")
    if names is not None and not (isinstance(names, list) and all(type(n) is str for n in names)):
        raise Refusal(400, "names must be a list of parameters and user attributes, or null.")
    choices.set_context(reading.study, names, how=how)


def set_direction(reading: Reading, body: Json, space: Distributions) -> None:
    """Say which way an ``attribute`` is better; null = it is told by the trials again."""
    name = body.get("attribute")
    if not isinstance(name, str):
        raise Refusal(400, "attribute must be the name of a user attribute.")
    choices.set_direction(reading.study, name, body.get("direction"))


def keep(reading: Reading, body: Json, space: Distributions) -> None:
    """Replace what the drawer holds by ``numbers``."""
    numbers = body.get("numbers")
    if not isinstance(numbers, list) or not all(type(n) is int for n in numbers):
        raise Refusal(400, "numbers must be a list of trial numbers.")
    check_numbers(numbers, reading.by_number)
    save_drawer(reading.study, numbers)


def read_kept(reading: Reading) -> list[int]:
    """Trials in the drawer."""
    return [n for n in read_drawer(reading.attributes) if n in reading.by_number]


def follow(
    reading: Reading, body: Json, space: Distributions, suggested: Region
) -> tuple[Study, list[FrozenTrial]]:
    """Create the study ``name``, which goes on from this one, and say which trials to copy.

    The region is ``region``, or what somebody applied, or what is suggested.
    """
    name = read_text(body, "name")
    current = newest_region(reading.attributes)
    region = read_region(body.get("region"), space)
    if not region and current is not None:
        region = current.region
    region = region or suggested
    if not region:
        raise Refusal(409, "There is no region to go on with: apply one first.")
    try:
        return begin_next_study(
            reading.study, region, study_name=name or None, storage=storage_of(reading.study)
        )
    except DuplicatedStudyError as error:
        taken = name or f"{reading.study_name}-next"
        raise Refusal(409, f"There is a study {taken[:200]!r} already: name another.") from error


WRITES: dict[str, Callable[[Reading, Json, Distributions], None]] = {
    "region": apply_region,
    "region/clear": clear_region,
    "region/pause": pause,
    "region/resume": resume,
    "region/undo": undo,
    "kept": keep,
    "context": set_context,
    "direction": set_direction,
}
