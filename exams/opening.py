"""What opening a sitting would do, as the person sees it before: read once for the page, and again when it happens."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from exams.models import Sitting, marks_text

if TYPE_CHECKING:
    from exams.models import BlueprintVersion


@dataclass(frozen=True)
class Opening:
    """`plan` holds what else was planned: times, audience, chances, release."""

    version: int
    revision: int
    question_count: int
    total_marks: int
    pass_mark: int
    plan: str

    @property
    def stamp(self) -> str:
        """For the page's hidden field."""
        return json.dumps(asdict(self), ensure_ascii=False)


def opening_of(sitting: Sitting, version: BlueprintVersion | None = None) -> Opening:
    """By the newest version of the exam's blueprint."""
    version = version or sitting.exam.newest
    rows = list(version.rows.all())
    plan = [
        sitting.title,
        sitting.organisation_id,
        sorted(sitting.posts.values_list("pk", flat=True)),
        sitting.opens_at.isoformat(),
        sitting.closes_at.isoformat(),
        sitting.duration_minutes,
        sitting.max_attempts,
        sitting.form_count,
        sitting.release,
        sitting.course_id,
    ]
    return Opening(
        version=version.number,
        revision=version.exam.revision,
        question_count=sum(row.count for row in rows),
        total_marks=sum(row.count * row.marks_each for row in rows),
        pass_mark=sitting.pass_mark,
        plan=json.dumps(plan),
    )


def opening_read(stamp: str) -> Opening | None:
    """None for what no page of ours sent."""
    try:
        held = json.loads(stamp[:4000])
        opening = Opening(**held)
        numbers = [getattr(opening, field.name) for field in fields(Opening) if field.name != "plan"]
        is_ours = all(type(number) is int and 0 <= number < 10**9 for number in numbers)
    except (ValueError, TypeError, RecursionError):
        return None
    return opening if is_ours else None


def changes_between(seen: Opening, now: Opening) -> list[str]:
    """What the person did not see, a sentence each; empty when all is as it was."""
    found = []
    if seen.version != now.version:
        found.append(
            _("组卷蓝图已有新的第 %(now)s 版，您看到的是第 %(seen)s 版。") % {"now": now.version, "seen": seen.version}
        )
    if seen.question_count != now.question_count:
        found.append(
            _("题数由 %(seen)s 题改为 %(now)s 题。") % {"seen": seen.question_count, "now": now.question_count}
        )
    if seen.total_marks != now.total_marks:
        found.append(
            _("满分由 %(seen)s 分改为 %(now)s 分。")
            % {"seen": marks_text(seen.total_marks), "now": marks_text(now.total_marks)}
        )
    if seen.pass_mark != now.pass_mark:
        found.append(
            _("合格线由 %(seen)s 分改为 %(now)s 分。")
            % {"seen": marks_text(seen.pass_mark), "now": marks_text(now.pass_mark)}
        )
    if not found and seen.revision != now.revision:
        found.append(_("组卷蓝图改过。"))
    if seen.plan != now.plan:
        found.append(_("场次的时间、参加范围或其他安排改过。"))
    return found
