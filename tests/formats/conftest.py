"""A PostgreSQL server for the tests, and the nine rows that every format must read alike."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import reports

EXAMPLE = Path(reports.__file__).parent / "demo/worked_example.csv"
PASSWORD = "s3cret/with@signs"


@dataclass(frozen=True)
class Server:
    """port : on 127.0.0.1, where the role monitor owns the database watch."""

    port: int

    @property
    def url(self) -> str:
        return f"postgresql://monitor:s3cret%2Fwith%40signs@127.0.0.1:{self.port}/watch"

    def engine(self):
        sqlalchemy = pytest.importorskip("sqlalchemy")
        return sqlalchemy.create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))


def _programs() -> Path | None:
    """The folder of initdb and postgres: Debian keeps them out of the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def _user() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _initialised(programs: Path, folder: Path, user: dict[str, object]) -> Path:
    secret, data = folder / "password", folder / "data"
    secret.write_text(PASSWORD)
    if user:
        os.chown(folder, user["user"], user["group"])
        os.chown(secret, user["user"], user["group"])
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "monitor", f"--pwfile={secret}", "--auth=scram-sha-256",
         "--encoding=UTF8", "--locale=C", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **user,
    )  # fmt: skip
    return data


def _answers(server: Server, process: subprocess.Popen) -> bool:
    psycopg = pytest.importorskip("psycopg")
    for _ in range(200):
        if process.poll() is not None:
            return False
        with contextlib.suppress(psycopg.Error):
            url = server.url.replace("/watch", "/postgres")
            with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
                connection.execute("CREATE DATABASE watch")
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="session")
def postgres():
    """A server of its own on the loopback; skips only where there is no PostgreSQL on the machine."""
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("there is no PostgreSQL server on this machine")
    folder, user = Path(tempfile.mkdtemp(prefix="pg.")), _user()
    try:
        data = _initialised(programs, folder, user)
        server = Server(_free_port())
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(server.port), "-c", "listen_addresses=127.0.0.1",
             "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **user,
        )  # fmt: skip
        try:
            assert _answers(server, process), "the server does not answer"
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # "fast": ends sessions, then itself
            process.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def nine() -> pd.DataFrame:
    """The nine rows of the worked example, as text."""
    return pd.read_csv(EXAMPLE, dtype=str, keep_default_na=False)
