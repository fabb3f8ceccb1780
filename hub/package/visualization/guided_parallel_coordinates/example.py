import optuna
import optunahub

module = optunahub.load_module("visualization/guided_parallel_coordinates")


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", 1e-4, 1, log=True)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    return (x - 2) ** 2 + (y - 0.01) ** 2 + 2 * (kind == "b")


if __name__ == "__main__":
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=80)
    module.plot_parallel_coordinates(study).write_html("parallel_coordinates.html")
