"""
A network with conditional layers
=================================

Layers that exist only in some trials are judged by the trials that have them.
"""

import warnings

import optuna
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from optuna_guide import GuidedSampler, fit_guidance, plot_parallel_coordinates

warnings.filterwarnings("ignore", category=ConvergenceWarning)
FEATURES, LABELS = load_digits(return_X_y=True)
SPLIT = train_test_split(FEATURES / 16, LABELS, train_size=600, test_size=600, random_state=0)


def objective(trial):
    train, test, train_labels, test_labels = SPLIT
    n_layers = trial.suggest_int("n_layers", 1, 3)
    model = MLPClassifier(
        hidden_layer_sizes=tuple(
            trial.suggest_int(f"layer{k}_units", 4, 64, log=True) for k in range(n_layers)
        ),
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "logistic"]),
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        max_iter=12,
        random_state=0,
    )
    return model.fit(train, train_labels).score(test, test_labels)


# %%
# `GuidedSampler()` models conditional parameters by itself:

study = optuna.create_study(direction="maximize", sampler=GuidedSampler(seed=0))
study.optimize(objective, n_trials=80)
guidance = fit_guidance(study)
print(guidance)

# %%
# Trials without a layer have no value on its axis, and their line leaves it out:

plot_parallel_coordinates(study)

# %%
# The narrowed space as code, conditions included:

print(guidance.as_code())
