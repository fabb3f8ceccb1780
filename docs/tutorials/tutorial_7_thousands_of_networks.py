"""
Thousands of networks on several data sets
==========================================

Which options go together in the best tenth of thirteen thousand networks, whatever the data? The
heat-map matrix and the trellis answer where a list of importances cannot.
"""

import numpy as np
import pandas as pd

from optuna_guide import (
    fit_guidance,
    plot_combination_matrix,
    plot_findings,
    plot_performance_overview,
    plot_trellis,
    study_from_frame,
)

# %%
# A planted table of 13,000 networks on five data sets, of which some are harder than others. The
# optimiser's best rate depends on the optimiser, and depth helps only with skip connections:

rng = np.random.default_rng(0)
n = 13_000
hardness = {"mnist": 0.02, "fashion": 0.1, "svhn": 0.15, "cifar10": 0.3, "cifar100": 0.55}
table = pd.DataFrame(
    {
        "dataset": rng.choice(list(hardness), n),
        "optimiser": rng.choice(["sgd", "adam", "rmsprop"], n),
        "rate": rng.choice([1e-4, 1e-3, 1e-2, 1e-1], n),
        "depth": rng.choice([8, 20, 56], n),
        "skip": rng.choice(["yes", "no"], n),
        "width": rng.choice([16, 32, 64, 128], n),
        "dropout": rng.choice([0.0, 0.2, 0.5], n),
    }
)
best_rate = np.where(table["optimiser"] == "sgd", -1, -3)
deep = np.log2(table["depth"] / 8)
error = table["dataset"].map(hardness) * (
    1
    + 0.2 * np.abs(np.log10(table["rate"]) - best_rate)
    - np.where(table["skip"] == "yes", 0.05, -0.1) * deep
    - 0.03 * np.log2(table["width"] / 16)
    + rng.normal(0, 0.05, n)
)
table["accuracy"] = (1 - error).clip(0, 1)
table.groupby("dataset")["accuracy"].agg(["count", "min", "median", "max"]).round(3)

# %%
# Nobody chooses the data set: it is a *context*, within which the networks are compared, so that
# what holds is not which data are easy.

study = study_from_frame(
    table, target="accuracy", direction="maximize", context="dataset", study_name="networks"
)
guidance = fit_guidance(study, context="dataset")
print(guidance)

# %%
# How the scores spread on each of the data sets:

plot_performance_overview(study)

# %%
# Blue and orange cells are pairs of options that the best tenth has less, or more, often than
# chance:

plot_combination_matrix(study, selected="top 10%")

# %%
# The same as means with intervals, split by the two that matter together:

plot_trellis(study, primary="rate", secondary="optimiser")

# %%
# And in sentences, each tested:

plot_findings(study)
