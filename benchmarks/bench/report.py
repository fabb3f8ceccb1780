"""Compare arms pair by pair: the same problem, base and seed.

One objective: normalised regret, (best known - found) / (best known - median of random), where
found is the true value of the trial that looks best so far.
Two: one minus the hypervolume, normalised by the best and the median of random configurations.

python benchmarks/bench/report.py out.jsonl --at 25 50 100
python benchmarks/bench/report.py out.jsonl --bases-as-arms --against "tpe plain"
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata, wilcoxon


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--against", default="plain")
    parser.add_argument("--at", nargs="+", type=int, default=[25, 50, 100])
    parser.add_argument("--by-problem", action="store_true")
    parser.add_argument(
        "--bases-as-arms",
        action="store_true",
        help="compare all bases with each other; an arm is called 'base arm' then",
    )
    arguments = parser.parse_args()
    runs = [json.loads(line) for path in arguments.files for line in path.open()]
    if arguments.bases_as_arms:
        runs = [{**r, "arm": f"{r['base']} {r['arm']}", "base": "all bases"} for r in runs]
    best = best_known(runs)
    for base in sorted({r["base"] for r in runs}):
        report_base([r for r in runs if r["base"] == base], base, best, arguments)


def report_base(
    runs: list[dict[str, Any]], base: str, best: dict[str, float], arguments: argparse.Namespace
) -> None:
    at = [n for n in arguments.at if n <= min(len(r["values"]) for r in runs)]
    table: dict[str, dict[tuple[str, int], np.ndarray]] = defaultdict(dict)
    for run in runs:
        table[run["arm"]][run["problem"], run["seed"]] = regrets(run, best[run["problem"]], at)
    pairs = sorted(set.intersection(*(set(rows) for rows in table.values())))
    print(f"\n{base}: {len(pairs)} pairs")
    reference = np.array([table[arguments.against][p] for p in pairs])
    found = {arm: np.array([rows[p] for p in pairs]) for arm, rows in table.items()}
    ranks = rankdata(np.round(list(found.values()), 9), axis=0).mean(axis=1)
    for arm, rank in zip(found, ranks, strict=True):
        cost = np.mean([r["ms_per_trial"] for r in runs if r["arm"] == arm])
        cells = [compare(found[arm][:, k], reference[:, k], n) for k, n in enumerate(at)]
        print(
            f"  {arm:12} {cost:6.1f} ms, rank {'/'.join(f'{r:.2f}' for r in rank)} | "
            + " | ".join(cells)
        )
    if arguments.by_problem:
        report_problems(table, pairs, arguments.against)


def report_problems(table: Any, pairs: list[tuple[str, int]], against: str) -> None:
    for problem in sorted({p for p, _ in pairs}):
        mine = [p for p in pairs if p[0] == problem]
        last = {arm: np.array([rows[p][-1] for p in mine]) for arm, rows in table.items()}
        cells = [
            f"{arm} {values.mean():.4f}{_marker(values, last[against])}"
            for arm, values in last.items()
        ]
        print(f"    {problem:18} " + "  ".join(cells))


def compare(found: np.ndarray, reference: np.ndarray, n: int) -> str:
    """Mean, ratio of means, wins/ties/losses, p of Wilcoxon's signed-rank test."""
    wins, losses = (found < reference - 1e-9).sum(), (found > reference + 1e-9).sum()
    ties = len(found) - wins - losses
    if ties == len(found):
        return f"@{n} {found.mean():.4f}" + " " * 30
    ratio = found.mean() / reference.mean()
    p = wilcoxon(found - reference).pvalue
    return f"@{n} {found.mean():.4f} x{ratio:.2f} {wins:3}/{ties:2}/{losses:3} p={p:.0e}"


def best_known(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Best of all runs and of random configurations; 1 where there are two objectives."""
    best: dict[str, float] = defaultdict(lambda: -np.inf)
    for run in runs:
        values = np.array(run["values"])
        found = values[:, 0].max() if values.shape[1] == 1 else run["reference"]["best"]
        best[run["problem"]] = max(best[run["problem"]], found, run["reference"]["best"])
    return best


def regrets(run: dict[str, Any], best: float, at: list[int]) -> np.ndarray:
    values, told = np.array(run["values"]), np.array(run["told"])
    median = run["reference"]["median"]
    if values.shape[1] == 1:
        looks_best = [int(told[:n, 0].argmax()) for n in at]
        return (best - values[looks_best, 0]) / (best - median)
    low, middle, _ = run["reference"]["cost"]
    scores = (values[:, 0] - median) / (best - median)
    savings = (middle - values[:, 1]) / (middle - low)
    return np.array([1 - hypervolume(scores[:n], savings[:n]) for n in at])


def hypervolume(first: np.ndarray, second: np.ndarray) -> float:
    """Area dominated above the origin by points to be maximised."""
    keep = (first > 0) & (second > 0)
    area = reached = 0.0
    for x, y in sorted(zip(first[keep], second[keep], strict=True), reverse=True):
        area += x * max(y - reached, 0.0)
        reached = max(reached, y)
    return float(area)


def _marker(found: np.ndarray, reference: np.ndarray) -> str:
    difference = found - reference
    if np.abs(difference).max() < 1e-9 or wilcoxon(difference).pvalue >= 0.05:
        return " "
    return "+" if difference.mean() < 0 else "-"


if __name__ == "__main__":
    main()
