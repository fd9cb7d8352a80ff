"""A real PostgreSQL on a loopback port: Debian's programs, a cluster of its own in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.places import Missing, free_port, own_folder, unprivileged

USER, PASSWORD, DATABASE = "portal", "only-for-tests", "portal"
OLDEST = 15


@dataclass
class PostgresqlServer:
    """One cluster; `stop` and `start` keep the data, `close` removes it."""

    programs: Path
    folder: Path
    port: int
    _running: bool = field(default=False, repr=False)

    @classmethod
    def create(cls) -> PostgresqlServer:
        """A cluster with one user who may make databases. Raises `Missing`."""
        server = cls(_programs(), own_folder("postgresql-"), free_port())
        password = server.folder / "password"
        password.write_text(PASSWORD, "utf-8")
        password.chmod(0o644)
        server._run(
            "initdb", "--username", USER, "--pwfile", str(password), "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        return server

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the database `portal`."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The SQLAlchemy address of a database of the cluster."""
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers; makes the database `portal` the first time."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
            " -c shared_buffers=64MB -c max_connections=60"
        )
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self.folder / "console.log"), "-o", options)
        self._running = True
        if DATABASE not in self.query("SELECT datname FROM pg_database", "postgres").split():
            self.create_database(DATABASE)

    def stop(self) -> None:
        """End it, without waiting for those connected."""
        if self._running:
            self._run("pg_ctl", "stop", "-m", "immediate", "-w")
            self._running = False

    def close(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, name: str, template: str = "template1") -> str:
        """A new database, a copy of another one; its address."""
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', "postgres")
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, with whoever is connected to it."""
        self.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")

    def query(self, statement: str, database: str = DATABASE) -> str:
        """What psql prints for a statement, without frills."""
        address = self.url_of(database).replace("+psycopg", "")
        command = [str(self.programs / "psql"), "-X", "-q", "-t", "-A", "-c", statement, address]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _run(self, program: str, *arguments: str) -> None:
        command = [*unprivileged(), str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        # pg_ctl's server keeps the output open: a pipe would never end.
        with (self.folder / "commands.log").open("ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, env=environment, cwd=self.folder)


def _programs() -> Path:
    """The folder of the newest PostgreSQL of this machine; as root on Debian it is installed."""
    found = _installed()
    if found is None and os.getuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _installed()
    if found is None:
        raise Missing(f"PostgreSQL ≥ {OLDEST} (Debian package postgresql)")
    return found


def _installed() -> Path | None:
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").is_file()]
    versions = {int(path.parent.name): path for path in folders if path.parent.name.isdigit()}
    newest = max(versions, default=0)
    return versions[newest] if newest >= OLDEST else None


def _install() -> None:
    """Install the package without the cluster Debian would make and start."""
    settings = Path("/etc/postgresql-common/createcluster.conf")
    settings.parent.mkdir(parents=True, exist_ok=True)
    if not settings.exists():
        settings.write_text("create_main_cluster = false\n", "utf-8")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "postgresql"]):
        done = subprocess.run(["apt-get", *command], check=False, capture_output=True, env=environment)
        if done.returncode:
            raise Missing(f"PostgreSQL: apt-get {command[0]} failed: {done.stderr.decode(errors='replace')[-300:]}")
