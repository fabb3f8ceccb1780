"""Whether to go on with a search, and how: the one place that says so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optuna_guide.domain.wording import cut, measured, one_line
from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import SMALL
from optuna_guide.words.steering import guiding, how_to_guide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.analysis.record import Record
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.next_trial import NextTrial

STALLED = ("Repeated configurations", "Premature convergence", "Diversity of the newest trials")
FRESH = 0.5  # of the trials looked back at: without a new best for longer, it gained before that
BEGUN = 10  # trials looked back at: with fewer, a search has just begun
_CONTEXT = 20  # columns
N_HELD = 3  # contexts whose best is named


def say_search(
    record: Record, flagged: Mapping[str, str], guidance: Guidance | NotReady
) -> tuple[str, str]:
    """Whether to go on, in a few words; how, and what stands behind it.

    Args:
        record: The best so far.
        flagged: Name of each check of the search that is flagged to what was found.
        guidance: What was learnt, or why nothing was.
    """
    if record.ahead is not None and record.ahead.exhausted:
        return f"No: {record.ahead.exhausted}", _reached(record)
    if not record.is_ordered:
        return "Nothing tells when trials ended", _reached(record)
    ago = "" if record.is_front else f", {_ago(record.n_since)}"
    if record.first is not None:
        ago = f", first reached by trial {record.first}{ago}"
    gained = _gained(record, guidance)
    more = f"{_reached(record)}{ago}; {_of_recent(record, gained)}"
    if record.n_recent < BEGUN:
        said = "Yes: it has just begun"
    elif not record.n_improved:
        said = "Rather not: nothing gained of late"
    elif record.n_since > FRESH * record.n_recent:
        said = f"Perhaps not: nothing gained for {record.n_since} trials"
        more = _before(record, gained)
    elif record.gained < SMALL * record.lead:
        said = "Perhaps: it gains little"
    elif any(name in flagged for name in STALLED):
        said = "Perhaps: it gains, but tries little new"
    else:
        said = "Yes: it still gains"
    step = "" if record.ahead is None else _step(said.split(":")[0], record.ahead)
    return said, f"{step}; {more}" if step else more


def _step(answer: str, ahead: NextTrial) -> str:
    """What to do next; empty where that is to go on as it is.

    Args:
        answer: Whether to go on: "Yes", "Perhaps", or one that ends with "not".
        ahead: What the next trial keeps to.
    """
    sampler = guiding(ahead)
    if answer == "Yes":
        return how_to_guide(ahead)
    if not answer.endswith("not"):
        return f"go on with {sampler}" if sampler else ""
    ways = {"confined": "clear the applied ranges", "paused": "resume guiding"}
    way = ways.get(ahead.kind, f"go on with {sampler}" if sampler else "")
    return f"stop, or {way}" if way else "stop, unless a trial costs little"


def _reached(record: Record) -> str:
    if record.is_front:
        return (
            f"the front last grew {_ago(record.n_since)}"
            if record.is_ordered
            else f"trial {record.number} is on the front"
        )
    if record.held:
        n = len(record.held) if len(record.held) <= N_HELD + 1 else N_HELD
        told = ", ".join(
            f"{cut(one_line(best.context), _CONTEXT)} {best.value:.4g} (trial {best.number})"
            for best in record.held[:n]
        )
        n_more = len(record.held) - n
        return f"best in {told}{f' and {n_more} more' if n_more else ''}"
    return f"best {measured(record.value, record.unit, 4)} (trial {record.number})"


def _ago(n: int) -> str:
    return "with the newest trial" if n == 0 else f"{n} trial{'s' * (n != 1)} ago"


def _of_recent(record: Record, gained: str) -> str:
    many = "last trial" if record.n_recent == 1 else f"last {record.n_recent} trials"
    if record.is_front:
        return f"{record.n_improved or 'none'} of the {many} joined it"
    if not record.n_improved or math.isnan(record.gained):
        return f"{record.n_improved or 'none'} of the {many} improved it"
    return f"the {many} gained {gained}"


def _before(record: Record, gained: str) -> str:
    """What the trials looked back at gained until the newest ones gained nothing."""
    many = f"{record.n_recent - record.n_since} trials before these"
    if record.is_front:
        return f"{record.n_improved} of the {many} joined the front"
    if math.isnan(record.gained):
        return f"{_reached(record)}; {record.n_improved} of the {many} improved it"
    return f"{_reached(record)}; the {many} gained {gained}"


def _gained(record: Record, guidance: Guidance | NotReady) -> str:
    gained = measured(record.gained, record.unit, 2)
    told = f"{gained} ({record.given})" if record.given else gained
    if isinstance(guidance, NotReady) or guidance.trust.state != "values":
        return told
    is_small = record.gained < guidance.trust.typical_error
    return f"{told}, less than predictions tell apart" if is_small else told
