"""Marks that people give: one answer at a time, nobody their own, each by one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams.marking.access import marking_scope
from exams.marking.ahead import refuse_ahead
from exams.marking.queue import free
from exams.marking.scoring import numbers_for_people, totals_of
from exams.models import AnswerToMark, Attempt, Mark, marks_text
from exams.papers import form_key
from exams.services.attempts import finish
from exams.types import type_for

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from people.models import User

LONGEST_COMMENT = 500


def response_mark(*, actor: User, attempt: Attempt, number: int, score: int, comment: str = "") -> Attempt:
    """One answer's mark, in hundredths of a mark. The last one that was missing makes the result, in the same transaction; until
    then the same person may change it.

    For markers and trainers over the sitting's unit. Raises Refused.
    """
    key = form_key(attempt.form_id)
    if number not in numbers_for_people(key):
        raise Refused(_("第 %(n)s 题不由人工阅卷。") % {"n": number})
    _check(key[str(number)], number, score, comment)
    with transaction.atomic():
        locked = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("sitting__organisation", "member")
            .get(pk=attempt.pk)
        )
        if not marking_scope(actor).covers(locked.sitting.organisation.path):
            raise Refused(_("这份答卷不在您的阅卷范围内。"))
        if locked.member.user_id == actor.pk:
            raise Refused(_("不能给自己的答卷评分。请由其他阅卷人评。"))
        refuse_ahead(actor, key[str(number)]["question"])
        if locked.state != Attempt.State.MARKING:
            raise Refused(_("这份答卷不在等待阅卷。"))
        now = timezone.now()
        _take(actor, locked, number, now)
        last = Mark.objects.filter(attempt=locked, number=number).order_by("-round").first()
        if last is not None and (last.score, last.comment) == (score, comment.strip()):
            return locked  # sent twice
        Mark.objects.create(
            attempt=locked,
            number=number,
            round=last.round + 1 if last is not None else 1,
            question_id=key[str(number)]["question"],
            score=score,
            max_score=key[str(number)]["marks"],
            marked_by=actor,
            comment=comment.strip(),
            marked_at=now,
        )
        before = {"before": last.score} if last is not None else {}
        record(
            actor=actor,
            action="response.mark",
            target=f"attempt:{locked.code}",
            detail={"number": number, "score": score, **before},
        )
        scores = dict(Mark.objects.filter(attempt=locked).order_by("number", "round").values_list("number", "score"))
        if len(scores) == len(key):
            finish(locked, (), totals_of(key, scores), now)
    return locked


def _check(about: dict[str, Any], number: int, score: int, comment: str) -> None:
    most = about["marks"]
    if not 0 <= score <= most:
        raise Refused(_("第 %(n)s 题的得分要在 0 到 %(most)s 之间。") % {"n": number, "most": marks_text(most)})
    step = type_for(about["type"]).step
    if score % step and score != most:
        raise Refused(_("第 %(n)s 题的得分要是 %(step)s 的倍数。") % {"n": number, "step": marks_text(step)})
    if len(comment) > LONGEST_COMMENT:
        raise Refused(_("备注最多 %(most)s 字，现在有 %(n)s 字。") % {"most": LONGEST_COMMENT, "n": len(comment)})


def _take(actor: User, attempt: Attempt, number: int, now: datetime) -> None:
    """The answer becomes the actor's for good, unless somebody else has marked it or has it in hand at this moment."""
    answers = AnswerToMark.objects.filter(attempt=attempt, number=number)
    if answers.filter(free(now) | Q(marker=actor)).update(marker=actor, claimed_until=None, marked_at=now):
        return
    if answers.filter(marked_at__isnull=False).exists():
        raise Refused(_("第 %(n)s 题已由别人评过分。") % {"n": number})
    raise Refused(_("第 %(n)s 题现在由别人在评。您填的分数没有保存，请评下一份。") % {"n": number})
