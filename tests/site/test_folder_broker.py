"""The queue in a folder: no reader meets a message or a table that is half written."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kombu import Connection, Exchange, Queue

from config import folder_broker

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def name() -> str:
    """A queue of the test's own: Kombu remembers for the whole process which ones it has bound."""
    return f"demonstration-{uuid.uuid4()}"


@pytest.fixture
def queue(name: str) -> Queue:
    return Queue(name, Exchange(name), routing_key=name)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Connection]:
    folders = {"data_folder_in": "messages", "data_folder_out": "writing", "control_folder": "control"}
    for name in folders.values():
        (tmp_path / name).mkdir()
    options = {key: str(tmp_path / name) for key, name in folders.items()}
    folder_broker.install()
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection


def test_messages_arrive_whole_and_in_order(broker: Connection, queue: Queue) -> None:
    with broker.SimpleQueue(queue) as line:
        for n in range(3):
            line.put({"n": n})
        found = []
        for _turn in range(3):
            message = line.get(timeout=5)
            found.append(message.payload)
            message.ack()
    assert found == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_message_is_not_seen_before_it_is_whole(
    broker: Connection, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_text
    seen: list[Any] = []
    halves: list[Path] = []

    def slowly(path: Path, text: str) -> int:
        write(path, text[: len(text) // 2])
        halves.append(path)
        with broker.SimpleQueue(queue) as reader, pytest.raises(reader.Empty):
            seen.append(reader.get(block=False))
        return write(path, text)

    with broker.SimpleQueue(queue) as line:
        monkeypatch.setattr(Path, "write_text", slowly)
        line.put({"whole": True})
        monkeypatch.undo()
        assert halves and seen == [] and line.get(timeout=5).payload == {"whole": True}


def test_a_table_that_another_process_is_writing_is_waited_for(
    broker: Connection, queue: Queue, tmp_path: Path, name: str
) -> None:
    with broker.SimpleQueue(queue) as line:
        table = tmp_path / "control" / f"{name}.exchange"
        whole = table.read_bytes()
        table.write_bytes(b"")  # made, and not written yet
        writer = threading.Timer(0.2, table.write_bytes, [whole])
        writer.start()
        line.put({"n": 1})
        writer.join()
        assert line.get(timeout=5).payload == {"n": 1}
