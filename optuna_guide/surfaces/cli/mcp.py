"""``optuna-guide mcp``."""

from __future__ import annotations

import argparse
import logging
import sys

from optuna_guide.surfaces.cli.common import FAILED, OK, add_command, add_study, storage_url

_EXAMPLES = """\
examples:
  optuna-guide mcp sqlite:///mnist.db
  optuna-guide mcp sqlite:///mnist.db --study-name mnist --allow-writes --author "Ana's agent"

in the configuration of a client:
  {"command": "optuna-guide", "args": ["mcp", "sqlite:////home/ana/mnist.db"]}
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    mcp = add_command(
        commands, "mcp", _mcp, "Answer an agent by the Model Context Protocol, over stdio."
    )
    mcp.epilog, mcp.formatter_class = _EXAMPLES, argparse.RawDescriptionHelpFormatter
    add_study(mcp)
    mcp.add_argument(
        "--allow-writes",
        action="store_true",
        help="also offer the tools that write: ask and tell, enqueue, regions",
    )
    mcp.add_argument(
        "--author", default="", help="recorded with what is written (default: the client's name)"
    )


def _mcp(arguments: argparse.Namespace) -> int:
    from optuna_guide.surfaces.mcp import build

    logging.getLogger("optuna").setLevel(logging.ERROR)
    try:
        server = build(
            storage_url(arguments),
            arguments.study_name,
            allow_writes=arguments.allow_writes,
            author=arguments.author,
        )
    except ModuleNotFoundError as error:
        if error.name not in ("mcp", "mcp_types"):
            raise
        print("optuna-guide: run pip install 'optuna-guide[mcp]' first.", file=sys.stderr)
        return FAILED
    server.run("stdio")
    return OK
