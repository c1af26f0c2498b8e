"""The demonstration's smallest town, and a second newcomer in it, so that each window has one of its own.

python -m tests.journeys.town     into an empty, migrated database; prints the member number of the second newcomer
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

if __name__ == "__main__":
    django.setup()

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from courses.models import Enrolment
from exams.models import Attempt
from home.demo.accounts import LEARNERS, PASSWORD
from people.models import Member, User


def second_newcomer() -> str:
    """A member for whom nothing has happened yet, with a password that has to be changed."""
    busy = set(Enrolment.objects.filter(started_at__isnull=False).values_list("member_id", flat=True)) | set(
        Attempt.objects.values_list("member_id", flat=True)
    )
    free = Member.objects.filter(left_on__isnull=True).exclude(pk__in=busy)
    idle = free.exclude(number__in=[account.number for account in LEARNERS]).order_by("number")[0]
    User.objects.filter(pk=idle.user_id).update(
        password=make_password(PASSWORD), must_change_password=True, confirmed_at=None
    )
    return str(idle.number)


if __name__ == "__main__":
    call_command("load_demo", small=True, no_pdf=True, verbosity=0, stdout=sys.stderr)  # ours is the number
    sys.stdout.write(second_newcomer())
