"""From candidates to waiting trials: all are checked, then written in order.

Every outcome is told trial by trial: whoever else steers the study may be faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.candidates import Candidate, Experiment
from optuna_guide.experiments.craft import check, read_given
from optuna_guide.experiments.provenance import describe_origin, read_origin
from optuna_guide.experiments.report import Done, Report
from optuna_guide.experiments.values import key_of, ran, read_params
from optuna_guide.store.attributes import StoreError, is_shared
from optuna_guide.store.keys import MOVED
from optuna_guide.store.queue import add_waiting, cancel_waiting
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

MAX_AT_ONCE = 200


def enqueue(
    study: Study,
    what: Experiment | Candidate | Mapping[str, Any] | Iterable[Candidate | Mapping[str, Any]],
    *,
    parent: int | FrozenTrial | None = None,
    target: str | int | None = None,
    author: str | None = None,
    comment: str | None = None,
    again: bool = False,
) -> Report:
    """Enqueue trials; the next free workers run them, in this order.

    All of them are checked before the first is written: an impossible value would end a worker.
    Each carries who asked, why, its parent and what was expected in its user attributes ``parent``
    and ``guide:experiment``.

    Args:
        study: The study.
        what: What `create_ablations` or `create_variations` made, or parameters and values.
        parent: The trial that parameters and values are made from.
        target: What is expected of parameters and values; the first objective by default.
        author: Who asks.
        comment: Why.
        again: Whether what was tried already, or waits, is run once more; repeats always are.

    Returns:
        The trials that wait now, and what was left out and why.

    Raises:
        ValueError: If a value cannot be run, or there are more than 200: nothing is written.
        StoreError: If the storage cannot be written; the message says which trials wait already.
    """
    basis = read_basis(study, what.target if isinstance(what, Experiment) else target)
    wanted = _candidates(basis, what, parent, is_shared(study))
    steps: list[Done] = []
    seen = dict(basis.known)
    for candidate in wanted:
        key = key_of(candidate.internal)
        if key in seen and not again and candidate.kind != "repeat":
            at = seen[key][0]
            how = f"trial {at} has these values" if at >= 0 else "it comes twice"
            steps.append(Done(None, candidate.change, how, is_done=False))
            continue
        seen.setdefault(key, (-1,))
        attributes = describe_origin(candidate, basis.target, author, comment)
        try:
            number = add_waiting(study, candidate.params, attributes)
        except StoreError as error:
            raise StoreError(f"{error} {_so_far(steps)}") from error
        steps.append(Done(number, candidate.change, "enqueued"))
    return _without_twins(study, basis, Report(tuple(steps)), again)


def check_count(n: int) -> None:
    """Refuse numbers of trials that nobody wants at once.

    Raises:
        ValueError: If ``n`` is no whole number from 1 to 200.
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_AT_ONCE:
        raise ValueError(f"n is a number of trials from 1 to {MAX_AT_ONCE}, not {n!r}.")


def _candidates(
    basis: Basis, what: Any, parent: int | FrozenTrial | None, shared: bool
) -> list[Candidate]:
    """Everything that is to run, checked against the study as it is now."""
    if isinstance(what, Experiment):
        what = what.candidates
    listed = [what] if isinstance(what, Candidate | Mapping) else list(what)
    if not listed:
        raise ValueError("There is nothing to enqueue.")
    if len(listed) > MAX_AT_ONCE:
        raise ValueError(f"At most {MAX_AT_ONCE} trials are enqueued at once, not {len(listed)}.")
    found: list[Candidate] = []
    problems: list[str] = []
    for place, one in enumerate(listed, start=1):
        if isinstance(one, Candidate):
            wrong, _ = read_given(basis, one.params, shared)
            found.append(one)
        else:
            checked = check(basis, one, parent, shared)
            wrong = list(checked.problems)
            found += [] if checked.candidate is None else [checked.candidate]
        which = f"{place}. " if len(listed) > 1 else ""
        problems += [f"{which}{problem.text}" for problem in wrong]
    if problems:
        raise ValueError(f"Nothing was enqueued. {' '.join(problems)}")
    return found


def _without_twins(study: Study, basis: Basis, report: Report, again: bool) -> Report:
    """Take back what somebody else enqueued at the same moment, a little earlier."""
    if again:
        return report
    before = set(basis.snapshot.by_number)
    others: dict[Any, int] = {}
    mine = set(report.numbers)
    steps = list(report.steps)
    for trial in read_snapshot(study).trials:
        if trial.number in before or not ran(trial):
            continue
        key = key_of(read_params(trial, basis.space))
        if trial.number not in mine:
            others.setdefault(key, trial.number)
            continue
        origin = read_origin(trial)
        is_repeat = origin is not None and origin.kind == "repeat"
        if key in others and not is_repeat and cancel_waiting(study, trial, MOVED) == "done":
            place = next(k for k, s in enumerate(steps) if s.number == trial.number)
            outcome = f"trial {others[key]}, enqueued at the same time, has these values"
            steps[place] = Done(None, steps[place].text, outcome, is_done=False)
    return Report(tuple(steps))


def _so_far(steps: Sequence[Done]) -> str:
    numbers = [str(s.number) for s in steps if s.is_done]
    return f"Enqueued before: {', '.join(numbers)}." if numbers else "Nothing was enqueued."
