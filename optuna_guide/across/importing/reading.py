"""From a table to trials: what each column is, and why; nothing is written yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.across.importing.columns import (
    Values,
    as_distribution,
    holds_secrets,
    read_values,
)
from optuna_guide.across.importing.files import flatten
from optuna_guide.across.importing.layouts import Role, Told, find_layout
from optuna_guide.study.attribute_directions import is_cost
from optuna_guide.study.provenance import GENERATION

if TYPE_CHECKING:
    import pandas as pd
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.direction import Direction

MAX_ROWS = 20_000
_LESS = re.compile(
    r"perplexity|(?:^|[^a-z])(?:ppl|nll|wer|cer|fid|regret|logloss|rmsle|runtime)(?:$|[^a-z])"
)
_MORE = re.compile(
    r"accuracy|precision|recall|reward|(?:^|[^a-z])(?:acc|auc|auroc|f1|bleu|rouge|score|map|r2|iou"
    r"|dice|return|ndcg|mrr|psnr|ssim)(?:$|[^a-z0-9]|\d)"
)
_SIZES = re.compile(r"size$")  # of a batch or a layer is chosen, that of a model results
_PARENTS = re.compile(r"parent(?:_?(?:id|trial|trial_id|number|run|run_id))?")
_OBJECTIVES = re.compile(r"^(?:value|objective|target|metric|y)$")


@dataclass(frozen=True)
class ImportedColumn:
    """How one column is read.

    Attributes:
        column: Its name in the table.
        name: Its name in the study.
        role: What it is.
        why: How its values are read, or why they are left out.
        distribution: Of a parameter.
        is_observed: Whether nobody declared the parameter's bounds.
    """

    column: str
    name: str
    role: Role | Literal["objective", "context"]
    why: str
    distribution: BaseDistribution | None = None
    is_observed: bool = False


@dataclass(frozen=True, eq=False)
class ImportedTable:
    """A table as it will be imported.

    Attributes:
        layout: The tool that wrote it.
        columns: How each column is read, in their order.
        direction: Which way the objective is better.
        values: Column to cleaned values, one for each row.
        n_rows: Number of rows.
        notes: What somebody should know before it is imported.
    """

    layout: str
    columns: tuple[ImportedColumn, ...]
    direction: Direction
    values: Mapping[str, Sequence[Any]]
    n_rows: int
    notes: tuple[str, ...] = field(default=())

    def of(self, role: str) -> list[ImportedColumn]:
        """The columns of one role."""
        return [column for column in self.columns if column.role == role]

    @property
    def objective(self) -> ImportedColumn:
        """The column that is optimised."""
        return self.of("objective")[0]


def read_frame(
    frame: pd.DataFrame,
    *,
    params: Collection[str] | None = None,
    target: str | None = None,
    direction: Direction | None = None,
    log: Collection[str] = (),
    numbers: Collection[str] = (),
    ranges: Mapping[str, Sequence[Any]] | None = None,
    ignore: Collection[str] = (),
    context: Collection[str] = (),
) -> ImportedTable:
    """How a table is read; see `study_from_frame` for the arguments and what is raised."""
    frame = flatten(frame)
    _check_size(frame)
    ranges = ranges or {}
    layout = find_layout(frame.columns)
    told = layout.tell(list(frame.columns))
    names = {c: told[c].name if c in told else c for c in frame.columns}
    asked = _by_column({*(params or ()), *log, *numbers, *ranges, *ignore, *context}, names)
    wanted, ignored, contexts = (
        {asked[a] for a in some} for some in (params or (), ignore, context)
    )
    readings: dict[str, Values] = {}
    columns: list[ImportedColumn] = []
    for column in frame.columns:
        name, series = names[column], frame[column]
        if column in ignored:
            columns.append(ImportedColumn(column, name, "ignored", "left out, as asked"))
            continue
        if column not in wanted and holds_secrets(column, series):
            columns.append(ImportedColumn(column, name, "ignored", "it may hold a secret"))
            continue
        values = readings[column] = _read_as_asked(series, column, name, numbers, log, ranges)
        if column in contexts:
            columns.append(ImportedColumn(column, name, "context", "what nobody chose, as told"))
            continue
        columns.append(_column(column, told.get(column), name, values, params, wanted))
    columns = _with_objective(columns, readings, target, params)
    chosen = next(c for c in columns if c.role == "objective")
    direction = direction or _direction(chosen)
    if not any(c.role == "parameter" for c in columns):
        raise ValueError(
            "No column is read as a parameter: name them, --params lr,layers. "
            + " ".join(f"{c.column!r}: {c.why}." for c in columns[:6])
        )
    values_of = {column: reading.values for column, reading in readings.items()}
    notes = _notes(chosen, readings[chosen.column])
    return ImportedTable(layout.NAME, tuple(columns), direction, values_of, len(frame), notes)


def _check_size(frame: pd.DataFrame) -> None:
    if not len(frame):
        raise ValueError("The table has no rows.")
    if len(frame) > MAX_ROWS:
        raise ValueError(
            f"The table has {len(frame):,} rows, {MAX_ROWS:,} are imported at most, as storages "
            f"take about 30 ms for each: take a part, such as frame.sample({MAX_ROWS})."
        )


def _read_as_asked(
    series: pd.Series[Any],
    column: str,
    name: str,
    numbers: Collection[str],
    log: Collection[str],
    ranges: Mapping[str, Sequence[Any]],
) -> Values:
    """The values, as a number, on a log scale and in the range that somebody asked for."""
    is_log = name in log or column in log
    is_number = is_log or name in numbers or column in numbers
    bounds = ranges.get(name, ranges.get(column))
    try:
        values = read_values(series, is_number=is_number, log=is_log or None)
        return values if bounds is None else as_distribution(bounds, values, log=is_log or None)
    except ValueError as error:
        raise ValueError(f"Column {column!r}: {error}.") from None


def _notes(objective: ImportedColumn, values: Values) -> tuple[str, ...]:
    numbers = values.numbers()
    n_missing = int(np.isnan(numbers).sum())
    if not n_missing:
        return ()
    return (
        f"{n_missing} of {len(numbers)} rows have no {objective.column!r}: they become failed "
        "trials, or wait for the next import where they still run.",
    )


def _by_column(asked: Collection[str], names: Mapping[str, str]) -> dict[str, str]:
    """Name that somebody wrote to column, in the table's or the study's terms."""
    by_name = {name: column for column, name in names.items()}
    unknown = sorted(a for a in asked if a not in names and a not in by_name)
    if unknown:
        raise ValueError(
            f"There is no column {unknown[0]!r}. Columns: {', '.join(map(repr, names))}."
        )
    return {a: a if a in names else by_name[a] for a in asked}


def _column(
    column: str,
    told: Told | None,
    name: str,
    values: Values,
    params: Collection[str] | None,
    wanted: Collection[str],
) -> ImportedColumn:
    if column in wanted:
        if values.distribution is None:
            raise ValueError(f"Column {column!r} is no parameter: {values.why}.")
        told = Told("parameter", name, "")
    if told is None:
        told = Told(_guessed(name, values, params), name, "")
    role, why = told.role, told.why
    if role == "parameter" and params is not None and column not in wanted:
        role = "attribute" if values.is_numeric else "ignored"
    if role == "parameter":
        if values.distribution is None:
            return ImportedColumn(column, name, "ignored", values.why)
        return ImportedColumn(
            column, name, role, values.why, values.distribution, values.is_observed
        )
    if role in ("metric", "attribute"):
        if not values.is_numeric:
            return ImportedColumn(column, name, "ignored", values.why)
        return ImportedColumn(column, name, role, "a result" if role == "metric" else "a number")
    why = "the trial that a row was made from" if role == "parent" else why
    return ImportedColumn(column, name, role, why or values.why)


def _guessed(name: str, values: Values, params: Collection[str] | None) -> Role:
    """What a column is that nobody told, by its name."""
    lower = name.lower()
    if values.is_numeric and (_OBJECTIVES.match(lower) or _is_result(lower)):
        return "metric"
    if lower in ("id", "index", "run", "run_id", "trial", "trial_id", "uuid"):
        return "identity"
    if _PARENTS.fullmatch(lower):
        return "parent"
    if lower == GENERATION and values.is_numeric:
        return "attribute"
    if lower in ("state", "status") and not values.is_numeric:
        return "state"
    if lower in ("start", "started", "created", "start_time", "datetime_start"):
        return "start"
    if lower in ("end", "ended", "finished", "end_time", "datetime_complete"):
        return "end"
    return "parameter" if params is None else "attribute"


def _is_result(lower: str) -> bool:
    if _SIZES.search(lower) and "model" not in lower:
        return False
    return bool(_MORE.search(lower) or _LESS.search(lower)) or is_cost(lower)


def _with_objective(
    columns: Sequence[ImportedColumn],
    readings: Mapping[str, Values],
    target: str | None,
    params: Collection[str] | None,
) -> list[ImportedColumn]:
    """The columns, one of which is the objective; other metrics are attributes."""
    if target is not None:
        chosen = [c for c in columns if target in (c.column, c.name)]
        if not chosen:
            known = ", ".join(repr(c.column) for c in columns)
            raise ValueError(f"There is no column {target!r}. Columns: {known}.")
        if chosen[0].column not in readings or not readings[chosen[0].column].is_numeric:
            raise ValueError(f"The target {target!r} is not numeric: {chosen[0].why}.")
    else:
        metrics = [c for c in columns if c.role == "metric"]
        scores = [c for c in metrics if _OBJECTIVES.match(c.name.lower())]
        scores = scores or [c for c in metrics if not is_cost(c.name.lower()) or _names_loss(c)]
        chosen = scores or metrics
        if len(chosen) != 1:
            found = ", ".join(repr(c.column) for c in chosen or columns)
            raise ValueError(f"Which column is the objective? --target one of: {found}.")
    roles = {c.column: "objective" for c in chosen[:1]}
    return [
        ImportedColumn(c.column, c.name, "objective", "the objective")
        if c.column in roles
        else ImportedColumn(c.column, c.name, "attribute", c.why)
        if c.role == "metric"
        else c
        for c in columns
    ]


def _names_loss(column: ImportedColumn) -> bool:
    return bool(re.search(r"loss|err|mae|mse|rmse", column.name.lower()))


def _direction(objective: ImportedColumn) -> Direction:
    lower = objective.name.lower()
    if _LESS.search(lower) or is_cost(lower):
        return "minimize"
    if _MORE.search(lower):
        return "maximize"
    raise ValueError(
        f"Is more or less of {objective.column!r} better? --direction maximize or minimize."
    )
