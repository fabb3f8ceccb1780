"""What is printed where a terminal's encoding lacks a sign: another one stands for it."""

from __future__ import annotations

import codecs
import io
import sys

SIGNS = {
    "…": "...",
    "·": "-",
    "•": "*",
    "–": "-",
    "—": "-",
    "×": "x",
    "±": "+-",
    "²": "^2",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "▲": "!",
    "✓": "ok",
    "─": "-",
    "━": "=",
    "╸": "-",
    "╺": "-",
}
_HANDLER = "optuna_guide.plain"


def never_fail() -> None:
    """Let what is printed from now on get through, whatever the terminal can show."""
    codecs.register_error(_HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Plain signs; letters as Python writes them in a literal: pasted code stays right."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    shown = (SIGNS.get(c) or c.encode("ascii", "backslashreplace").decode() for c in lost)
    return "".join(shown), error.end
