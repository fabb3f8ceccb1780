from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import optuna
import pytest
from invariants import check_findings
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import create_trial
from scipy.special import comb
from scipy.stats import chi2, rankdata
from ugly import UGLY

from optuna_guide.analysis.findings import ALPHA, Finding, find
from optuna_guide.analysis.findings.interactions import describe_size
from optuna_guide.analysis.findings.mains import compare_parameters, explain_within
from optuna_guide.analysis.findings.ranking import rank_trials
from optuna_guide.analysis.rank_tests import (
    benjamini_hochberg,
    between_groups,
    enrichment,
    holm,
    joint_enrichment,
)
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.models.beyond import p_at_any_time
from optuna_guide.models.stretches import MIN_ROWS
from optuna_guide.study.context import Contexts
from optuna_guide.study.exploration import align
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.study.targets import read_target
from optuna_guide.study.within import Within

SPACE: dict[str, BaseDistribution] = {
    "optimizer": CategoricalDistribution(("adam", "sgd")),
    "init": CategoricalDistribution(("orthogonal", "random")),
    "batch_size": IntDistribution(16, 256, log=True),
    "heads": CategoricalDistribution((2, 4, 8)),
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "dropout": FloatDistribution(0.0, 0.5),
}
Columns = dict[str, npt.NDArray[np.float64]]


def table_of(value: Callable[[Columns, np.random.Generator], npt.NDArray[np.float64]], n: int,
             seed: int = 0) -> TrialsTable:  # fmt: skip
    """A table of uniform trials; ``value`` gets unit values, or the index of a choice."""
    rng = np.random.default_rng(seed)
    unit = rng.random((n, len(SPACE)))
    params = np.empty_like(unit)
    columns = {}
    for j, (name, d) in enumerate(SPACE.items()):
        if isinstance(d, CategoricalDistribution):
            params[:, j] = columns[name] = np.floor(unit[:, j] * len(d.choices))
        else:
            low, high = getattr(d, "low"), getattr(d, "high")  # noqa: B009
            log = getattr(d, "log", False)
            params[:, j] = low * (high / low) ** unit[:, j] if log else low + unit[:, j] * high
            columns[name] = unit[:, j]
    losses = value(columns, rng)[:, None]
    return replace(
        read_trials(read_snapshot(UGLY["ten trials"]())),
        space=SPACE,
        numbers=np.arange(n),
        params=params,
        losses=losses,
        violations=np.zeros(n),
        durations=np.full(n, np.nan),
        attributes={},
        pruned=np.zeros(n, dtype=bool),
    )


def found_in(table: TrialsTable) -> tuple[Finding, ...]:
    target = read_target(table)
    found = find(table, align(target, len(table)))
    check_findings(found, len(table), maximise=target.direction == "maximize")
    return found


def sentences(table: TrialsTable, kind: str) -> list[str]:
    return [f.sentence for f in found_in(table) if f.kind == kind]


