"""The same in Weights & Biases; without `mode="offline"` it is uploaded at once."""

import optuna
import wandb

from optuna_guide import GuideCallback, fit_guidance, write_report

study = optuna.create_study(study_name="valley")
study.optimize(
    lambda trial: trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_float("y", -1, 1),
    n_trials=30,
    callbacks=[GuideCallback()],
)
guidance = fit_guidance(study)
with wandb.init(project="tuning", name=study.study_name, mode="offline") as run:
    run.summary.update({f"importance/{one.name}": one.importance for one in guidance.params})
    run.log({"guide": wandb.Html(write_report(study, "guide.html").read_text())})
