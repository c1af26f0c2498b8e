"""The deliberate fault: «saved» is said, and only later written. The fault test must notice what a kill then loses."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from exams.saving import Saved, answers_save

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exams.saving import Answer
    from exams.tokens import Token


def confirm_first(*, token: Token, answers: Sequence[Answer]) -> Saved | None:
    if not answers:
        return answers_save(token=token, answers=answers)

    def write() -> None:
        try:
            answers_save(token=token, answers=answers)
        finally:
            connection.close()

    threading.Timer(2.0, write).start()
    return Saved("open", token.epoch, timezone.now() + timedelta(hours=1), tuple(a.number for a in answers), ())
