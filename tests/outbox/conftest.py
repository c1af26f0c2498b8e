from __future__ import annotations

from collections.abc import Callable

import pytest

from outbox import registry

TOPIC = "tests.heard"


class Listener:
    """Hears a topic and keeps what it heard, batch by batch; refuses the subjects in `refused`."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.refused: set[int] = set()
        self.tried: list[int] = []
        self.meanwhile: Callable[[list[int]], None] = lambda subjects: None

    def __call__(self, subjects: list[int]) -> None:
        self.tried += subjects
        self.meanwhile(subjects)
        if self.refused & set(subjects):
            raise RuntimeError("演示")
        self.batches.append(subjects)

    @property
    def heard(self) -> list[int]:
        return [subject for batch in self.batches for subject in batch]


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Topic]:
    """No topics but the test's own."""
    monkeypatch.setattr(registry, "_topics", {})
    return registry._topics


@pytest.fixture
def listener(topics: dict[str, registry.Topic]) -> Listener:
    listener = Listener()
    registry.hears(TOPIC, listener, name="tests.listener")
    return listener
