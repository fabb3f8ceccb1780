"""
Many workers on PostgreSQL
==========================

Three processes tune one classifier; a person narrows the search while they run.

It needs a server, and a driver (`pip install psycopg2-binary`). `OPTUNA_STORAGE` may name another
one, so that a password stands neither in the program nor in the list of processes.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import optuna

from optuna_guide import apply_region, clear_region, load_guidance, region_history

os.environ.setdefault("OPTUNA_STORAGE", "postgresql+psycopg2://postgres@127.0.0.1/test")
URL = os.environ["OPTUNA_STORAGE"]
NAME = "digits on postgres"

# %%
# What each machine runs. Every worker has a callback and a sampler of its own; they agree by the
# database who fits, and on the region.

WORKER = f'''
import os
import optuna
from optuna_guide import GuideCallback, GuidedSampler
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_val_score

features, labels = load_digits(return_X_y=True)

def objective(trial):
    model = SGDClassifier(
        loss=trial.suggest_categorical("loss", ["hinge", "log_loss", "perceptron"]),
        alpha=trial.suggest_float("alpha", 1e-7, 10, log=True),
        eta0=trial.suggest_float("eta0", 1e-5, 10, log=True),
        learning_rate=trial.suggest_categorical("schedule", ["constant", "adaptive"]),
        max_iter=20,
        tol=None,
        random_state=0,
    )
    return cross_val_score(model, features[:600] / 16, labels[:600], cv=3).mean()

study = optuna.load_study(
    study_name="{NAME}", storage=os.environ["OPTUNA_STORAGE"], sampler=GuidedSampler()
)
study.optimize(objective, n_trials=20, callbacks=[GuideCallback()])
'''
Path("worker.py").write_text(WORKER)
if NAME in optuna.get_all_study_names(URL):
    optuna.delete_study(study_name=NAME, storage=URL)
study = optuna.create_study(study_name=NAME, storage=URL, direction="maximize")
workers = [subprocess.Popen([sys.executable, "-W", "ignore", "worker.py"]) for _ in range(3)]

# %%
# From any machine that reaches the database, also by `optuna-guide apply eta0=0.001:1`: every
# worker obeys from its next trial on.


def wait_for(n_trials):
    """Until so many trials have begun."""
    while len(study.get_trials(deepcopy=False)) < n_trials:
        time.sleep(0.1)
    return len(study.get_trials(deepcopy=False))


wait_for(20)
apply_region(study, {"eta0": (1e-3, 1.0)}, comment="small and large rates fail")
n_begun = wait_for(0)

# %%

for worker in workers:
    worker.wait()
trials = study.get_trials(deepcopy=False)
print(len(trials), "trials,", sum(t.state.name == "COMPLETE" for t in trials), "complete")
later = [t.params["eta0"] for t in trials[n_begun:]]
print(
    f"{sum(1e-3 <= rate <= 1 for rate in later)} of {len(later)} inside, of those that began later"
)

# %%
# One guidance, by whoever of the three was free, and what was decided:

print(load_guidance(study))
for one in region_history(study)[:8]:
    print(one.at[11:19], one.source, one.comment)

# %%
# Afterwards the region is taken back, or the next workers obey it, too:

clear_region(study)
optuna.delete_study(study_name=NAME, storage=URL)
