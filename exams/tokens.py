"""The signed token of the exam room: it names the attempt, so that a save needs neither cookie nor session."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer

if TYPE_CHECKING:
    from exams.models import Attempt

SALT = "exams.attempt"
# What a phone still holds after the end is delivered too, as late answers; then the person signs in again.
LIVES_ON = timedelta(hours=24)


@dataclass(frozen=True)
class Token:
    attempt_id: int
    code: str
    member_id: int
    form_id: int
    epoch: int


def token_for(attempt: Attempt) -> str:
    until = int((attempt.deadline + LIVES_ON).timestamp())
    content = [attempt.pk, attempt.code, attempt.member_id, attempt.form_id, attempt.epoch, until]
    return Signer(salt=SALT).sign_object(content)


def token_read(text: object) -> Token | None:
    """None for anything that we did not sign or that is too old."""
    if not isinstance(text, str) or len(text) > 500:
        return None
    try:
        *content, until = Signer(salt=SALT).unsign_object(text)
    except (BadSignature, ValueError):
        return None
    return Token(*content) if time.time() < until else None
