"""Experiments in words: what is expected, what was gained, how a trial goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.experiments.candidates import Forecast
    from optuna_guide.experiments.children import Child, Delta
    from optuna_guide.experiments.path import Path
    from optuna_guide.experiments.queue import QueuedTrial

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 10  # of a spark line


def signed(value: float) -> str:
    """A difference with its sign."""
    return f"{value:+.3g}".replace("-", "−")


def within(low: float, high: float) -> str:
    """An interval of a difference."""
    return f"[{signed(low)} … {signed(high)}]"


def expected(forecast: Forecast | None) -> str:
    """What a candidate is expected to gain, or to reach where it has no parent."""
    if forecast is None:
        return "cannot be told"
    if forecast.delta is None or forecast.delta_low is None or forecast.delta_high is None:
        return f"{forecast.value:.4g} [{forecast.low:.4g} … {forecast.high:.4g}]"
    return f"{signed(forecast.delta)} {within(forecast.delta_low, forecast.delta_high)}"


def gained(delta: Delta | None) -> str:
    """What a child gained over its parent, and what the noise of repeated trials leaves open."""
    if delta is None:
        return ""
    if delta.low is None or delta.high is None:
        return signed(delta.value)
    return f"{signed(delta.value)} {within(delta.low, delta.high)}"


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
