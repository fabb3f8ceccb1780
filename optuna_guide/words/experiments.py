"""Experiments in words: what is expected, what was gained, how a trial goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.wording import difference, join_words, one_line, percent, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.experiments.candidates import ExpectedOutcome
    from optuna_guide.experiments.children import Child
    from optuna_guide.experiments.path import Path
    from optuna_guide.experiments.queue import QueuedTrial
    from optuna_guide.experiments.worth import Worth

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 10  # of a spark line


def expected(forecast: ExpectedOutcome | None) -> str:
    """What a candidate is expected to gain, or to reach where it has no parent."""
    return "cannot be told" if forecast is None else str(forecast)


def weigh(worth: Worth, values: Mapping[int, float]) -> list[str]:
    """What speaks against a configuration, and for it, in sentences.

    Args:
        worth: What was found.
        values: Trial number to the target that it reached.
    """
    made = worth.candidate
    if made is None:
        return [problem.text for problem in worth.problems]
    done = "Queued" if made.is_queued else "Tried"
    said = [f"{done} already: {join_words([_reached(k, values) for k in made.tried[:3]])}."]
    said = said if made.tried else []
    if worth.outside:
        said.append(f"Outside of the applied region: {_names(worth.outside)}.")
    if worth.dominated_by is not None:
        said.append(f"{_reached(worth.dominated_by, values).capitalize()}, and is surely better.")
    forecast = made.forecast
    if forecast is not None and made.parent is not None:
        best = f"what is expected of trial {made.parent}, the best"
        said.append(f"Expected {expected(forecast)} against {best}.")
    elif not made.tried:
        said.append(f"What to expect cannot be told: {made.untold}.")
    if worth.novelty is not None and not made.tried:
        said.append(f"{percent(worth.novelty)} apart from trial {worth.nearest}, the most alike.")
    if worth.unpromising:
        said.append(f"Outside of the promising ranges: {_names(worth.unpromising)}.")
    return [*said, *made.warnings]


def _reached(number: int, values: Mapping[int, float]) -> str:
    value = values.get(number)
    return f"trial {number}" + ("" if value is None else f" reached {value:.4g}")


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(map(one_line, names[:5])) + more


def gained(child: Child) -> str:
    """What a child gained over its parent, and what the noise of repeated trials leaves open."""
    if child.delta is None:
        return "" if child.pruned is None else str(child.pruned)
    return difference(child.delta.value, child.delta.low, child.delta.high)


def judged(child: Child) -> str:
    """Whether a child is better, and whether that was expected."""
    if child.delta is None:
        return ""
    said = "" if child.delta.verdict == "unknown" else child.delta.verdict
    if child.as_expected is None:
        return said
    return f"{said}, {'as expected' if child.as_expected else 'unexpected'}".lstrip(", ")


def sizes(shares: Mapping[str, float]) -> str:
    """Expected sizes beside the parent's, such as ``n_params −9 %``."""
    return ", ".join(f"{one_line(name)} {_growth(share)}" for name, share in shares.items())


def interactions(path: Path) -> list[str]:
    """Steps of a path whose gains do not add up."""
    return [
        f"{one_line(one)} and {one_line(other)} together: {signed(extra)} beyond each alone"
        for one, other, extra in path.interactions
    ]


def spark(values: Sequence[float]) -> str:
    """Reported values as a line of bars; empty where there are none."""
    if len(values) < 2:
        return ""
    kept = [values[round(k * (len(values) - 1) / (_WIDTH - 1))] for k in range(_WIDTH)]
    shown = list(values) if len(values) <= _WIDTH else kept
    low, high = min(shown), max(shown)
    reach = (high - low) or 1.0
    return "".join(_BARS[round((v - low) / reach * (len(_BARS) - 1))] for v in shown)


def how_far(trial: QueuedTrial) -> str:
    """How far a running trial is."""
    if trial.seconds is None:
        return "waits"
    share = "" if trial.progress is None else f", {100 * trial.progress:.0f} % of its steps"
    return f"runs for {trial.seconds:.0f} s{share}"


def _growth(share: float) -> str:
    percent = round(100 * (share - 1))
    return f"{percent:+d} %".replace("-", "−") if percent else "±0 %"
