"""Kombu's broker in a folder, for installations without Redis: a message is seen when it is whole.

Kombu writes a message where its readers look, and they do not wait for its lock. A worker that met a message half
written ended.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

PATIENCE, STEP = 2.0, 0.01  # seconds


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # Kombu overrides it so
        # Readers take the first by name.
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        written = Path(self.data_folder_out) / name
        try:
            written.write_text(dumps(payload))
            os.replace(written, Path(self.data_folder_in) / name)
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to the queue: {error}") from error

    def get_table(self, exchange: str) -> Any:
        """Waits for another process that has just made the file and has not written it yet."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return super().get_table(exchange)
            except json.JSONDecodeError:
                if time.monotonic() > until:
                    raise
                time.sleep(STEP)


class Transport(filesystem.Transport):
    Channel = Channel


def install() -> None:
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
