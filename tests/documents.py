"""The code blocks and commands of a document, run as a reader runs them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from optuna_guide.surfaces import cli
from optuna_guide.surfaces.workbench import serving

ROOT = Path(__file__).parent.parent


def blocks(text: str, language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def commands(text: str) -> list[str]:
    lines = [line for block in blocks(text, "bash") for line in block.splitlines()]
    return [line for line in lines if line.startswith("optuna-guide")]


def run_python(text: str, folder: Path, **names: Any) -> None:
    """Run every Python block, top to bottom, in a folder with a table of runs."""
    rows = [f"{10**-k},{k},{0.9 - k / 10}" for k in range(1, 7)]
    (folder / "runs.csv").write_text("\n".join(["lr,layers,val_acc", *rows]))
    code = "\n".join(blocks(text, "python"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(compile(code, "document", "exec"), {"__name__": "document", **names})


def run_command(command: str, folder: Path, patch: pytest.MonkeyPatch) -> int:
    patch.chdir(folder)
    patch.setattr(serving, "serve", lambda *_: None)  # it would go on for ever
    return cli.main(shlex.split(command)[1:])
