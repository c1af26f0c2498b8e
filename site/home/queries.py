from __future__ import annotations

from typing import Any


def learner_home(member: Any) -> dict[str, Any]:
    return {}
