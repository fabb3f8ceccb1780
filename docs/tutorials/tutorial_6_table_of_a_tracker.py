"""
A table that a tracker exported
===============================

Runs from Weights & Biases, of two data sets, become a study; nothing was tuned with Optuna.
"""

import numpy as np
import pandas as pd

from optuna_guide import fit_guidance, plot_importance, study_from_frame

# %%
# Such a table has a row for each run. This one is made here, so that it is known what is true:
# the learning rate matters, the batch size does not, and one data set is much easier.

rng = np.random.default_rng(0)
runs = pd.DataFrame(
    {
        "Name": [f"run-{k}" for k in range(120)],
        "State": "finished",
        "lr": 10 ** rng.uniform(-5, -1, 120),
        "batch_size": rng.choice([16, 32, 64, 128], 120),
        "dataset": rng.choice(["imdb", "pubmed"], 120),
        "seed": rng.integers(0, 3, 120),
    }
)
runs["val_acc"] = (
    0.7
    + 0.2 * (runs["dataset"] == "imdb")
    - 0.03 * np.log10(runs["lr"] / 1e-3) ** 2
    + rng.normal(0, 0.005, 120)
).round(4)
print(runs.head())

# %%
# The data set is nobody's choice. As a context it is neither advised nor explained: trials are
# compared within it.

study = study_from_frame(
    runs, target="val_acc", direction="maximize", log=["lr"], context=["dataset", "seed"]
)
guidance = fit_guidance(study)
print(guidance)

# %%

plot_importance(guidance)
