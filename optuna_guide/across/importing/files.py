"""A file as a table of columns with names; nested keys become dotted ones."""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_SAMPLE = 65_536  # characters from which the separator is told
_SEPARATORS = ",;\t| "


def read_file(
    path: str | Path, *, columns: Sequence[str] = (), encoding: str = "utf-8"
) -> pd.DataFrame:
    """Read CSV (whatever separates it), JSON lines, JSON or Parquet, told by the file's ending.

    Args:
        path: The file.
        columns: Names of the columns of a file that has no header.
        encoding: Of its text.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read as a table, with what to do.
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"There is no file {str(path)!r}: check the path.")
    if file.suffix in (".parquet", ".pq"):
        return _read_parquet(file)
    try:
        text = file.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{file.name!r} is not {encoding}: byte {error.object[error.start]:#x} at "
            f"{error.start}. Name its encoding, such as --encoding latin-1."
        ) from None
    if not text.strip():
        raise ValueError(f"{file.name!r} is empty.")
    if file.suffix in (".jsonl", ".ndjson", ".json"):
        return flatten(_read_json(file, text))
    return flatten(_read_csv(file, text, columns))


def flatten(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column for each key of nested ones, ``config.optimizer.lr``."""
    import pandas as pd

    parts = []
    for name in frame.columns:
        values = [_parsed(value) for value in frame[name]]
        if any(isinstance(v, Mapping) for v in values):
            nested = pd.json_normalize([dict(v) if isinstance(v, Mapping) else {} for v in values])
            nested.index = frame.index
            parts.append(nested.add_prefix(f"{name}."))
        else:
            parts.append(frame[[name]])
    flat = pd.concat(parts, axis=1) if parts else frame.copy()
    flat.columns = pd.Index([str(name) for name in flat.columns])
    first: pd.DataFrame = flat.loc[:, ~flat.columns.duplicated()]
    return first


def _parsed(value: object) -> object:
    """What a text that shows a dictionary shows; anything else as it is."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return value


def _read_parquet(file: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return flatten(pd.read_parquet(file))
    except ImportError as error:
        raise ValueError("Reading Parquet needs pyarrow: pip install pyarrow") from error
    except Exception as error:
        raise ValueError(f"{file.name!r} cannot be read as Parquet: {error}") from error


def _read_json(file: Path, text: str) -> pd.DataFrame:
    import pandas as pd

    try:
        if text.lstrip().startswith("["):
            records: Any = json.loads(text)
        elif file.suffix == ".json" and not _is_lines(text):
            found = json.loads(text)
            points = found.get("datapoints") if isinstance(found, dict) else None
            records = points or [found]
        else:
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(
            f"{file.name!r} is no JSON: {error}. A file of one object per line ends in .jsonl."
        ) from None
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise ValueError(f"{file.name!r} holds no objects: each trial is one, {{'lr': 0.1, ...}}.")
    return pd.DataFrame([_unfolded(record) for record in records])


def _is_lines(text: str) -> bool:
    """Whether each line is an object of its own."""
    first, *others = text.strip().splitlines()
    return bool(others) and first.startswith("{") and first.rstrip().endswith("}")


def _unfolded(record: dict[str, Any]) -> dict[str, Any]:
    """A record with the values that HiPlot keeps in an object of their own."""
    values = record.get("values")
    own = {name: value for name, value in record.items() if name != "values"}
    return {**own, **values} if isinstance(values, dict) else own


def _read_csv(file: Path, text: str, columns: Sequence[str]) -> pd.DataFrame:
    import io

    import pandas as pd

    separator = _separator(text[:_SAMPLE])
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None if columns else 0,
            low_memory=False,
            skipinitialspace=True,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{file.name!r} cannot be read as a table: {error}") from None
    if columns:
        if len(columns) != frame.shape[1]:
            raise ValueError(
                f"{file.name!r} has {frame.shape[1]} columns, {len(columns)} are named: "
                f"{', '.join(columns)}."
            )
        frame.columns = pd.Index(columns)
    elif 2 * sum(map(_is_number, frame.columns)) > frame.shape[1]:
        raise ValueError(
            f"The first line of {file.name!r} holds values, not names: name the columns, "
            "--columns lr,layers,accuracy."
        )
    return frame.loc[:, [not str(name).startswith("Unnamed: ") for name in frame.columns]]


def _separator(sample: str) -> str:
    """What stands between two values: one character, or any white space."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]
    try:
        found = csv.Sniffer().sniff("\n".join(lines), delimiters=_SEPARATORS).delimiter
    except csv.Error:
        return ","
    are_even = len({len(line.split()) for line in lines}) == 1
    return r"\s+" if found in " \t" and are_even else found


def _is_number(name: object) -> bool:
    try:
        float(str(name))
    except ValueError:
        return False
    return True
