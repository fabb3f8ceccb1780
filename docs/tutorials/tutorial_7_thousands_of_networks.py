"""
Thousands of networks in a table
================================

Which options go together in the best hundredth of ten thousand networks? The heat-map matrix and
the trellis answer where a list of importances cannot.
"""

import numpy as np
import pandas as pd

from optuna_guide import (
    plot_combination_matrix,
    plot_findings,
    plot_trellis,
    study_from_frame,
)

# %%
# A planted table: the optimiser's best rate depends on the optimiser, and depth helps only with
# skip connections.

rng = np.random.default_rng(0)
n = 10_000
table = pd.DataFrame(
    {
        "optimiser": rng.choice(["sgd", "adam", "rmsprop"], n),
        "rate": rng.choice([1e-4, 1e-3, 1e-2, 1e-1], n),
        "depth": rng.choice([8, 20, 56], n),
        "skip": rng.choice(["yes", "no"], n),
        "dropout": rng.choice([0.0, 0.2, 0.5], n),
    }
)
best_rate = np.where(table["optimiser"] == "sgd", -1, -3)
deep = np.log2(table["depth"] / 8)
table["accuracy"] = (
    0.9
    - 0.05 * np.abs(np.log10(table["rate"]) - best_rate)
    + np.where(table["skip"] == "yes", 0.01, -0.02) * deep
    + rng.normal(0, 0.01, n)
).clip(0, 1)
study = study_from_frame(table, target="accuracy", direction="maximize")

# %%
# Blue and orange cells are pairs of options that the best hundredth has less, or more, often than
# chance:

plot_combination_matrix(study, selected="top 1%")

# %%
# The same as means with intervals, split by the two that matter together:

plot_trellis(study, primary="rate", secondary="optimiser")

# %%
# And in sentences, each tested:

plot_findings(study)
