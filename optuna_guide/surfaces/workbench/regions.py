"""The region of a study as the control panel shows it, and what a proposed one would keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.ranges import Region
from optuna_guide.domain.region import find_inside
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.expectations import expect
from optuna_guide.models.parts import to_parts
from optuna_guide.models.ranges import top_rows
from optuna_guide.store.proposals import newest_proposal, read_proposals
from optuna_guide.store.regions import (
    RegionEntry,
    newest_region,
    read_region_history,
    standing_entries,
)
from optuna_guide.study.next_trial import read_next, read_spans
from optuna_guide.surfaces.workbench.arguments import region_json
from optuna_guide.surfaces.workbench.wire import number
from optuna_guide.words import code, steering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.models.fitting import Models
    from optuna_guide.store.proposals import Proposal
    from optuna_guide.study.next_trial import NextTrial
    from optuna_guide.study.reading import Reading
    from optuna_guide.surfaces.workbench.wire import Json


def describe(
    reading: Reading, space: Mapping[str, BaseDistribution], guidance: Guidance | NotReady
) -> Json:
    """What holds now, what is suggested, what held before, and the lines to paste.

    Args:
        reading: The study.
        space: Declared distributions.
        guidance: Suggests a region, where there is one.
    """
    current = newest_region(reading.attributes)
    entries = read_region_history(reading.attributes)
    proposals = read_proposals(reading.attributes)
    proposal = newest_proposal(reading.attributes)
    ready = guidance if isinstance(guidance, Guidance) else None
    suggested, where = (ready.region, ready.where) if ready else ({}, {})
    in_force = current.region if current is not None and not current.cleared else suggested
    spans = read_spans(reading.trials)
    past = [_entry_json(e, spans) for e in entries] + [_proposal_json(p) for p in proposals]
    current_json = None if current is None or current.cleared else _entry_json(current, spans)
    return {
        "current": current_json,
        "paused": current is not None and current.paused,
        "proposed": None if proposal is None else _proposal_json(proposal),
        "suggested": region_json(suggested),
        "history": sorted(past, key=lambda entry: (entry["at"], entry["version"])),
        "can_undo": bool(standing_entries(reading.attributes)),
        "next": _next_json(read_next(reading), space),
        "code": as_code(in_force, space, where),
    }


def preview(
    models: Models | NotReady, region: Region, space: Mapping[str, BaseDistribution]
) -> Json:
    """What a region would keep: trials, those of the top decile, their median, and predictions.

    Args:
        models: Of the trials, or why there are none.
        region: The region.
        space: Declared distributions that it was made with.
    """
    if isinstance(models, NotReady):
        code = as_code(region, space, {})
        return {"state": "not_ready", "reason": str(models), "code": code}
    table, goal = models.sample.table, models.sample.goal
    inside = find_inside(region, table.names, table.params[goal.rows])
    top = top_rows(goal.loss)
    expected, spread = expect(models, to_parts(region, space, models.sample.space))
    everywhere, _ = expect(models, {})
    n = int(inside.sum())
    return {
        "state": "ready",
        "n": len(inside),
        "n_inside": n,
        "top_share": float(inside[top].mean()),
        "top_inside": float(top[inside].mean()) if n else None,
        "median": number(np.median(goal.values[inside])) if n else None,
        "expected": number(expected),
        "spread": number(spread),
        "everywhere": number(everywhere),
        "code": as_code(region, space, table.branching.where),
    }


def as_code(
    region: Region, space: Mapping[str, BaseDistribution], where: Mapping[str, Region]
) -> str:
    """The ``suggest_*`` lines, narrowed to the region, and where each is asked for."""
    known = {name: part for name, part in region.items() if name in space}
    return code.as_code(known, space, where)


def _next_json(found: NextTrial, space: Mapping[str, BaseDistribution]) -> Json:
    return {
        "kind": found.kind,
        "is_guided": found.is_guided,
        "said": steering.kept_to(found, space),
        "who": steering.who_set(found),
        "at": found.at,
        "since": found.since,
        "advice": steering.how_to_guide(found),
        "running": steering.running(found),
    }


def _entry_json(entry: RegionEntry, spans: Mapping[int, tuple[int, int]]) -> Json:
    return {
        "source": entry.source,
        "author": entry.author,
        "comment": entry.comment,
        "paused": entry.paused,
        "cleared": entry.cleared,
        "restores": entry.restores,
        "at": entry.at,
        "version": entry.version,
        "region": region_json(entry.region),
        "trials": spans.get(entry.version),
    }


def _proposal_json(proposal: Proposal) -> Json:
    comment = f"{proposal.strategy} of {proposal.n_trials} trials. {proposal.reason}".strip()
    return {
        "source": "model",
        "author": None,
        "comment": comment,
        "paused": False,
        "cleared": False,
        "restores": None,
        "at": proposal.at,
        "version": proposal.version,
        "region": region_json(proposal.region),
        "trials": None,
    }
