"""Draw the pictures of the packages, from studies like those of their examples.

python hub/make_images.py [--chromium /usr/bin/chromium]
"""

from __future__ import annotations

import argparse
import runpy
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import optuna
import plotly.graph_objects as go
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from playwright.sync_api import sync_playwright

from optuna_guide import (
    GuidedSampler,
    LiteGPSampler,
    plot_exploration_history,
    plot_importance,
    plot_parallel_coordinates,
)

PACKAGES = Path(__file__).parent / "package"
WIDTH, HEIGHT = 900, 480
SEEDS = 5


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    figures = {
        "samplers/lite_gp": compare_samplers(),
        "samplers/guided": plot_exploration_history(
            run("samplers/guided", GuidedSampler(TPESampler(seed=0), seed=0), 60)
        ),
        "callbacks/guide": plot_importance(run("callbacks/guide", RandomSampler(seed=0), 60)),
        "visualization/guided_parallel_coordinates": plot_parallel_coordinates(
            run("visualization/guided_parallel_coordinates", RandomSampler(seed=0), 80)
        ),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=arguments.chromium, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for package, figure in figures.items():
            figure.update_layout(width=WIDTH, height=HEIGHT, paper_bgcolor="white")
            page.set_content(figure.to_html(include_plotlyjs=True), wait_until="load")
            page.wait_for_selector(".main-svg")
            name = package.split("/")[1]
            page.screenshot(path=PACKAGES / package / "images" / f"{name}.png")


def run(package: str, sampler: BaseSampler, n_trials: int) -> optuna.Study:
    """A study of the objective of a package's example."""
    with patch("optunahub.load_module"):
        objective: Any = runpy.run_path(str(PACKAGES / package / "example.py"))["objective"]
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=n_trials)
    return study


def compare_samplers(n_trials: int = 30) -> go.Figure:
    """Mean best value so far, by sampler."""
    samplers: dict[str, Any] = {"TPESampler": TPESampler, "LiteGPSampler": LiteGPSampler}
    figure = go.Figure(layout={"template": "plotly_white"})
    for name, make in samplers.items():
        runs = [run("samplers/lite_gp", make(seed=seed), n_trials) for seed in range(SEEDS)]
        values = np.array([[t.value for t in study.trials] for study in runs])
        best = np.minimum.accumulate(values, axis=1).mean(axis=0)
        figure.add_scatter(x=np.arange(1, n_trials + 1), y=best, name=name, mode="lines")
    figure.update_xaxes(title="trials")
    figure.update_yaxes(title=f"best value so far, mean of {SEEDS} seeds", rangemode="tozero")
    return figure


if __name__ == "__main__":
    main()
