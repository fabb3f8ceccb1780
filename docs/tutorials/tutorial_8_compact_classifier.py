"""
Ablate, vary, craft
===================

After REMAP's use case: from random trials to a classifier that is as accurate as the best and a
fraction of its size, by asking which choices carry a good trial.
"""

import warnings

import optuna
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from optuna_guide import (
    create_ablations,
    create_variations,
    enqueue,
    fit_guidance,
    plot_performance_overview,
    read_children,
)

warnings.filterwarnings("ignore", category=ConvergenceWarning)
FEATURES, LABELS = load_digits(return_X_y=True)
SPLIT = train_test_split(FEATURES / 16, LABELS, train_size=600, test_size=600, random_state=0)


def objective(trial):
    train, test, train_labels, test_labels = SPLIT
    units = trial.suggest_int("units", 2, 128, log=True)
    model = MLPClassifier(
        (units,),
        activation=trial.suggest_categorical("activation", ["relu", "tanh"]),
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        batch_size=trial.suggest_int("batch_size", 8, 256, log=True),
        max_iter=12,
        random_state=0,
    ).fit(train, train_labels)
    trial.set_user_attr("n_weights", sum(w.size for w in model.coefs_))
    return model.score(test, test_labels)


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=40)
best = study.best_trial
print(best.value, best.params, best.user_attrs)

# %%
# **Ablate**: every choice at its default, one at a time. What is each worth?

enqueue(study, create_ablations(study, best))
study.optimize(objective, n_trials=4)
for child in read_children(study, best).children:
    print(f"{child.change}: {child.delta.value:+.3f}")

# %%
# **Vary** with a limit on the size; the most promising neighbours first:

smaller = create_variations(study, best, 8, max_changes=2, limits=["n_weights <= 2000"])
enqueue(study, smaller)
study.optimize(objective, n_trials=len(smaller.candidates))

# %%
# What accuracy costs in weights now:

plot_performance_overview(study, against="n_weights")

# %%
# And what all of it taught:

print(fit_guidance(study))
