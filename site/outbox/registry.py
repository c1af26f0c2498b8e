"""Topics and who hears them. An app announces its own topics and hears those of the apps below, in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Receiver = Callable[[list[int]], None]
# Subjects -> what those of them wait for that may not be told yet
Waiting = Callable[[list[int]], dict[int, str]]


@dataclass
class Topic:
    urgent: bool = False
    waiting: Waiting | None = None
    receivers: dict[str, Receiver] = field(default_factory=dict)


_topics: dict[str, Topic] = {}


def announces(topic: str, *, urgent: bool = False, waiting: Waiting | None = None) -> None:
    """Say that the topic exists. An urgent one is told right after the commit, any other by the next round, two seconds later.

    `waiting` is asked in the telling transaction, before anybody is told: what has to wait (again) goes back under its hold.
    """
    held = _topics.setdefault(topic, Topic())
    held.urgent, held.waiting = urgent, waiting


def hears(topic: str, receiver: Receiver, *, name: str) -> None:
    """Tell `receiver` the subjects of `topic`, a batch at a time.

    It runs in the transaction that strikes the events off: what it writes to the database happens exactly once. Whatever
    leaves the database (a task, a message) belongs into transaction.on_commit. A subject may be gone by then: skip it.
    """
    receivers = _topics.setdefault(topic, Topic()).receivers
    if receivers.setdefault(name, receiver) is not receiver:
        raise ValueError(f"Two receivers named {name} for the topic {topic}")


def topics() -> dict[str, Topic]:
    return dict(_topics)


def topic_named(topic: str) -> Topic:
    """LookupError for a topic that no app announces or hears, which would wait for ever."""
    try:
        return _topics[topic]
    except KeyError:
        raise LookupError(f"No app announces or hears the topic {topic}") from None
