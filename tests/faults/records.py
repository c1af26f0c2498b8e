"""What the database holds after a fault run, read in a process of its own.

python -m tests.faults.records compare LEDGER     the candidates' ledger against the database, as JSON
python -m tests.faults.records jobs NUMBER        accept so many jobs
python -m tests.faults.records jobs-done SECONDS  wait until all are done; how many there are, are done, and tell otherwise
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

if __name__ == "__main__":
    django.setup()

from django.core.files.storage import storages

from assessment.models import Evidence
from assessment.standing.listing import MemberFilter
from exams.models import Attempt, FormKey, Mark, Response, Result, ResultClause
from jobs.models import Job
from jobs.services import job_enqueue
from people.models import Organisation, User
from tests.faults.ledger import Held, Sheet, differences

SHOWN = 25


def held_of(attempt: Attempt, key: dict[str, Any]) -> Held:
    rows = list(Response.objects.filter(attempt=attempt).values_list("number", "epoch", "sequence", "value"))
    marks: dict[int, list[int]] = {}
    for number, score in Mark.objects.filter(attempt=attempt).values_list("number", "score"):
        marks.setdefault(number, []).append(score)
    return Held(
        responses={number: (epoch, sequence, json.loads(value)) for number, epoch, sequence, value in rows},
        rows=len(rows),
        marks=marks,
        results=list(Result.objects.filter(attempt=attempt).values_list("score", flat=True)),
        clauses=sum(ResultClause.objects.filter(result__attempt=attempt).values_list("score", flat=True)),
        state=attempt.state,
        closed_by=attempt.closed_by,
        evidence=Evidence.objects.filter(
            kind="exam", object_id__in=Result.objects.filter(attempt=attempt).values("pk")
        ).count(),
        key=key,
    )


def compare(path: Path) -> dict[str, Any]:
    sheets = [Sheet.from_json(kept) for kept in json.loads(path.read_text())]
    attempts = {attempt.code: attempt for attempt in Attempt.objects.select_related("member")}
    keys = dict(FormKey.objects.values_list("form_id", "document"))
    found: list[tuple[str, str]] = []
    for sheet in sheets:
        attempt = attempts.pop(sheet.code, None)
        if attempt is None:
            found.append(("lost", f"{sheet.code}: the attempt is gone"))
        else:
            found += differences(sheet, held_of(attempt, keys[attempt.form_id]))
    for number, times in Counter(sheet.number for sheet in sheets).items():
        if times > 1:
            found.append(("doubled", f"{number} has {times} attempts"))
    # Somebody whose start was never confirmed may have an open attempt; nobody else's can be handed in.
    found += [
        ("invented", f"{code}: handed in by nobody") for code, a in attempts.items() if a.state != Attempt.State.OPEN
    ]
    return {
        "attempts": len(sheets),
        "handed_in": sum(sheet.handed_in for sheet in sheets),
        "confirmed": sum(
            len(orders) for sheet in sheets for orders in (*sheet.confirmed.values(), *sheet.filled.values())
        ),
        "answers": Response.objects.count(),
        "kinds": dict(Counter(kind for kind, _text in found)),
        "differences": [f"{kind}: {text}" for kind, text in found[:SHOWN]],
    }


def jobs(number: int) -> dict[str, Any]:
    """Exports of the whole city: a file each, so that a job that ran twice still has left one."""
    actor = User.objects.get(is_superuser=True)
    city = Organisation.objects.get(level_id="city")
    arguments = {"unit": city.code, "filter": asdict(MemberFilter())}
    for place in range(number):
        job_enqueue(actor=actor, kind="assessment.export", title=f"演示导出 {place + 1}", arguments=arguments)
    return {"accepted": number}


def jobs_done(seconds: float) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    unfinished = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    while unfinished.exists() and time.monotonic() < deadline:
        time.sleep(1)
    done = list(Job.objects.filter(state=Job.State.DONE))
    storage = storages["private"]
    return {
        "accepted": Job.objects.count(),
        "done": sum(bool(job.result_file) and storage.exists(job.result_file) for job in done),
        "tried_again": Job.objects.filter(tries__gt=1).count(),
        "other": [f"{job.title}: {job.state} {job.message}" for job in Job.objects.exclude(state=Job.State.DONE)][
            :SHOWN
        ],
    }


if __name__ == "__main__":
    command, argument = sys.argv[1:]
    answer = {
        "compare": lambda: compare(Path(argument)),
        "jobs": lambda: jobs(int(argument)),
        "jobs-done": lambda: jobs_done(float(argument)),
    }[command]()
    print(json.dumps(answer, ensure_ascii=False))
