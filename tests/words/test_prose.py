"""Sentences in a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from optuna_guide.words.prose import Prose

SAID = "learning_rate (53 % of what is explained) drives accuracy; try 0.0309 … 0.0937 or [b]"


@pytest.mark.parametrize("width", range(20, 60, 3))
def test_no_line_ends_within_a_number_with_its_sign_or_a_range(width: int) -> None:
    console = Console(file=io.StringIO(), width=width)
    console.print(Prose(SAID))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert all(len(line) <= width for line in lines)
    assert not any(line.strip().endswith(("53", "…", "0.0309")) for line in lines)
    assert " ".join(line.strip() for line in lines) == SAID
