"""A real PostgreSQL server in a folder of its own, for tests that ask one."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

PASSWORD = "s3cret-of-the-erp"


class Postgres(NamedTuple):
    """A running server; its socket lies in `folder`."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Over TCP, as users mostly have it."""
        return f"postgresql://erp:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    @property
    def socket_url(self) -> str:
        return f"postgresql+psycopg://erp:{PASSWORD}@/postgres?host={self.folder}&port={self.port}"

    def run(self, *statements: str) -> list[Any]:
        """Run statements as the database's owner; return the rows of the last."""
        import psycopg

        address = f"host={self.folder} port={self.port} dbname=postgres user=erp password={PASSWORD}"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server; as root as its own user, since it refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    owner = "postgres" if os.getuid() == 0 else None
    if owner:
        shutil.chown(folder, owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    password = folder / "password"
    password.write_text(PASSWORD)
    data = folder / "data"
    try:
        password.chmod(0o644)
        _run(
            [
                _tool("initdb"),
                "-D",
                data,
                "-U",
                "erp",
                "-A",
                "scram-sha-256",
                "--pwfile",
                password,
                "-N",
                "-E",
                "UTF8",
            ],
            owner,
        )
        options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run([_tool("pg_ctl"), "-D", data, "-l", folder / "log", "-o", options, "-w", "start"], owner)
        try:
            yield Postgres(folder, port)
        finally:
            _run([_tool("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop"], owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str | Path], owner: str | None) -> None:
    if owner is None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
    else:
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd="/", user=owner, group=owner, extra_groups=()
        )


def _tool(name: str) -> str:
    """Debian keeps them off the path."""
    found = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    tool = shutil.which(name) or next(reversed(found), None)
    assert tool is not None, f"PostgreSQL's {name} isn't installed: apt-get install postgresql"
    return tool
