"""One command runs everything, and nothing is left of it afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
LONG = 60.0  # seconds; only so that a fault ends the test


def comes_back(system: SimpleNamespace, name: str, killed: int) -> None:
    until(lambda: system.pid(name) not in (0, killed))


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def family(folder: Path) -> set[int]:
    """Every process that was started for this data folder, told by its environment."""
    mark = f"VAR_DIR={folder}".encode()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.add(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture
def system(tmp_path: Path) -> Iterator[SimpleNamespace]:
    with running(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3") as made:
        yield made


@contextlib.contextmanager
def running(tmp_path: Path, **settings: str) -> Iterator[SimpleNamespace]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "PORT": port,
        **settings,
    }
    environment.pop("PYTEST_CURRENT_TEST", None)
    log = tmp_path / "serve.log"

    def pid(name: str) -> int:
        file = tmp_path / "run" / f"{name}.pid"
        return int(file.read_text() or 0) if file.exists() else 0  # between an end and a new start there is none

    def start() -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen([ROOT / "bin" / "serve"], env=environment, stdout=out, stderr=subprocess.STDOUT)

    process = start()
    try:
        until(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield SimpleNamespace(process=process, folder=tmp_path, pid=pid, log=log, port=port, environment=environment)
    finally:
        process.terminate()
        process.wait()
        for left in family(tmp_path):
            os.kill(left, signal.SIGKILL)


@pytest.mark.slow
def test_what_is_killed_comes_back_and_ctrl_c_leaves_nothing(system: SimpleNamespace) -> None:
    for name in ("web", "worker"):
        killed = system.pid(name)
        os.kill(killed, signal.SIGKILL)
        comes_back(system, name, killed)
    system.process.send_signal(signal.SIGINT)
    assert system.process.wait(LONG) == 0
    assert family(system.folder) == set()


@pytest.mark.slow
def test_nothing_outlives_a_supervisor_that_is_killed(system: SimpleNamespace) -> None:
    assert len(family(system.folder)) > 3
    system.process.kill()
    try:
        until(lambda: not family(system.folder))
    except AssertionError:
        left = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[2:5] for pid in family(system.folder)}
        pytest.fail(f"Left: {left}. {system.log.read_text()}")


@pytest.mark.slow
def test_a_second_start_says_what_is_in_the_way_and_disturbs_nothing(system: SimpleNamespace, tmp_path: Path) -> None:
    command = [ROOT / "bin" / "serve"]
    same = subprocess.run(command, env=system.environment, capture_output=True, text=True, check=False)
    assert same.returncode == 1
    assert f"running already (process {system.process.pid})" in same.stderr
    other_folder = {**system.environment, "VAR_DIR": str(tmp_path / "another")}
    same_port = subprocess.run(command, env=other_folder, capture_output=True, text=True, check=False)
    assert same_port.returncode == 1
    assert f"Port {system.port} on 127.0.0.1 is in use" in same_port.stderr
    assert not (tmp_path / "another" / "run" / "serve.pid").exists()
    assert system.process.poll() is None


PUBLIC_NAME = {"ALLOWED_HOSTS": "eclass.example.gov.cn", "BASE_URL": "https://eclass.example.gov.cn"}


def health(port: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=20) as answer:
        return int(answer.status)


@pytest.mark.slow
def test_it_starts_with_public_names_alone_and_without_a_traceback(tmp_path: Path) -> None:
    with running(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3", **PUBLIC_NAME) as system:
        assert health(system.port) == 200
        assert "DisallowedHost" not in system.log.read_text()


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.skipif("postgres" not in os.environ.get("DATABASE_URL", ""), reason="production asks for PostgreSQL")
def test_it_starts_in_production(tmp_path: Path) -> None:
    """Nothing listens behind CACHE_URL: the start does not need it."""
    production = {"PRODUCTION": "true", "ORGANISER": "东河市网格中心"}
    production |= {"SECRET_KEY": "not-a-secret-" * 5, "CACHE_URL": "redis://127.0.0.1:9/0"}
    with running(tmp_path, **production, **PUBLIC_NAME) as system:
        assert health(system.port) == 200
        assert "DisallowedHost" not in system.log.read_text()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_load_balancer_may_ask_for_health_over_http_by_any_name(
    db: None, settings: Any, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["eclass.example.gov.cn"], True
    client = Client(raise_request_exception=False)
    answer = getattr(client, method)("/health/", headers={"host": "10.0.0.5:8000"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert caplog.records == []
    assert client.get("/help/", headers={"host": "10.0.0.5:8000"}).status_code == 400
    assert client.get("/help/", headers={"host": "eclass.example.gov.cn"}).status_code == 301
