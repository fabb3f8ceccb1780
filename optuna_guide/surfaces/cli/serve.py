"""``optuna-guide serve``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import OK, add_command, add_storage, storage_url

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    serve = add_command(
        commands, "serve", _serve, "Serve optuna-dashboard and the Guide pages on one port."
    )
    add_storage(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8080, help="port (default: %(default)s)")
    serve.add_argument("--read-only", action="store_true", help="refuse every change")
    serve.add_argument("--artifact-dir", help="folder with the artifacts of the trials")
    serve.add_argument(
        "--server",
        choices=("auto", "wsgiref", "gunicorn"),
        default="auto",
        help="gunicorn where it is installed, unless one is named",
    )
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name by which the server may be addressed, for instance behind a proxy",
    )


def _serve(arguments: argparse.Namespace) -> int:
    from optuna_guide.study.storage_url import open_storage
    from optuna_guide.surfaces.workbench import build, warm_up
    from optuna_guide.surfaces.workbench.security import Guard, is_loopback
    from optuna_guide.surfaces.workbench.serving import serve

    if not is_loopback(arguments.host):
        print(
            f"optuna-guide: whoever reaches {arguments.host} can read these studies"
            f"{'' if arguments.read_only else ', and change or delete them'}: there is no login.",
            file=sys.stderr,
        )
    storage = storage_url(arguments)
    open_storage(storage)  # says what is wrong before a server is started

    # made before the workers are, so that a page may go on writing when one is replaced
    guard = Guard(read_only=arguments.read_only, hosts=arguments.allow_host)

    def make() -> WSGIApplication:
        app, material = build(storage, guard, _artifacts(arguments.artifact_dir))
        warm_up.start(material)
        return app

    serve(make, arguments.host, arguments.port, arguments.server)
    return OK


def _artifacts(folder: str | None) -> object:
    if folder is None:
        return None
    from optuna.artifacts import FileSystemArtifactStore

    return FileSystemArtifactStore(base_path=folder)
