from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from jobs.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


def job_for(actor: AbstractBaseUser | AnonymousUser, code: str) -> Job:
    """A job belongs to the person who asked for it, and to nobody else: its file holds what only they may see."""
    job = Job.objects.filter(code=code, owner_id=actor.pk).first() if actor.is_authenticated else None
    if job is None:
        raise Http404
    return job
