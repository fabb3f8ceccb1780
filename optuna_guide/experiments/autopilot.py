"""The loop of REMAP by itself, within bounds: ablate the best, vary what carries it, look again.

Every step is told as it is made, and each trial says that the autopilot asked for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna_guide.experiments.ablate import ablate
from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.children import family
from optuna_guide.experiments.enqueueing import check_count, enqueue
from optuna_guide.experiments.repeats import repeat
from optuna_guide.experiments.vary import vary
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.experiments.candidates import Experiment
    from optuna_guide.experiments.children import Child

AUTHOR = "autopilot"
N_REPEATS = 2  # of the first best trial, to see the noise
_POLL = 1.0  # seconds


@dataclass(frozen=True)
class Flight:
    """What an autopilot did.

    Attributes:
        steps: A sentence for each step.
        numbers: The trials that it asked for.
        first: Number of the best trial before.
        last: Number of the best trial after.
    """

    steps: tuple[str, ...]
    numbers: tuple[int, ...]
    first: int
    last: int

    def __str__(self) -> str:
        return "\n".join(self.steps)


def autopilot(
    study: Study,
    *,
    rounds: int = 2,
    n_trials: int = 20,
    run: Callable[[int], object] | None = None,
    timeout: float = 3600.0,
    report: Callable[[str], object] | None = None,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Flight:
    """Ablate the best trial, vary what carries it, and look again, within bounds.

    Each round first ablates the best trial, then varies the parameters whose ablation lost, or was
    pruned. It ends early where no child is better beyond the noise of repeated trials.

    Args:
        study: The study; its workers run the trials.
        rounds: Rounds, at least 1.
        n_trials: Trials of all rounds together, 1 to 200; those that fail or are pruned count.
        run: Called with a number of trials to run them here, such as
            ``lambda n: study.optimize(objective, n_trials=n)``; by default workers run them.
        timeout: Seconds to wait for the workers to run the trials of one step.
        report: Called with each step as it is made.
        target: What is improved: an objective's name or index, or a numeric user attribute.
        direction: Which way a user attribute is better.

    Raises:
        ValueError: If a number is out of its range, or no trial is complete.
        StoreError: If the storage cannot be written.
    """
    check_count(n_trials)
    if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1:
        raise ValueError(f"rounds is a number from 1, not {rounds!r}.")
    first = _read(study, target, direction).best
    if first is None:
        raise ValueError(f"Study {study.study_name!r} has no complete trial to begin with.")
    pilot = _Pilot(study, n_trials, run, timeout, report, target, direction)
    for number in range(1, rounds + 1):
        if not pilot.fly(number, rounds - number + 1):
            break
    else:
        pilot.end("its rounds are over")
    last = pilot.read().best
    return Flight(tuple(pilot.steps), tuple(pilot.numbers), first, first if last is None else last)


class _Pilot:
    """What was done so far, and what may still be."""

    def __init__(
        self,
        study: Study,
        n_left: int,
        run: Callable[[int], object] | None,
        timeout: float,
        report: Callable[[str], object] | None,
        target: str | int | None,
        direction: Direction | None,
    ) -> None:
        self._study, self._n_left = study, n_left
        self._run, self._timeout, self._report = run, timeout, report
        self._asked = (target, direction)
        self.steps: list[str] = []
        self.numbers: list[int] = []

    def read(self) -> Basis:
        """The study as it is now."""
        return _read(self._study, *self._asked)

    def fly(self, round_number: int, rounds_left: int) -> bool:
        """One round; returns whether another one may help."""
        basis = self.read()
        best = basis.best
        if best is None:
            return self.end("there is no complete trial any more")
        if self._n_left < 1:
            return self.end("no trials are left")
        share = self._n_left // rounds_left
        self._say(f"Round {round_number}: trial {best} is the best, {basis.values[best]:.6g}.")
        if not family(basis, best).noise.df and share > N_REPEATS + 1:
            if not self._ask(repeat(basis, best, N_REPEATS), "repeat it, to see the noise"):
                return False
            share -= N_REPEATS
        made = ablate(basis, best)
        untried = [k for k, candidate in enumerate(made.candidates) if not candidate.tried]
        n = min(max(1, share // 2), len(untried))
        if not self._ask(made.take(*untried[:n]), "ablate it"):
            return False
        carriers = self._carriers(best)
        if not carriers and n < len(untried):
            self._say("No choice that was ablated so far carries it beyond noise.")
            return True
        if not carriers:
            return self.end("no choice of it carries it beyond noise")
        self._say(f"What carries it: {', '.join(carriers)}.")
        left = share - n
        if left < 1:
            return self.end("no trials are left for variations")
        varied = vary(self.read(), best, left, params=carriers)
        if not self._ask(varied, "vary what carries it"):
            return False
        return (not varied.candidates and n < len(untried)) or self._has_gained(best)

    def _carriers(self, best: int) -> list[str]:
        """Parameters whose ablation lost, beyond noise where that is known, or was pruned."""
        basis = self.read()
        return [
            child.changes[0].name
            for child in family(basis, best).children
            if child.origin is not None and child.origin.kind == "ablation" and child.changes
            if _has_lost(child, 1.0 if basis.maximised else -1.0)
        ]

    def _has_gained(self, best: int) -> bool:
        found = family(self.read(), best)
        better = [c for c in found.children if c.delta and c.delta.verdict == "better"]
        if better:
            numbers = ", ".join(str(c.number) for c in better)
            self._say(f"Better than trial {best} beyond noise: {numbers}.")
            return True
        if not found.noise.df and self.read().best != best:
            return True
        return self.end("no child is better beyond noise")

    def _ask(self, made: Experiment, what: str) -> bool:
        """Enqueue candidates, and wait for them; returns whether they ended."""
        made = made.take(*range(min(len(made), self._n_left)))
        if not made.candidates:
            self._say(f"To {what}, nothing is left that was not tried.")
            return True
        done = enqueue(self._study, made, author=AUTHOR, comment=what)
        self.numbers += done.numbers
        self._n_left -= len(done.numbers)
        shown = ", ".join(map(str, done.numbers)) or "none, all were tried"
        trials = "trial" if len(done.numbers) == 1 else "trials"
        self._say(f"To {what}: {trials} {shown}.")
        if self._run is not None:
            self._run_here(self._run, done.numbers)
        return self._wait(done.numbers)

    def _run_here(self, run: Callable[[int], object], numbers: Sequence[int]) -> None:
        """Run them; what waited before them runs first."""
        left, n_ended = self._progress(numbers)
        while left:
            run(len(left))
            before = n_ended
            left, n_ended = self._progress(numbers)
            if n_ended == before:  # it runs nothing: perhaps workers do
                return

    def _wait(self, numbers: Sequence[int]) -> bool:
        until = time.monotonic() + self._timeout
        while left := self._progress(numbers)[0]:
            if time.monotonic() >= until:
                shown = ", ".join(map(str, left))
                return self.end(f"trials {shown} did not end within {self._timeout:.0f} s")
            time.sleep(min(_POLL, max(0.0, until - time.monotonic())))
        return True

    def _progress(self, numbers: Sequence[int]) -> tuple[list[int], int]:
        """Those of them that have not ended, and how many trials of the study have."""
        trials = read_snapshot(self._study).trials
        unfinished = {t.number for t in trials if not t.state.is_finished()}
        return sorted(unfinished.intersection(numbers)), len(trials) - len(unfinished)

    def _say(self, sentence: str) -> None:
        self.steps.append(sentence)
        if self._report is not None:
            self._report(sentence)

    def end(self, why: str) -> bool:
        self._say(f"The autopilot ends: {why}.")
        return False


def _has_lost(child: Child, sign: float) -> bool:
    if child.state == "pruned":
        return child.pruned is None or child.pruned.lost
    if child.delta is None or child.delta.verdict not in ("worse", "unknown"):
        return False
    return sign * child.delta.value < 0


def _read(study: Study, target: str | int | None, direction: Direction | None) -> Basis:
    return read_basis(study, target, direction=direction)
