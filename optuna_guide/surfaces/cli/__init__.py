"""The command ``optuna-guide``: parsing and printing only; a file for each group of commands."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from typing import TYPE_CHECKING, NoReturn

from optuna_guide.domain.secrets import mask
from optuna_guide.surfaces.cli import (
    beliefs,
    choices,
    compare,
    completion,
    demo,
    doctor,
    experiments,
    export,
    growing,
    guidance,
    importing,
    mcp,
    outlook,
    queue,
    region,
    serve,
    studies,
)
from optuna_guide.surfaces.cli.common import FAILED, NOT_READY, OK
from optuna_guide.surfaces.cli.plain import never_fail

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FAILED", "NOT_READY", "OK", "main"]

_EPILOG = """\
examples:
  optuna-guide demo
  optuna-guide show sqlite:///mnist.db --study-name mnist
  optuna-guide show journal.log -f json > guidance.json
  optuna-guide show postgresql://me@host/studies --study-name bert --target duration
  optuna-guide recommend sqlite:///mnist.db
  optuna-guide forecast sqlite:///mnist.db --trials 50 --least 0.002
  optuna-guide publish sqlite:///mnist.db
  optuna-guide report sqlite:///mnist.db -o report.html
  optuna-guide export sqlite:///mnist.db -f markdown
  optuna-guide context sqlite:///mnist.db dataset fold
  optuna-guide serve sqlite:///mnist.db
  optuna-guide apply sqlite:///mnist.db learning_rate=1e-4:1e-2 solver=adam,sgd
  optuna-guide clear sqlite:///mnist.db
  optuna-guide believe sqlite:///mnist.db learning_rate=3e-3
  optuna-guide mcp sqlite:///mnist.db
  optuna-guide doctor sqlite:///mnist.db
  optuna-guide ablate sqlite:///mnist.db --dry-run
  optuna-guide children sqlite:///mnist.db --trial 89
  optuna-guide studies sqlite:///mnist.db
  optuna-guide compare sqlite:///mnist.db --study-name mnist fashion
  optuna-guide import runs.csv sqlite:///mnist.db --dry-run
  optuna-guide grow sqlite:///mnist.db solver+=lion lr=1e-6:1 --dry-run

exit codes: 0 done, 1 an error, 2 wrong usage, 3 no guidance yet (the reason is printed)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    never_fail()
    arguments = _parser().parse_args(argv)
    import optuna

    from optuna_guide.store.attributes import StoreError
    from optuna_guide.study.storage_url import StorageUrlError

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        code: int = arguments.run(arguments)
    except BrokenPipeError:
        return OK
    except (StorageUrlError, StoreError, ValueError, OSError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("stopped.")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="optuna-guide",
        description="What matters in an Optuna study, what is promising, how far to trust it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Command)
    for group in (
        demo,
        guidance,
        outlook,
        choices,
        compare,
        export,
        region,
        beliefs,
        experiments,
        queue,
        studies,
        importing,
        growing,
        serve,
        mcp,
        doctor,
        completion,
    ):
        group.add_commands(commands)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return f"optuna-guide {version('optuna-guide')}"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(mask(_with_hint(message)))


class _Command(_Parser):
    """Takes names and values behind options, too: ``context URL --study-name mnist fold``."""

    _is_mixing = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._is_mixing:  # argparse calls it back, without the names, then without the options
            return super().parse_known_args(args, namespace)
        self._is_mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_mixing = False


def _with_hint(message: str) -> str:
    """What argparse says of a wrong choice, and the nearest one."""
    found = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL)
    if found is None:
        return message
    known = [word.strip(" '") for word in found[2].split(",")]
    near = difflib.get_close_matches(found[1], known, n=1)
    return f"{message}\nDid you mean {near[0]}?" if near else message


def _fail(message: str) -> int:
    print(f"optuna-guide: {mask(message)}", file=sys.stderr)
    return FAILED
