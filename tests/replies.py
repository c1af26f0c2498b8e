"""What a reply says, as the person reads it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any


def words(reply: Any) -> str:
    return unescape(re.sub(r"\s+", " ", reply.content.decode()))
