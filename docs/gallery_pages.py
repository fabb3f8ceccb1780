"""A page of the gallery for each figure, from its documentation and from how it is to be read."""

from __future__ import annotations

import inspect
import textwrap
from typing import TYPE_CHECKING

import optuna_guide
from optuna_guide.figures import panels

if TYPE_CHECKING:
    from pathlib import Path

DEMO = "optuna-guide-demo.db"
CALLS = {
    "importance": "study",
    "promising_ranges": "study",
    "effects": "study",
    "trust": "study",
    "parallel_coordinates": "study",
    "importance_matrix": "study",
    "interactions": "study",
    "shapes": "study",
    "exploration_history": "study",
    "diagnostics": "study",
    "learning_curves": "study",
    "predictions": "study",
    "robustness": "study",
    "joint_importance": "study",
    "importance_over_time": "study",
    "combination_matrix": "study",
    "trellis": "study",
    "performance_overview": 'study, against="duration"',
    "model_overview": "study",
    "findings": "study",
    "exploration_comparison": "study",
    "did_guidance_help": "study",
    "parallel_comparison": "studies",
    "performance_comparison": 'studies, normalise="rank"',
    "importance_across": "studies",
    "transfer_matrix": "studies",
}
HEAD = """Gallery
=======

Every figure that `optuna_guide` draws, from the study that `optuna-guide demo` makes: a network on
the handwritten digits, with logarithmic, integer, categorical and conditional parameters and a
pruner. Run it once, and every page runs as it is printed::

    optuna-guide demo --no-serve

Those of several studies show :download:`translation.csv <../data/translation.csv>`, a thousand
trainings of translation models by Zhang and Duh (2020, MIT licence).
"""
ONE = f"""import optuna

from optuna_guide import plot_{{name}}

study = optuna.load_study(study_name="digits-mlp", storage="sqlite:///{DEMO}")
"""
SEVERAL = """import pandas as pd

from optuna_guide import plot_{name}, study_from_frame

params = ["bpe_symbols", "n_layers", "embedding_size", "hidden_units", "n_heads", "learning_rate"]
studies = [
    study_from_frame(
        rows[[*params, "bleu"]],
        target="bleu",
        direction="maximize",
        numbers=params,
        log=["embedding_size", "learning_rate"],
        study_name=pair,
    )
    for pair, rows in pd.read_csv("translation.csv").groupby("pair")
]
"""


def write_pages(folder: Path) -> None:
    """Write the gallery's head and its pages, in the order of `CALLS`."""
    folder.mkdir(exist_ok=True)
    (folder / "README.rst").write_text(HEAD, encoding="utf-8")
    for k, (name, arguments) in enumerate(CALLS.items()):
        (folder / f"plot_{k:02}_{name}.py").write_text(_page(name, arguments), encoding="utf-8")


def _page(name: str, arguments: str) -> str:
    """The text of one page."""
    panel = panels.load(name)
    function = getattr(optuna_guide, f"plot_{name}")
    what = (inspect.getdoc(function) or "").partition("\n")[0]
    begin = (SEVERAL if arguments.startswith("studies") else ONE).format(name=name)
    how = textwrap.fill(f"How to read it: {panel.HOW}", 96)
    return f'''"""
{panel.TITLE}
{"=" * (len(panel.TITLE) + 4)}

{what}
"""

{begin}plot_{name}({arguments})

# %%
{textwrap.indent(how, "# ")}
#
# Its options are those of :func:`optuna_guide.plot_{name}`.
'''
