"""What agents ask: the guidance and its experiments as tools of the Model Context Protocol.

Nothing is decided here: every answer is a function of a floor below, said in few words. Without
``allow_writes`` the tools that write do not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from optuna.storages import BaseStorage

INSTRUCTIONS = """\
An Optuna study: what its trials teach, and what to try next. Read `guidance` first: it says how
far to trust everything else. Before you run a configuration of your own, ask `check`; `propose`
has better ones. `find_dead_ends` and `find_basins` say where not to go, and where good ones lie.
Predictions are in units of the objective, with 95 % intervals. No tool runs an objective."""

WRITING = """
Tools that write take `why`: it is kept with your name. Run a trial yourself by `ask` and `tell`,
or leave it to the workers of the study by `enqueue`."""


def build(
    storage: str | BaseStorage,
    study_name: str | None = None,
    *,
    allow_writes: bool = False,
    author: str = "",
) -> MCPServer:
    """A server of the studies of a storage.

    Args:
        storage: Storage, its URL as Optuna takes it, or the path of a journal or SQLite file.
        study_name: The study that is meant where a tool names none; the only one by default.
        allow_writes: Whether the tools that write exist.
        author: Who is recorded with what is written; the client's own name by default.

    Raises:
        StorageUrlError: If the storage cannot be opened.
        ValueError: If it has no such study.
    """
    from importlib.metadata import version

    from optuna_guide.surfaces.mcp.arguments import StrictServer
    from optuna_guide.surfaces.mcp.desk import Desk
    from optuna_guide.surfaces.mcp.prompts import add_prompts
    from optuna_guide.surfaces.mcp.reading import add_reading
    from optuna_guide.surfaces.mcp.writing import add_writing

    desk = Desk(storage, study_name, author)
    server = StrictServer(
        "optuna-guide",
        version=version("optuna-guide"),
        instructions=INSTRUCTIONS + (WRITING if allow_writes else ""),
        log_level="ERROR",
    )
    add_reading(server, desk)
    if allow_writes:
        add_writing(server, desk)
    add_prompts(server, allow_writes=allow_writes)
    return server
