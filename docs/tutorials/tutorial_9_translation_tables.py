"""
What tables of finished trainings teach
=======================================

A thousand translation Transformers were trained once, for four pairs of languages, by `Zhang and
Duh (2020) <https://aclanthology.org/2020.tacl-1.26/>`_. The questions are those of a paper that
read such tables with explainable boosting machines: can it be trusted, how many trainings would
have sufficed, what matters, and does it hold for another pair of languages?

Put :download:`translation.csv <../data/translation.csv>` (80 kB, MIT licence) beside this program.
"""

import optuna
import pandas as pd

from optuna_guide import (
    EBMImportanceEvaluator,
    compare_studies,
    plot_importance_across,
    plot_interactions,
    plot_robustness,
    plot_shapes,
    plot_transfer_matrix,
    robustness_curve,
    study_from_frame,
)

PARAMS = ["bpe_symbols", "n_layers", "embedding_size", "hidden_units", "n_heads", "learning_rate"]
table = pd.read_csv("translation.csv")
studies = {
    pair: study_from_frame(
        rows[[*PARAMS, "bleu"]],
        target="bleu",
        direction="maximize",
        numbers=PARAMS,
        log=["embedding_size", "learning_rate"],
        study_name=pair,
    )
    for pair, rows in table.groupby("pair")
}
print({pair: len(study.trials) for pair, study in studies.items()})

# %%
# How far to trust it
# -------------------
#
# An EBM learns from a growing part of the trainings of the largest table and predicts the same
# held-out fifth, five times: squared error, rank correlation, and how far up the best held-out one
# is put.

somali = studies["so-en"]
curve = robustness_curve(somali, model="ebm")
rows = pd.DataFrame(curve.points).set_index("n")
print(rows[["mse", "mse_std", "spearman", "mrr"]].round(2))

# %%

print(curve.sentence)
plot_robustness(somali, model="ebm")

# %%
# What matters
# ------------
#
# The mean size of each term, mains and pairs in one list.

evaluator = EBMImportanceEvaluator()
for pair, study in studies.items():
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    print(pair, ", ".join(f"{name} {share:.2f}" for name, share in found.items()))

# %%
# The terms themselves, each with its density of trainings below it:

plot_shapes(somali)

# %%
# A pair is to be read with its main effects added; the pair alone misleads:

plot_interactions(somali)

# %%
# Does it hold elsewhere?
# -----------------------
#
# Rows are predicted by a model of the column's trainings. The two tables with Japanese rank each
# other's trainings as well as their own; that of Somali ranks neither, and neither ranks it.

plot_transfer_matrix(list(studies.values()))

# %%
# Ranks of importance in each pair of languages:

plot_importance_across(list(studies.values()))

# %%
# So what matters is much alike. Of the best values, these are shared by several tables:

comparison = compare_studies(list(studies.values()))
print(f"mean rank correlation of the importances: {comparison.agreement:.2f}")
for one in comparison.common:
    if one.promising is not None:
        low, high = one.promising.intervals[0]
        print(f"{one.name} {low:.4g} to {high:.4g}, in {one.n_studies} tables")
