"""Prompts for the common jobs, which name the tools in the order in which they help."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcp.server import MCPServer


def add_prompts(server: MCPServer, *, allow_writes: bool) -> None:
    """Add the prompts; what is to be written is only told where it can be."""
    run = (
        "Enqueue the ones that you choose with `enqueue`, each with why."
        if allow_writes
        else "You cannot write: list the ones that you choose, for a person to enqueue."
    )

    @server.prompt(title="What to run next")
    def next_trials(n: str = "3") -> str:
        """Choose the next trials of a study."""
        return (
            f"Choose {n} trials to run next. Read `guidance`; if its trust is closed, say how "
            f"many trials are missing and stop. Call `propose` with n={n}, and `find_dead_ends`. "
            "For an idea of your own, call `check`, and drop it unless its verdict is run. "
            f"Prefer a large expected gain, then novelty. {run}"
        )

    @server.prompt(title="What we know, and what we don't")
    def review() -> str:
        """Review a study for a person."""
        return (
            "Review the study for somebody who has two minutes. Call `guidance`, `knowledge`, "
            "`find_basins` and `find_dead_ends`. Say in ten lines: what matters and how sure that "
            "is, the best configurations and whether they lie apart, where not to go, what is not "
            "known and which trials would tell. Quote numbers as they are; invent none."
        )

    @server.prompt(title="Stop or go on?")
    def stop_or_go_on(hours: str = "") -> str:
        """Decide whether more trials are worth their time."""
        time = f" There are {hours} hours left." if hours else ""
        return (
            "Is it worth to go on with this study?" + time + " Call `forecast` for 20, 50 and 200 "
            "trials, and `recommend`. Say what to use now, how sure it is that nothing tried is "
            "better, what more trials would gain, and what they cost."
        )

    @server.prompt(title="Explain the best trial")
    def explain_best(trial: str = "") -> str:
        """Find out which choices carry a trial."""
        which = f"trial {trial}" if trial else "the best trial"
        after = (
            "Enqueue with `enqueue_ablations` those whose interval leaves it open."
            if allow_writes
            else "Name those whose interval leaves it open."
        )
        return (
            f"Which choices carry {which}, and which do not matter? Call `ablate`, then "
            f"`guidance`. Group the choices: surely matters, surely does not, open. {after}"
        )
