"""Experiments as they go over the wire."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.study.curves import thin_out
from optuna_guide.surfaces.workbench.wire import number
from optuna_guide.words.experiments import interactions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.experiments.candidates import Candidate, Experiment
    from optuna_guide.experiments.children import Child, Family
    from optuna_guide.experiments.path import Path
    from optuna_guide.experiments.queue import Queue, QueuedTrial
    from optuna_guide.experiments.report import Report
    from optuna_guide.surfaces.workbench.wire import Json

MAX_POINTS = 60  # of a spark line


def experiment_json(made: Experiment) -> Json:
    """Candidates that were made from a trial."""
    return {
        "kind": made.kind,
        "parent": made.parent,
        "value": made.value,
        "target": made.target,
        "direction": made.direction,
        "candidates": [candidate_json(candidate) for candidate in made.candidates],
        "left_out": list(made.say_left_out()),
        "notes": list(made.notes),
    }


def candidate_json(candidate: Candidate) -> Json:
    """A trial that could be run."""
    return {
        "kind": candidate.kind,
        "params": _params_json(candidate.internal),
        "change": candidate.change,
        "changes": [asdict(change) for change in candidate.changes],
        "forecast": None if candidate.forecast is None else asdict(candidate.forecast),
        "untold": candidate.untold,
        "tried": list(candidate.tried),
        "size": dict(candidate.size),
        "verdict": candidate.verdict,
        "is_new": candidate.verdict == "new",
        "merit": candidate.merit,
        "warnings": list(candidate.warnings),
    }


def path_json(path: Path) -> Json:
    """The way from the defaults to a trial."""
    return {
        "state": "ready",
        "start": {
            "candidate": candidate_json(path.start),
            "value": number(path.start_value),
            "measured": path.start_measured,
        },
        "steps": [
            {
                "names": list(step.names),
                "candidate": candidate_json(step.candidate),
                "value": number(step.value),
                "gain": number(step.gain),
                "measured": step.measured,
            }
            for step in path.steps
        ],
        "interactions": interactions(path),
        "notes": list(path.notes),
    }


def queue_json(queue: Queue) -> Json:
    """What waits and runs."""
    return {
        "waiting": [_queued_json(trial) for trial in queue.waiting],
        "running": [_queued_json(trial) for trial in queue.running],
        "seconds_each": queue.seconds_each,
        "is_watched": queue.is_watched,
        "is_stopping": queue.is_stopping,
        "hints": list(queue.hints),
    }


def family_json(family: Family, sizes: Sequence[str]) -> Json:
    """A trial and all that was made from it."""
    return {
        "parent": family.parent,
        "value": number(family.value),
        "n_same": family.n_same,
        "attributes": dict(family.attributes),
        "sizes": list(sizes),
        "target": family.target,
        "direction": family.direction,
        "children": [_child_json(child) for child in family.children],
        "descendants": [_child_json(child) for child in family.descendants],
        "cancelled": list(family.cancelled),
        "notes": list(family.notes),
    }


def report_json(report: Report) -> Json:
    """What was done, and what was not."""
    return {"steps": [asdict(step) for step in report.steps]}


def _params_json(internal: Mapping[str, float]) -> Json:
    return {name: plain(value) for name, value in internal.items()}


def plain(value: float) -> float | int:
    """A number as it is written: whole ones without a point."""
    return int(value) if value.is_integer() else value


def _queued_json(trial: QueuedTrial) -> Json:
    return {
        "number": trial.number,
        "state": trial.state,
        "parent": trial.parent,
        "text": trial.text,
        "origin": None if trial.origin is None else asdict(trial.origin),
        "curve": _curve_json(trial.curve),
        "progress": trial.progress,
        "seconds": trial.seconds,
        "is_silent": trial.is_silent,
    }


def _child_json(child: Child) -> Json:
    return {
        "number": child.number,
        "parent": child.parent,
        "state": child.state,
        "params": _params_json(child.internal),
        "change": child.change,
        "changes": [asdict(change) for change in child.changes],
        "origin": None if child.origin is None else asdict(child.origin),
        "value": number(child.value),
        "delta": None if child.delta is None else asdict(child.delta),
        "as_expected": child.as_expected,
        "n_same": child.n_same,
        "attributes": dict(child.attributes),
        "curve": _curve_json(child.curve),
        "seconds": child.seconds,
        "pruned": None
        if child.pruned is None
        else {"delta": child.pruned.delta, **asdict(child.pruned)},
    }


def _curve_json(curve: Mapping[int, float]) -> Json:
    steps = np.array(sorted(curve), dtype=np.int64)
    kept = steps[thin_out(len(steps), MAX_POINTS)].tolist()
    return {"steps": kept, "values": [number(curve[step]) for step in kept]}
