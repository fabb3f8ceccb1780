"""Databases of their own, which may be killed and started again, and a network that may be cut."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy

HOST = "127.0.0.1"
START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def wait_until(is_true: Callable[[], bool], seconds: float) -> float:
    """Seconds that it took; infinite where it never came."""
    began = time.monotonic()
    while not is_true():
        if time.monotonic() > began + seconds:
            return float("inf")
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Database:
    """A server that runs in a folder of its own."""

    url: str
    port: int
    command: Sequence[str]
    user: str | None  # who runs it: root may not
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it takes connections afterwards."""
        silent = subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, user=self.user, stdout=silent, stderr=silent)
        if wait_until(lambda: is_open(self.port), START_SECONDS) == float("inf"):
            raise SystemExit(f"No server: {' '.join(self.command)}")
        wait_until(self._answers, START_SECONDS)

    def _answers(self) -> bool:
        """Whether it takes connections: one that was killed recovers what it has first."""
        try:
            sqlalchemy.create_engine(self.url).connect().close()
        except sqlalchemy.exc.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """End it as a machine without power does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _owner(*names: str) -> str | None:
    """Who has to run a server that refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in names if name in known)


@contextmanager
def postgres() -> Iterator[Database]:
    """PostgreSQL, of which nothing is left afterwards."""
    found = shutil.which("pg_config")
    folder = subprocess.run([found or "", "--bindir"], capture_output=True, text=True, check=True)
    binaries, user, port = Path(folder.stdout.strip()), _owner("postgres"), free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        if user:
            shutil.chown(place, user)
        data = f"{place}/data"
        initdb = [str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "postgres"]
        subprocess.run(initdb, user=user, cwd=place, check=True, stdout=subprocess.DEVNULL)
        command = [str(binaries / "postgres"), "-D", data, "-p", str(port), "-k", place]
        url = f"postgresql+psycopg2://postgres@{HOST}:{port}/postgres"
        yield from _running(Database(url, port, [*command, "-h", HOST], user))


@contextmanager
def mariadb() -> Iterator[Database]:
    """MariaDB, of which nothing is left afterwards."""
    user, port = _owner("mysql"), free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        if user:
            shutil.chown(place, user)
        data = f"--datadir={place}/data"
        install = [
            "mariadb-install-db",
            "--no-defaults",
            data,
            "--auth-root-authentication-method=normal",
        ]
        subprocess.run(install, user=user, cwd=place, check=True, stdout=subprocess.DEVNULL)
        command = [shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", data]
        command += [f"--port={port}", f"--socket={place}/s", f"--bind-address={HOST}"]
        url = f"mysql+pymysql://root@{HOST}:{port}/test"
        yield from _running(Database(url, port, command, user))


def _running(database: Database) -> Iterator[Database]:
    database.start()
    try:
        yield database
    finally:
        database.kill()


DATABASES = {"postgres": postgres, "mariadb": mariadb}


class Network:
    """A port that leads to another one; while it is cut, nothing arrives or is refused."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._connected = threading.Event()
        self._connected.set()
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Nothing passes from now on."""
        self._connected.clear()

    def mend(self) -> None:
        """All that was held up passes."""
        self._connected.set()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection((HOST, self._target))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while found := source.recv(65536):
                self._connected.wait()
                target.sendall(found)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
