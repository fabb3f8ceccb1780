"""What a page may do to the queue of a study: enqueue, cancel, reorder, stop, fail.

Each answer says what was done, trial by trial: a worker may be faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.experiments import enqueueing, steer
from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.candidates import Experiment, make_candidates
from optuna_guide.experiments.repeats import repeat as make_repeats
from optuna_guide.experiments.report import Report
from optuna_guide.surfaces.workbench.arguments import check_numbers, read_text
from optuna_guide.surfaces.workbench.experiments import as_told
from optuna_guide.surfaces.workbench.what_if import read_configuration
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna_guide.experiments.candidates import Candidate
    from optuna_guide.experiments.values import Params
    from optuna_guide.study.reading import Reading
    from optuna_guide.surfaces.workbench.wire import Json

KINDS = ("ablation", "path", "variation", "crafted")


def enqueue(reading: Reading, body: Json) -> Report:
    """Enqueue the configurations in ``trials``, made from ``parent``; all of them, or none."""
    kind, listed = body.get("kind", "crafted"), body.get("trials")
    if kind not in KINDS:
        raise Refusal(400, f"kind must be one of {', '.join(KINDS)}.")
    if not isinstance(listed, list) or not 0 < len(listed) <= enqueueing.MAX_AT_ONCE:
        raise Refusal(400, f"trials must be 1 to {enqueueing.MAX_AT_ONCE} configurations.")
    basis = _basis(reading, body)
    parent = None if body.get("parent") is None else _number(reading, body, "parent")
    wanted = [read_configuration(one, basis.space) for one in listed]
    return enqueueing.enqueue(
        reading.study,
        _what(basis, kind, parent, wanted),
        parent=parent,
        target=basis.target,
        author=read_text(body, "author"),
        comment=read_text(body, "comment"),
        again=_flag(body, "again"),
    )


def repeat(reading: Reading, body: Json) -> Report:
    """Run ``trial`` again, ``n`` times."""
    n = body.get("n")
    if type(n) is not int:
        raise Refusal(400, "n must be a number of trials.")
    made = make_repeats(_basis(reading, body), _number(reading, body, "trial"), n)
    return enqueueing.enqueue(reading.study, made, author=read_text(body, "author"))


def cancel(reading: Reading, body: Json) -> Report:
    """Take waiting trials back."""
    return steer.cancel_trials(
        reading.study, _numbers(reading, body), author=read_text(body, "author")
    )


def reorder(reading: Reading, body: Json) -> Report:
    """Let waiting trials run first."""
    return steer.reorder_queue(reading.study, _numbers(reading, body))


def stop(reading: Reading, body: Json) -> Report:
    """Ask the workers to end after the trial at hand."""
    steer.stop(reading.study, author=read_text(body, "author"))
    return Report(())


def fail(reading: Reading, body: Json) -> Report:
    """Fail a trial whose worker is dead."""
    trial, sure = _number(reading, body, "trial"), _flag(body, "sure")
    return steer.fail_trial(reading.study, trial, sure=sure)


def _what(
    basis: Basis, kind: Any, parent: int | None, wanted: list[Params]
) -> Experiment | list[Candidate | dict[str, Any]]:
    """What is crafted is told to Optuna as it came, and settled there; the rest was made here."""
    if kind == "crafted" or parent is None:
        return [as_told(params, basis.space) for params in wanted]
    made = make_candidates(basis, kind, parent, [(params, None) for params in wanted])
    return Experiment(
        kind=kind,
        parent=parent,
        value=basis.values.get(parent, float("nan")),
        target=basis.target,
        direction=basis.goal.direction,
        candidates=tuple(made),
    )


def _basis(reading: Reading, body: Json) -> Basis:
    return read_basis(reading, read_text(body, "target"))


def _number(reading: Reading, body: Json, name: str) -> int:
    number = body.get(name)
    if type(number) is not int:
        raise Refusal(400, f"{name} must be the number of a trial.")
    check_numbers([number], reading.by_number)
    return number


def _numbers(reading: Reading, body: Json) -> list[int]:
    numbers = body.get("numbers")
    if not isinstance(numbers, list) or not all(type(n) is int for n in numbers):
        raise Refusal(400, "numbers must be a list of trial numbers.")
    check_numbers(numbers, reading.by_number)
    return numbers


def _flag(body: Json, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Refusal(400, f"{name} must be true or false.")
    return value


QUEUEING: dict[str, Callable[[Reading, Json], Report]] = {
    "experiments/enqueue": enqueue,
    "experiments/repeat": repeat,
    "experiments/cancel": cancel,
    "experiments/reorder": reorder,
    "experiments/stop": stop,
    "experiments/fail": fail,
}
