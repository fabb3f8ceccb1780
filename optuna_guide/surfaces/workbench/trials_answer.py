"""The columns as they are sent to a page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.store.keys import CANCELLED, OWN
from optuna_guide.study import standing
from optuna_guide.study.attribute_directions import is_size
from optuna_guide.study.columns import Codes
from optuna_guide.study.provenance import name_makers
from optuna_guide.study.trial_values import STATES
from optuna_guide.surfaces.workbench.arguments import range_json
from optuna_guide.surfaces.workbench.wire import column
from optuna_guide.words.layers import describe_scale, find_stacks, kind_of, letters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import numpy.typing as npt

    from optuna_guide.domain.cells import Cells
    from optuna_guide.study.columns import Columns
    from optuna_guide.surfaces.workbench.wire import Json

NO_CELL = 255  # code of a trial in no cell
CANCELLED_BY = "cancelled by"  # who took a trial back before it ran
MAX_LABELS = 50  # different texts of an attribute
NUMBERS = (
    "number", "state", "generation", "parent", "rung", "version", "last_step", "last_value",
)  # fmt: skip


def tag_of(columns: Columns) -> str:
    """Tells whether a page has the same rows."""
    return f"{columns.epoch}-{columns.tag}"


def answer(columns: Columns, study: Json, after: int, later: Collection[str] = ()) -> Json:
    """The rows from ``after`` on, all of them where that is 0; the format of ``/trials``.

    What hangs on all trials is sent of all of them: feasibility, batches, brackets, ranks, cells.

    Args:
        columns: The trials.
        study: What the page knows the study by.
        after: First row that is sent.
        later: Parameters that are left out.
    """
    rows = slice(after, None)

    def send(values: npt.NDArray[Any]) -> Json:
        return column(values[rows])

    def send_codes(codes: Codes) -> Json:
        kind = np.uint8 if len(codes.labels) <= 256 else np.int32
        return {"labels": codes.labels, "codes": send(codes.codes.astype(kind))}

    return {
        "study": study,
        "tag": tag_of(columns),
        "n": len(columns),
        "from": after,
        "settled": columns.settled,
        "params": [
            _send_param(columns, name, rows) for name in columns.space if name not in later
        ],
        "later": [place for place, name in enumerate(columns.space) if name in later],
        "blocks": _blocks(columns.space),
        "targets": [_send_target(columns, about, rows) for about in columns.targets()],
        "default_target": columns.default_target,
        "states": STATES,
        **{name: send(columns.numbers[name]) for name in NUMBERS},
        "feasible": column((standing.violations(columns) <= 0).astype(np.uint8)),
        "batch": column(standing.batches(columns)),
        "bracket": column(standing.brackets(columns)),
        "decision": send_codes(_with_startup(columns)),
        "sampler": send_codes(_samplers(columns)),
        "labels": [
            {"name": name, "is_context": name in columns.contexts.texts, **send_codes(codes)}
            for name, codes in _labels(columns).items()
            if len(codes.labels) - 1 <= MAX_LABELS
        ],
        "contexts": {
            "names": columns.contexts.names,
            "chosen": columns.choice is not None,
            "how": None if columns.choice is None else columns.choice.how,
        },
    }


def later(columns: Columns, places: Iterable[int]) -> Json:
    """All rows of the parameters at some places; the format of ``/params``."""
    names = list(columns.space)
    rows = slice(None)
    params = [_send_param(columns, names[place], rows) for place in places]
    return {"tag": tag_of(columns), "params": params}


def _send_param(columns: Columns, name: str, rows: slice) -> Json:
    return {
        **_describe(name, columns.space[name]),
        "values": column(_compact(columns, name)[rows]),
        "cells": _send_cells(standing.cells(columns, name)),
    }


def _send_target(columns: Columns, about: Json, rows: slice) -> Json:
    found = standing.read_standing(columns, about)
    values = found.values
    return {
        **about,
        "title": found.title,
        "constrained": standing.ranks_behind(columns, about),
        "is_size": about["kind"] == "attribute"
        and is_size(about["name"], columns.target_values(about)),
        "values": column(values if found.hangs_on_others else values[rows]),
        "rank": column(found.ranks),
        "reach": _reach(values[columns.usable & np.isfinite(values)], about),
        "cells": _send_cells(standing.target_cells(columns, about, values)),
    }


def _labels(columns: Columns) -> dict[str, Codes]:
    """What trials can be filtered and grouped by: contexts, then other texts."""
    contexts = columns.contexts.texts
    found = {name: Codes().extended(0, texts.tolist()) for name, texts in contexts.items()}
    others = {n: codes for n, codes in columns.labels.items() if n not in contexts}
    cancelled = others.pop(CANCELLED, None)
    if cancelled is not None:
        others.setdefault(CANCELLED_BY, cancelled)
    return {**found, **{n: codes for n, codes in others.items() if not n.startswith(OWN)}}


def _reach(values: npt.NDArray[Any], about: Json) -> tuple[float, float] | None:
    """Values that are drawn as they are; the worse ones stand at the edge. None without any."""
    if not len(values):
        return None
    drawn = clip_outliers(values, about["direction"])
    return float(drawn.min()), float(drawn.max())


def _send_cells(cells: Cells) -> Json:
    """Cells of all trials."""
    return {
        "labels": cells.labels,
        "codes": column(np.where(cells.codes < 0, NO_CELL, cells.codes).astype(np.uint8)),
        "ranges": [range_json(held) for held in cells.ranges],
    }


def _with_startup(columns: Columns) -> Codes:
    """Decisions, where trials before the first mark of a sampler were its startup."""
    marked = np.flatnonzero(columns.marks.codes > 0)
    first = int(marked[0]) if len(marked) else 0
    codes = columns.decisions.codes
    blank = np.flatnonzero(codes[:first] == 0)
    if not len(blank):
        return columns.decisions
    labels = columns.decisions.labels
    if "startup" not in labels:
        labels = (*labels, "startup")
    codes = codes.copy()
    codes[blank] = labels.index("startup")
    return Codes(labels, codes)


def _samplers(columns: Columns) -> Codes:
    """Who made each trial: what is recorded there, or was watched, or left its mark."""
    told = np.array(columns.marks.labels, dtype=object)[columns.marks.codes]
    is_told = columns.is_recorded | (columns.watched == "")
    names = np.where(is_told, told, columns.watched)
    decisions = _with_startup(columns)
    kinds = np.array(decisions.labels, dtype=object)[decisions.codes]
    return Codes().extended(0, name_makers(names.tolist(), kinds.tolist()))


def _compact(columns: Columns, name: str) -> npt.NDArray[Any]:
    """Indices of choices and small integers fit into single precision."""
    distribution = columns.space[name]
    small = (
        isinstance(distribution, IntDistribution)
        and max(abs(distribution.low), abs(distribution.high)) < 2**24
    )
    if small or isinstance(distribution, CategoricalDistribution):
        return columns.params[name].astype(np.float32)
    return columns.params[name]


def _describe(name: str, distribution: BaseDistribution) -> Json:
    scale = describe_scale(distribution)
    if "choices" in scale:
        scale["letters"] = letters(scale["choices"])
    return {"name": name, **scale}


def _blocks(space: Mapping[str, BaseDistribution]) -> list[str | Json]:
    """Parameters in their order, those that are repeated as a stack."""
    found = find_stacks({name: kind_of(distribution) for name, distribution in space.items()})
    return [item if isinstance(item, str) else asdict(item) for item in found]
