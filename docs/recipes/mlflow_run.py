"""What a study says, in a run of MLflow: text beside the numbers, and the report as a page."""

import mlflow
import optuna

from optuna_guide import GuideCallback, export_guidance, write_report

study = optuna.create_study(study_name="valley")
study.optimize(
    lambda trial: trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_float("y", -1, 1),
    n_trials=30,
    callbacks=[GuideCallback()],
)
with mlflow.start_run(run_name=study.study_name):
    mlflow.log_metric("best", study.best_value)
    mlflow.log_text(export_guidance(study, "markdown"), "guide.md")
    mlflow.log_artifact(str(write_report(study, "guide.html")))
    print(mlflow.get_artifact_uri())
