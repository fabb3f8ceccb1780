"""Files for other programs: cells that a spreadsheet does not run, writes that are whole."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that spreadsheets run


def to_csv(frame: pd.DataFrame) -> str:
    """A table as CSV; texts and names that a spreadsheet would run begin with an apostrophe.

    Numbers stay as they are, negative ones as well.
    """
    safe = frame.map(_as_text)
    safe.columns = [_as_text(name) for name in frame.columns]
    return safe.to_csv(index=False)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once: who reads it meanwhile, or after an error, sees the earlier one.

    A link is replaced, not what it points to.

    Raises:
        OSError: If it cannot be written there.
    """
    beside = path.with_name(f".{path.name[:40]}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as opened:
            opened.write(content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _as_text(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    shown = cell.replace("\r", "\n")  # which is quoted
    if not cell.startswith(_FORMULA):
        return shown
    try:
        float(cell)
    except ValueError:
        return f"'{shown}"
    return shown
