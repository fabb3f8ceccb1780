"""How many of the sentences are false, and how many of the truths are said.

python benchmarks/honesty.py [--quick] [--findings] [--samplers random tpe guided] [--show]
    [--sizes 20 50 ...] [--seeds 0 1 ...] [--problems lucky ...] [--keep FOLDER]
python benchmarks/honesty.py --tables FOLDER [--show]

Of studies of planted functions, which decide the truth of each sentence; or of tables of real
trials whose values are shuffled among them, so that nothing matters.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import optuna
from planted.advice import judge_advice, judge_search
from planted.judge import Claim, judge
from planted.keeping import Kept
from planted.problems import PROBLEMS, Planted
from planted.tables import judge_shuffled, read_studies
from planted.truth import make_truths, own_columns

from optuna_guide import Guidance
from optuna_guide.analysis.findings import find
from optuna_guide.study.exploration import align, explore
from optuna_guide.study.targets import read_target

GROUPS = {
    "findings": (
        "main",
        "conditional",
        "interaction",
        "together",
        "ridge",
        "top",
        "opposite",
        "untested",
    ),
    "advice": ("narrow", "freeze", "avoid", "widen", "log", "pair", "region"),
    "curves": ("starts late", "none starts late"),
    "search": ("flagged",),
}
SIZES = (20, 50, 100, 200, 500)
SEEDS = {"random": 20, "tpe": 8, "guided-tpe": 4, "guided": 4}
N_SHUFFLES = 10  # of each table
N_FITTED = 1  # of the seeds, for which advice is judged


class Said(NamedTuple):
    """What is said of one study, and what could be.

    Attributes:
        problem: What it is a study of; None where its values are shuffled.
        groups: The groups of kinds of sentences that were judged.
        claims: The sentences.
    """

    problem: Planted | None
    groups: frozenset[str]
    claims: tuple[Claim, ...]

    def planted(self) -> Iterator[tuple[str, bool]]:
        """Kind of each truth that a reader should be told, and whether it is said."""
        if self.problem is None:
            return
        true = [claim for claim in self.claims if claim.is_true]
        for name in self.problem.mains:
            yield "main", any(c.kind == "main" and c.about == {name} for c in true)
        for pair in self.problem.pairs:
            yield "interaction", any(_is_about_pair(c) and pair <= _names(c) for c in true)
        for name, index in self.problem.tops:
            option = f"{name} = {self.problem.space[name].to_external_repr(index)}"
            yield "top", any(c.kind in ("top", "opposite") and option in c.about for c in true)
        if "advice" in self.groups:
            for pair in self.problem.pairs:
                yield "pair", any(c.kind == "pair" and c.about == pair for c in true)
            for name in self.problem.space:
                kinds = {c.kind for c in true if c.about == {name}}
                if name not in self.problem.matter:
                    yield "freeze", "freeze" in kinds
                elif name in self.problem.mains:
                    yield "narrow", bool(kinds & {"narrow", "log", "widen"})


def _names(claim: Claim) -> set[str]:
    return {option.split()[0] for option in claim.about}


def _is_about_pair(claim: Claim) -> bool:
    return claim.kind in ("conditional", "interaction", "together", "ridge")


def read_study(
    problem: Planted,
    sampler: str,
    n_trials: int,
    seed: int,
    *,
    with_advice: bool,
    folder: Path | None = None,
) -> Said:
    """Find, advise, and judge."""
    kept = Kept(folder, problem, sampler, n_trials, seed)
    exploration = explore(kept.snapshot)
    table = exploration.trials
    groups = {"findings", *(["curves"] if problem.is_slow else [])}
    groups |= {"advice"} if with_advice else set()
    groups |= {"search"} if sampler == "random" else set()
    if not len(table):
        return Said(problem, frozenset(groups), ())
    truths = make_truths(problem, own_columns(table.space, table.params), seed)
    goal = align(read_target(table), len(table))
    guidance = kept.guidance() if with_advice else None
    region = guidance.region if isinstance(guidance, Guidance) else {}
    claims = [judge(found.sentence, truths) for found in find(table, goal, region)]
    claims += judge_search(exploration, truths[0], is_random=sampler == "random")
    if isinstance(guidance, Guidance):
        claims += judge_advice(guidance, exploration, truths)
    return Said(problem, frozenset(groups), tuple(claims))


def print_table(results: list[Said]) -> None:
    """For each kind of sentence: in how many studies it is false, and how many truths are said.

    The share is of the studies in which the kind was judged.
    """
    planted: dict[str, list[bool]] = defaultdict(list)
    for said in results:
        for kind, is_said in said.planted():
            planted[kind].append(is_said)
    print("| kind | sentences | false | studies with a false one | truths that are said |")
    print("|---|---|---|---|---|")
    for group, kinds in GROUPS.items():
        judged = [said for said in results if group in said.groups]
        for kind in kinds if judged else ():
            claims = [[c for c in said.claims if c.kind == kind] for said in judged]
            false = [sum(not c.is_true for c in some) for some in claims]
            told = planted[kind]
            share = f"{100 * np.mean(told):.0f} % of {len(told)}" if told else ""
            wrong = f"{100 * np.mean(np.array(false) > 0):.1f} % of {len(judged)}"
            print(f"| {kind} | {sum(map(len, claims))} | {sum(false)} | {wrong} | {share} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter, none above 200 trials")
    parser.add_argument("--findings", action="store_true", help="no advice, which costs fits")
    parser.add_argument("--samplers", nargs="+", default=list(SEEDS), choices=list(SEEDS))
    parser.add_argument("--sizes", nargs="+", type=int, help="numbers of trials")
    parser.add_argument("--seeds", nargs="+", type=int, help="seeds, all of them with advice")
    parser.add_argument("--problems", nargs="+", help="planted functions (default: all)")
    parser.add_argument("--keep", type=Path, help="a folder for studies and fits")
    parser.add_argument("--tables", type=Path, help="a folder of tables, to shuffle")
    parser.add_argument("--show", action="store_true", help="print the false sentences")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    if arguments.tables is not None:
        _judge_tables(arguments.tables, show=arguments.show)
        return
    sizes = arguments.sizes or SIZES[: 4 if arguments.quick else None]
    for sampler in arguments.samplers:
        results = []
        seeds = arguments.seeds or range(SEEDS[sampler] // (4 if arguments.quick else 1))
        for problem, n, seed in _plan(sampler, sizes, seeds):
            if arguments.problems and problem.name not in arguments.problems:
                continue
            is_fitted = arguments.seeds is not None or seed < N_FITTED
            with_advice = is_fitted and not arguments.findings
            said = read_study(
                problem, sampler, n, seed, with_advice=with_advice, folder=arguments.keep
            )
            results.append(said)
            for claim in said.claims if arguments.show else ():
                if not claim.is_true:
                    print(f"{problem.name}, {n}: {claim.kind}: {claim.sentence}", file=sys.stderr)
        print(f"\n{sampler}: {len(results)} studies\n")
        print_table(results)


def _judge_tables(folder: Path, *, show: bool) -> None:
    results = []
    for study in read_studies(folder, N_SHUFFLES):
        claims = judge_shuffled(study)
        results.append(Said(None, frozenset({"findings", "advice"}), claims))
        for claim in claims if show else ():
            if not claim.is_true:
                print(f"{study.study_name}: {claim.kind}: {claim.sentence}", file=sys.stderr)
    print(f"\nshuffled tables: {len(results)} studies\n")
    print_table(results)


def _plan(
    sampler: str, sizes: Sequence[int], seeds: Sequence[int]
) -> Iterator[tuple[Planted, int, int]]:
    for problem in PROBLEMS:
        if problem.levels and sampler != "random":
            continue
        for n in sizes:
            for seed in seeds:
                yield problem, n, seed


if __name__ == "__main__":
    main()