def lr_and_noise(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    return (c["lr"] - 0.4) ** 2 + 0.02 * rng.random(len(c["lr"]))


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_can_be_searched(build: Callable[[], optuna.Study]) -> None:
    for found in found_in(read_trials(read_snapshot(build()))):
        assert (found.q_value <= ALPHA) == (found.kind != "untested")
        assert 0 <= found.effect <= 1
        assert found.sentence.endswith(".")


def test_on_shuffled_targets_nothing_is_found() -> None:
    table = table_of(lr_and_noise, 150)
    rng = np.random.default_rng(0)
    noisy = sum(
        bool(found_in(replace(table, losses=rng.permutation(table.losses)))) for _ in range(100)
    )
    assert noisy <= 5


def test_a_parameter_that_matters_is_said_with_its_observed_medians() -> None:
    found = found_in(table_of(lr_and_noise, 150))
    first = found[0]
    assert first.kind == "parameter"
    assert first.sentence.startswith("lr matters: the observed median is 0.0")
    assert "at lr in 0.00018 … 0.0032 and" in first.sentence
    assert first.effect > 0.5
    assert first.q_value < 1e-6
    assert [f.sentence for f in found if "dropout" in f.sentence] == []


def test_a_parameter_with_a_promising_range_is_told_of_by_it() -> None:
    table = table_of(lr_and_noise, 150)
    region = {"lr": Intervals(((0.0005, 0.003),))}
    target = align(read_target(table), len(table))
    first = find(table, target, region)[0]
    lr, values = table.params[:, list(SPACE).index("lr")], target.values
    inside = (lr >= 0.0005) & (lr <= 0.003)
    medians = [f"{np.median(values[rows]):.4g}" for rows in (inside, ~inside)]
    said = f"{medians[0]} inside its promising range, 0.0005 … 0.003, and {medians[1]} outside."
    assert first.sentence.endswith(said)
    assert first.where == region


def test_many_promising_choices_are_counted_and_not_named() -> None:
    city = CategoricalDistribution([f"city {k}" for k in range(20)])
    codes = np.arange(400) % 20
    trials = [
        create_trial(
            params={"city": city.choices[k]},
            distributions={"city": city},
            value=float(k > 9) + i / 1e4,
        )
        for i, k in enumerate(codes)
    ]
    study = optuna.create_study()
    study.add_trials(trials)
    table = read_trials(read_snapshot(study))
    region = {"city": Choices(tuple(range(10)))}
    first = find(table, align(read_target(table), len(table)), region)[0]
    assert " at one of the 10 promising choices of city and " in first.sentence


def test_findings_are_ranked_by_effect() -> None:
    effects = [f.effect for f in found_in(table_of(lr_and_noise, 150))]
    assert effects == sorted(effects, reverse=True)


def test_an_effect_that_is_opposite_in_the_main_mode_and_at_the_top_is_found() -> None:
    """Eight heads are worse on average, and yet most of the top tenth has them."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        many = c["heads"] == 2
        lucky = many & (rng.random(len(many)) < 0.2)
        return rng.normal(1 + 0.8 * many, 0.5) - 3.5 * lucky

    said = sentences(table_of(value, 400), "opposite")
    assert len(said) == 1
    assert said[0].startswith("heads = 8 is worse below the top tenth")
    assert "more frequent in the top tenth" in said[0]


def test_an_effect_of_one_sign_is_not_called_opposite() -> None:
    assert sentences(table_of(lr_and_noise, 400), "opposite") == []


def test_a_batch_size_that_matters_only_without_a_good_initialisation_is_found() -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        fragile = (c["optimizer"] == 1) & (c["init"] == 1)
        return np.where(fragile, 2 * c["batch_size"], 0.5) + rng.normal(0, 0.3, len(fragile))

    (said,) = sentences(table_of(value, 300), "condition")
    assert all(name in said for name in ("optimizer", "init = random", "batch_size"))


def test_a_parameter_that_matters_everywhere_makes_no_room_for_false_conditions() -> None:
    tables = [table_of(lr_and_noise, 1000, seed) for seed in range(20)]
    assert sum(bool(sentences(table, "condition")) for table in tables) <= 2


def test_the_simpler_condition_is_said_where_it_tells_as_much() -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return np.where(c["optimizer"] == 1, c["batch_size"], 0.5) + rng.normal(0, 0.1, 300)

    (batch,) = sentences(table_of(value, 300), "condition")
    assert batch.startswith("Where optimizer = sgd, batch_size matters")
    assert "hardly any next to it" in batch


@pytest.mark.parametrize("in_ranks", [False, True], ids=["measured", "in ranks"])
def test_what_only_ranks_make_larger_is_no_interaction(in_ranks: bool) -> None:
    """Ranks crowd where most trials are alike: there any effect looks large."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        noise = rng.normal(0, 0.3, len(c["lr"]))
        loss = 20 * (c["lr"] - 0.35) ** 2 + (c["optimizer"] == 1)
        return loss + noise if in_ranks else np.exp(loss) + noise

    table = table_of(value, 500, seed=0 if in_ranks else 1)
    target = align(read_target(table), len(table))
    if in_ranks:
        within = Within(("data",), "ranks", ("a",), np.zeros(len(table), dtype=np.int64))
        places = rankdata(target.loss) / len(table)
        target = replace(target, loss=places, values=places, within=within)
    found = find(table, target)
    assert {name for f in found if f.kind == "parameter" for name in f.where} >= {
        "lr",
        "optimizer",
    }
    assert [f.sentence for f in found if f.kind == "condition"] == []


def test_what_others_hide_is_no_lack_of_an_effect() -> None:
    """A larger batch is worse; large ones were tried with the better learning rates alone."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return c["batch_size"] - c["lr"] + rng.normal(0, 0.05, len(c["lr"]))

    table = table_of(value, 600)
    batch, lr = (table.unit()[:, list(SPACE).index(name)] for name in ("batch_size", "lr"))
    table = table.take(np.flatnonzero(np.abs(batch - lr) < 0.2))
    trials = rank_trials(table, align(read_target(table), len(table)))
    assert trials is not None
    everywhere = np.ones(len(table), dtype=bool)
    j = [part.name for part in trials.parts].index("batch_size")
    mains = compare_parameters(trials)
    seen = explain_within(trials, mains, everywhere, j)
    alone = replace(mains, is_clear=np.zeros_like(mains.is_clear))
    assert explain_within(trials, alone, everywhere, j).share < 0.1 < 0.2 < seen.share
    assert seen.p < 1e-6


def test_pruned_trials_tell_apart_what_they_reached_where_they_ended() -> None:
    """Of 150 trials 120 were pruned, the worse ones at the first step; hardly any is complete."""
    table = table_of(lr_and_noise, 150)
    place = np.argsort(np.argsort(table.losses[:, 0])) / 150
    pruned = np.random.default_rng(1).random(150) < 0.8
    losses = np.where(pruned[:, None], 1.0, table.losses)
    trials = replace(table, pruned=pruned, losses=losses)
    assert sentences(trials, "parameter") == []
    (said,) = sentences(replace(trials, places=np.where(pruned, place, np.nan)), "parameter")
    assert said.startswith("lr matters: the median place where trials ended (0 % = best")


def test_an_effect_that_is_larger_under_a_condition_is_said_with_both_sizes() -> None:
    """Without noise the batch size explains all there is, with either optimizer."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        steep = np.where(c["optimizer"] == 1, 5.0, 0.5)
        return steep * c["batch_size"] + rng.normal(0, 0.02, len(steep))

    (said,) = sentences(table_of(value, 400), "condition")
    most = "(batch_size|optimizer) matters more where (optimizer = sgd|batch_size in 128 … 256): "
    assert re.match(f"{most}the observed median is ", said)
    assert ", against " in said


@pytest.mark.parametrize("few", [0.0, 0.12])
def test_medians_alone_do_not_make_an_effect_larger(few: float) -> None:
    """With adam most trials tell of a small effect, and a few of one as large as with sgd."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        is_far = (c["optimizer"] == 0) & (c["dropout"] < few)
        steep = np.where(c["optimizer"] == 1, 5.0, 0.5)
        loss = np.where(is_far, 40 * c["batch_size"] - 40, steep * c["batch_size"])
        return loss + rng.normal(0, 0.02, len(steep))

    table = table_of(value, 400)
    trials = rank_trials(table, align(read_target(table), len(table)))
    assert trials is not None
    mains, names = compare_parameters(trials), [str(option) for option in trials.options]
    sgd, *ends = (
        names.index(name)
        for name in ("optimizer = sgd", "batch_size in 16 … 31", "batch_size in 128 … 256")
    )
    inside = explain_within(trials, mains, trials.has(sgd), int(trials.owner[ends[0]]))
    said = describe_size(trials, mains, sgd, inside, (ends[0], ends[1]))
    assert (said is None) == (few > 0)


def test_a_parameter_that_matters_on_one_data_set_is_said_with_it() -> None:
    datasets = np.random.default_rng(2).choice(["ant", "bee", "cat"], 400).astype(object)

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return np.where(datasets == "bee", c["dropout"], 0.5) + rng.normal(0, 0.2, 400)

    table = replace(table_of(value, 400), contexts=Contexts({"dataset": datasets}))
    (found,) = [f for f in found_in(table) if f.kind == "condition"]
    assert found.sentence.startswith("Where dataset = bee, dropout matters: ")
    assert found.where == {}


@pytest.mark.parametrize("weight", [0.0, 0.4])
def test_a_share_under_a_condition_says_that_others_were_taken_out(weight: float) -> None:
    datasets = np.random.default_rng(2).choice(["ant", "bee", "cat"], 400).astype(object)

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        acts = np.where(datasets == "bee", c["dropout"], 0.5)
        return acts + weight * c["lr"] + rng.normal(0, 0.15, 400)

    table = replace(table_of(value, 400), contexts=Contexts({"dataset": datasets}))
    (said,) = sentences(table, "condition")
    assert ("; beyond the others that matter, it explains " in said) == (weight > 0)


def test_an_interaction_is_one_sentence_along_an_ordered_parameter() -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return c["lr"] * c["dropout"] + rng.normal(0, 0.15, len(c["lr"]))

    (said,) = sentences(table_of(value, 600), "condition")
    start = "(lr|dropout) matters more the larger (lr|dropout) is: (beyond .*, )?it explains"
    assert re.match(start, said)


def test_shares_medians_and_count_of_an_order_are_of_the_trials_of_its_test() -> None:
    """At the largest batch size a third of the combinations are missing, and it is not tested."""
    cells = np.array(
        [c for c in np.ndindex(3, 3, 2) if not (c[0] == 2 and (c[1] == 2 or (c[1] and c[2])))]
    ).repeat(8, axis=0)
    rng = np.random.default_rng(1)
    rng.shuffle(cells)
    size, rate, init = cells.T
    table = table_of(lr_and_noise, len(cells))
    params = table.params.copy()
    names = list(SPACE)
    params[:, names.index("batch_size")] = np.array([16, 64, 256])[size]
    params[:, names.index("lr")] = np.array([1e-3, 1e-2, 1e-1])[rate]
    params[:, names.index("init")] = init
    losses = rate * np.array([0.3, 2.0, 4.0])[size] + init + rng.normal(0, 0.3, len(cells))
    (found,) = (
        f
        for f in found_in(replace(table, params=params, losses=losses[:, None]))
        if f.sentence.startswith("lr matters more the larger batch_size is: ")
    )
    assert re.search(
        r"explains \d+ % of the variance of the ranks at batch_size = 16, "
        r"\d+ % at batch_size = 64 and \d+ % at batch_size = 256 \(without lr = 0.1\); where",
        found.sentence,
    )
    (told,) = re.findall(r"where batch_size = (\d+), the observed median", found.sentence)
    assert found.n == (params[:, names.index("batch_size")] == float(told)).sum()
    assert found.where == {"batch_size": Intervals(((float(told), float(told)),))}


def test_an_option_that_is_better_here_and_worse_there_is_said_with_both() -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return np.abs(c["lr"] + c["dropout"] - 1) + rng.normal(0, 0.1, len(c["lr"]))

    (said,) = sentences(table_of(value, 200), "condition")
    assert re.match(r"Which of (lr|dropout) in .+ and \1 in .+ is better depends on", said)


def test_several_infinite_values_leave_medians_in_the_units_of_the_target() -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return np.where(c["lr"] > 0.9, np.inf, lr_and_noise(c, rng))

    (said,) = [s for s in sentences(table_of(value, 200), "parameter") if s.startswith("lr ")]
    assert "observed median" in said


def rate_by_batch(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    far = 4 * (c["lr"] - 0.5 * c["batch_size"] - 0.2) ** 2
    return far + 0.5 * (c["dropout"] - 0.2) ** 2 + 0.05 * rng.normal(size=len(c["lr"]))


def test_best_values_that_move_together_are_told_with_what_to_search_instead() -> None:
    table = table_of(rate_by_batch, 400)
    (said,) = sentences(table, "ridge")
    told = re.match(
        r"The best lr moves with batch_size: in the median it is (\S+) in the best (\d+) of (\d+) "
        r"trials at batch_size in 16 … 31, and (\S+) in the best (\d+) of (\d+) at batch_size in "
        r"128 … 256\. A range of each alone cuts good ones off: search factor in lr = factor \* "
        r"batch_size \*\* (\S+) instead of lr\.",
        said,
    )
    assert told is not None, said
    batch, rate = table.params[:, 2], table.params[:, 4]
    for inside, (middle, best, n) in zip(
        (batch < 31.5, batch > 127.5), (told.groups()[:3], told.groups()[3:6]), strict=True
    ):
        order = np.argsort(table.losses[inside, 0])[: int(best)]
        assert int(n) == inside.sum()
        assert float(middle) == pytest.approx(np.median(rate[inside][order]), rel=0.05)
    # half the unit range of batch_size is half of five decades over four doublings
    assert float(told[7]) == pytest.approx(0.5 * np.log(1e5) / np.log(16), rel=0.2)


@pytest.mark.parametrize("far", [0.0, np.inf])
def test_what_is_far_from_a_valley_does_not_bend_its_floor(far: float) -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        steep = 4 * np.abs(c["lr"] - 0.5 * c["batch_size"] - 0.2)
        return steep + np.where(c["lr"] > 0.9, far, 0.05 * rng.normal(size=len(steep)))

    (said,) = sentences(table_of(value, 300), "ridge")
    found = re.search(r"factor \* batch_size \*\* (\S+) instead of lr\.$", said)
    assert found is not None, said
    assert float(found[1]) == pytest.approx(0.5 * np.log(1e5) / np.log(16), rel=0.1)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            lambda c: 4 * (c["lr"] - 0.4) ** 2 + 2 * (c["batch_size"] - 0.6) ** 2, id="bowl"
        ),
        pytest.param(lambda c: c["lr"] * c["batch_size"], id="slope"),
        pytest.param(
            lambda c: np.exp(3 * (c["lr"] - 0.8) ** 2 + 3 * (c["batch_size"] - 0.7) ** 2),
            id="scale",
        ),
    ],
)
def test_a_bowl_a_slope_and_another_scale_are_no_ridge(value) -> None:
    for seed in range(5):
        table = table_of(lambda c, rng: value(c) + 0.05 * rng.normal(size=len(c["lr"])), 300, seed)
        assert sentences(table, "ridge") == []


def test_effects_next_to_a_condition_that_are_opposite_do_not_cancel() -> None:
    """batch_size matters for every optimizer and init, each time the other way round."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        sign = np.where(c["optimizer"] == c["init"], 1, -1)
        return sign * (c["batch_size"] - 0.5) + rng.normal(0, 0.1, len(sign))

    said = sentences(table_of(value, 400), "condition")
    assert [words for words in said if "hardly" in words] == []


def test_what_sets_the_best_apart_is_found_where_the_middle_does_not_show_it() -> None:
    """Half of the middle has four heads, and nearly all of the top twentieth."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        return rng.random(400) - (rng.random(400) < np.where(c["heads"] == 1, 0.17, 0.005))

    table = table_of(value, 400)
    params = table.params.copy()
    heads = np.random.default_rng(5).choice(3, 400, p=[0.25, 0.5, 0.25])
    params[:, list(SPACE).index("heads")] = heads
    top = np.isin(np.arange(400), np.argsort(table.losses[:, 0])[:20])
    params[top, list(SPACE).index("heads")] = 1
    (said,) = sentences(replace(table, params=params), "top")
    assert said.startswith("heads = 4 distinguishes the top 5 %: 100 % of them (20 of 20 trials)")


def test_rare_options_are_put_together_or_left_out() -> None:
    table = table_of(lambda c, rng: c["lr"] + 0.1 * rng.random(len(c["lr"])), 200)
    params = table.params.copy()
    params[:, list(SPACE).index("heads")] = 0
    params[:3, list(SPACE).index("heads")] = 1
    params[3:6, list(SPACE).index("init")] = 1
    params[:3, list(SPACE).index("init")] = 0
    low = np.argsort(table.params[:, list(SPACE).index("dropout")])
    params[low, list(SPACE).index("dropout")] = np.r_[[0.01] * 3, np.linspace(0.2, 0.5, 197)]
    trials = rank_trials(replace(table, params=params), align(read_target(table), len(table)))
    assert trials is not None
    labels = [str(option) for option in trials.options]
    assert not any(label.startswith("heads") for label in labels)
    assert "dropout in 0 … 0.25" in labels
    assert trials.members.sum(axis=0).min() >= MIN_ROWS


def test_one_option_is_never_compared_with_itself_or_with_an_equal_median() -> None:
    """A bowl whose ends were tried so rarely that only one part of the range can be spoken of."""
    exponents = np.r_[
        np.random.default_rng(0).uniform(-4.4, -3.1, 24), -5, -4.9, -2, -1.8, -1, -0.5
    ]
    table = table_of(lambda c, rng: c["lr"], 30)
    params = table.params.copy()
    params[:, list(SPACE).index("lr")] = 10**exponents
    losses = (0.08 + 0.02 * (exponents + 4.2) ** 2)[:, None]
    for said in sentences(replace(table, params=params, losses=losses), "parameter"):
        (low, at), (high, beside) = re.findall(r"(\S+) at (\w+ (?:in|=) [^;]+?)(?= and|\.$)", said)
        assert at != beside
        assert float(low) < float(high)


def test_random_trials_of_the_start_up_speak_where_a_sampler_settled_later() -> None:
    table = table_of(lr_and_noise, 150)
    params, losses = table.params.copy(), table.losses.copy()
    rng = np.random.default_rng(3)
    params[60:, list(SPACE).index("lr")] = 10 ** rng.uniform(-3.4, -2.8, 90)
    losses[60:] = 0.02 * rng.random((90, 1))
    (said,) = sentences(replace(table, params=params, losses=losses), "parameter")
    assert said.startswith("lr matters")


def test_trials_drawn_blindly_tell_what_the_learnt_ones_hide() -> None:
    """The sampler settles on good values of lr and dropout at once, and goes on to improve."""
    table = table_of(lr_and_noise, 150)
    params, losses = table.params.copy(), table.losses.copy()
    rng = np.random.default_rng(3)
    for name, low, high in (("lr", 1e-3, 2e-3), ("dropout", 0.05, 0.06)):
        params[40:, list(SPACE).index(name)] = rng.uniform(low, high, 110)
    losses[40:] = -np.linspace(0.5, 5, 110)[:, None] + 3 * rng.normal(size=(110, 1))
    table = replace(table, params=params, losses=losses)
    assert sentences(table, "parameter") == []
    table = replace(table, blind=frozenset(range(40)))
    (said,) = sentences(table, "parameter")
    assert said.startswith("lr matters: among the 40 trials drawn before the sampler learnt, the")
    assert not any("lr" in words for words in sentences(table, "untested"))


def test_of_a_number_the_order_within_its_quarters_counts() -> None:
    table = table_of(lr_and_noise, 100)
    params, rng, at = table.params.copy(), np.random.default_rng(0), list(SPACE).index("lr")
    exponents = np.r_[rng.uniform(-3.7, -2.6, 90), rng.uniform(-2.4, 0, 10)]
    params[:, at] = 10**exponents
    losses = (exponents.clip(max=-2.6) + 0.4 * rng.normal(size=100))[:, None]
    table = replace(table, params=params, losses=losses)
    trials = rank_trials(table, align(read_target(table), 100))
    assert trials is not None
    assert compare_parameters(trials).p_values[at] < 1e-5


def test_two_parts_that_reach_the_top_together_are_found() -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        both = (c["heads"] == 1) & (c["init"] == 1)
        return rng.random(len(both)) - 0.4 * both

    said = sentences(table_of(value, 1200), "together")
    assert any("init = random together with heads = 4" in words for words in said)


@pytest.mark.parametrize("spread", [0.5, 0.2])
def test_two_parts_that_are_good_by_themselves_are_not_said_to_go_together(spread: float) -> None:
    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        alone = 0.6 * (c["heads"] == 1) + 0.6 * (c["init"] == 1)
        return spread * rng.normal(size=len(alone)) - alone

    for seed in range(5):
        assert sentences(table_of(value, 400, seed), "together") == []


def test_hits_with_both_parts_are_counted_by_the_odds_of_each() -> None:
    """The margins of the top leave one number free, as in the exact test of Zelen (1971)."""
    counts = np.array([[10.0, 10.0, 10.0, 10.0]])
    hits = np.array([[4.0, 1.0, 1.0, 2.0]])
    both = np.arange(2, 6)  # five have the one, five the other, of eight
    ways = comb(10, both) * comb(10, 5 - both) ** 2 * comb(10, both - 2)
    assert joint_enrichment(hits, counts) == pytest.approx(ways[2:].sum() / ways.sum())
    several = np.convolve(ways, ways) / ways.sum() ** 2
    twice = joint_enrichment(np.tile(hits, (2, 1)), np.tile(counts, (2, 1)))
    assert twice == pytest.approx(several[4:].sum())
    assert joint_enrichment(np.array([[9.0, 0, 0, 0]]), counts) == 1.0


def test_a_study_that_improves_with_time_does_not_credit_what_changed_meanwhile() -> None:
    """A sampler settles on a value of an irrelevant parameter while the target improves."""

    def value(c: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        n = len(c["lr"])
        return -np.arange(n) / n + rng.normal(0, 0.05, n)

    table = table_of(value, 200)
    params = table.params.copy()
    params[100:, list(SPACE).index("dropout")] = 0.01
    assert {f.kind for f in found_in(replace(table, params=params))} <= {"untested"}


def test_what_a_sampler_settled_on_together_with_what_matters_is_not_credited() -> None:
    """The better lr is, the lower is dropout, which does nothing."""
    table = table_of(lr_and_noise, 300)
    params, lr = table.params.copy(), table.params[:, list(SPACE).index("lr")]
    settled = np.abs(np.log10(lr) + 3) + np.random.default_rng(1).normal(0, 0.7, 300)
    params[:, list(SPACE).index("dropout")] = np.clip(0.5 * settled / 3, 0, 0.5)
    assert [
        words.split()[0] for words in sentences(replace(table, params=params), "parameter")
    ] == ["lr"]


def test_a_finding_names_the_part_of_the_space_that_it_speaks_of() -> None:
    table = table_of(lambda c, rng: c["lr"] + rng.normal(0, 0.1, len(c["lr"])), 200)
    found = find(table, align(read_target(table), len(table)))
    matters = next(f for f in found if f.kind == "parameter")
    assert set(matters.where) == {"lr"}
    inside = matters.where["lr"].contains(table.params[:, table.names.index("lr")])
    assert 0 < inside.sum() < len(table)
    assert table.losses[inside, 0].mean() < table.losses[~inside, 0].mean()


def test_what_a_sampler_settled_on_at_once_cannot_be_tested_and_is_said_so() -> None:
    table = table_of(lr_and_noise, 150)
    params, losses = table.params.copy(), table.losses.copy()
    rng = np.random.default_rng(3)
    for start, end, exponent in ((0, 60, -1.0), (60, 150, -3.0)):
        n = end - start
        lr = 10 ** rng.uniform(exponent, exponent + 0.2, n)
        params[start:end, list(SPACE).index("lr")] = lr
        losses[start:end, 0] = abs(exponent + 3) + 0.1 * rng.random(n)
    (found,) = found_in(replace(table, params=params, losses=losses))
    assert found.kind == "untested"
    assert found.sentence.startswith("Whether lr matters cannot be tested: the observed median is")
    assert "(90 trials)" in found.sentence


def test_what_is_known_to_matter_explains_what_a_sampler_settled_on_in_a_narrow_part() -> None:
    """In a hundredth of its range lr goes on to matter; dropout, which does nothing, follows."""
    table, rng = table_of(lr_and_noise, 150), np.random.default_rng(0)
    params, losses = table.params.copy(), table.losses.copy()
    lr, dropout = (list(SPACE).index(name) for name in ("lr", "dropout"))
    step = rng.random(110)
    params[40:, lr] = 10 ** (-3 + 0.05 * step)
    params[40:, dropout] = 0.5 * np.clip(step + 0.2 * rng.normal(size=110), 0, 1)
    losses[40:, 0] = step - 1 + 0.1 * rng.normal(size=110)
    table = replace(table, params=params, losses=losses)
    (said,) = sentences(table, "parameter")
    assert said.startswith("lr matters: ")
    assert sentences(table, "untested") == []


@pytest.mark.parametrize(("shift", "found"), [(1.5, []), (6.0, ["heads"])])
def test_bad_luck_after_which_an_option_was_left_is_no_effect(
    shift: float, found: list[str]
) -> None:
    """Two of three options are left after 30 trials: once worse by chance, once clearly."""
    table, rng = table_of(lr_and_noise, 400), np.random.default_rng(1)
    params, losses = table.params.copy(), rng.normal(size=400)
    heads, dropout = (list(SPACE).index(name) for name in ("heads", "dropout"))
    left = params[:30, heads] != 2
    losses[:30] += shift * left * (rng.random(30) < 0.7)
    params[30:, heads] = 2
    params[30:, dropout] *= 0.2
    params[::40, heads] = 0
    told = sentences(replace(table, params=params, losses=losses[:, None]), "parameter")
    assert [words.split()[0] for words in told] == found


def test_where_no_option_was_left_results_chose_nothing_away() -> None:
    table = table_of(lr_and_noise, 200)
    trials = rank_trials(table, align(read_target(table), len(table)))
    assert trials is not None
    grown, plain = (compare_parameters(replace(trials, growth=g)).p_values for g in (3.0, 0.0))
    np.testing.assert_array_equal(grown, plain)


def test_what_is_seen_of_a_pile_is_said_of_the_part_where_it_lies() -> None:
    """Most trials above the middle of lr's second quarter lie just above it."""
    table, rng = table_of(lr_and_noise, 200), np.random.default_rng(5)
    params, lr = table.params.copy(), list(SPACE).index("lr")
    unit = np.where(np.arange(200) < 60, rng.random(200), 0.26 + 0.02 * rng.random(200))
    params[:, lr] = 10 ** (5 * unit - 5)
    losses = np.abs(unit - 0.27) + 0.02 * rng.random(200)
    table = replace(table, params=params, losses=losses[:, None])
    (found,) = (f for f in found_in(table) if f.kind == "parameter")
    assert "is 0.01" in found.sentence
    seen = re.search(r"at lr in (\S+) … (\S+) and", found.sentence)
    assert seen is not None
    low, high = float(seen[1]), float(seen[2])
    assert 10**-3.75 < low < high < 10**-3
    inside = found.where["lr"].contains(params[:, lr])
    assert f"{np.median(losses[inside]):.4g}" in found.sentence


def test_what_a_sampler_moved_together_cannot_be_told_apart() -> None:
    table = table_of(lr_and_noise, 150)
    params, losses = table.params.copy(), table.losses.copy()
    rng = np.random.default_rng(3)
    late = np.arange(150) >= 60
    for name, low, high in (("lr", 1e-3, 1e-1), ("dropout", 0.05, 0.45)):
        value = np.where(late, low, high) * rng.uniform(1.0, 1.1, 150)
        params[:, list(SPACE).index(name)] = value
    losses[:, 0] = ~late + 0.1 * rng.random(150)
    (found,) = found_in(replace(table, params=params, losses=losses))
    names = found.sentence.removeprefix("At least one of ").split(" matters: ")[0]
    assert "Which one cannot be tested" in found.sentence
    assert set(names.split(" and ")) == {"lr", "dropout"} == set(found.where)


def test_pruned_trials_rank_behind_all_complete_ones() -> None:
    table = table_of(lr_and_noise, 150)
    lr = np.log10(table.params[:, list(SPACE).index("lr")])
    pruned = lr > -1.5
    losses = np.where(pruned[:, None], -9.0, table.losses)
    (said,) = sentences(replace(table, pruned=pruned, losses=losses), "parameter")
    assert said.startswith("lr matters: the observed median, pruned trials last, is 0.0")
    assert "and pruned at lr in 0.056 … 1" in said


def test_nothing_is_said_where_all_are_pruned() -> None:
    assert found_in(replace(table_of(lr_and_noise, 150), pruned=np.ones(150, dtype=bool))) == ()


def test_the_correction_is_that_of_benjamini_and_hochberg() -> None:
    q = benjamini_hochberg([0.01, 0.04, 0.03, 0.5])
    assert q.tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


def test_the_correction_for_any_false_one_is_that_of_holm() -> None:
    assert holm([0.01, 0.04, 0.03, 0.5]).tolist() == pytest.approx([0.04, 0.09, 0.09, 0.5])


def test_p_values_between_groups_are_those_of_permutations() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat([0, 1, 2], [8, 8, 14])
    ranks = rankdata(rng.random(30) + 0.25 * groups)
    ranks -= ranks.mean()
    flags = (groups == np.arange(3)[:, None]).astype(float)

    def measure(order: npt.NDArray[np.float64]) -> float:
        return float(((flags @ order) ** 2 / flags.sum(axis=1)).sum())

    shuffled = [measure(rng.permutation(ranks)) for _ in range(4000)]
    exact = np.mean(np.array(shuffled) >= measure(ranks))
    sums = [flags @ ranks**k for k in range(3)]
    effect, p, n = between_groups(sums[0], sums[1], sums[2], np.array([0]))
    assert p[0] == pytest.approx(exact, abs=0.02)
    assert (0 < effect[0] < 1, n[0]) == (True, 30)


def test_a_test_that_is_repeated_after_each_trial_is_false_as_often_as_it_says() -> None:
    sums = np.random.default_rng(0).normal(size=(4000, 500)).cumsum(axis=1)
    n = np.arange(1, 501)
    largest = (sums**2 / n)[:, 9:].max(axis=1)
    p_values = [p_at_any_time(float(chi2.sf(y, 1)), 1, np.log(500 / 10)) for y in largest]
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.055
    assert p_at_any_time(0.03, 2, 0.0) == 0.03


def test_enrichment_is_the_hypergeometric_tail() -> None:
    part, top, n = np.array([[3.0, 3.0]]), np.array([3.0]), np.array([10.0])
    p = enrichment(np.array([3.0, 0.0]), part, top, n)
    assert p == pytest.approx([1 / 120, 1])


def test_enrichment_within_strata_is_that_of_permutations_within_them() -> None:
    rng = np.random.default_rng(0)
    late = np.repeat([False, True], [60, 60])
    inside = rng.random(120) < np.where(late, 0.7, 0.2)
    top = late & (rng.random(120) < np.where(inside, 0.45, 0.15))
    flags = np.stack([~late, late]).astype(float)

    def p_of(strata: npt.NDArray[np.float64]) -> float:
        hits = np.array([float((top & inside).sum())])
        return float(
            enrichment(hits, strata @ inside[:, None], strata @ top, strata.sum(axis=1))[0]
        )

    shuffled = [(top[60:] & rng.permutation(inside[60:])).sum() for _ in range(4000)]
    exact = np.mean(np.array(shuffled) >= (top & inside).sum())
    assert p_of(flags) == pytest.approx(exact, abs=0.01)
    assert p_of(np.ones((1, 120))) < 0.2 * p_of(flags)


def test_a_range_hardly_better_than_the_rest_is_not_what_shows_an_effect() -> None:
    table = table_of(lr_and_noise, 150)
    target = align(read_target(table), len(table))
    ends = 1e-5 * 1e5**0.4, 1e-5 * 1e5**0.84
    first = find(table, target, {"lr": Intervals((ends,))})[0]
    assert first.sentence.startswith("lr matters: the observed median is 0.0")
    assert "promising range" not in first.sentence


def test_what_most_of_the_top_has_is_told_where_it_is_not_the_better_option() -> None:
    """Most trials are better with one option, the very best ones are of the other."""

    def value(columns: Columns, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        wide = columns["optimizer"] == 1
        return np.where(wide, np.where(rng.random(len(wide)) < 0.2, -3.0, 1.5), 0.0) + rng.normal(
            size=len(wide)
        )

    words = [f.sentence for f in found_in(table_of(value, 400))]
    told = next(w for w in words if w.startswith("optimizer matters"))
    assert re.search(
        r"at optimizer = adam and .* at optimizer = sgd; \d+ of the top 40 trials ", told
    )
    assert told.endswith("trials have optimizer = sgd.")
