"""Marks that people give: one answer at a time, nobody their own, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams.marking import numbers_for_people, totals_of
from exams.models import Attempt, Mark, marks_text
from exams.papers import form_key
from exams.services.attempts import finish
from people.access import Role, scope_of

if TYPE_CHECKING:
    from people.models import User


def response_mark(*, actor: User, attempt: Attempt, number: int, score: int, comment: str = "") -> Attempt:
    """One answer's mark, in hundredths of a mark. The last one that was missing makes the result, in the same transaction.

    For markers and trainers over the sitting's unit. Raises Refused.
    """
    key = form_key(attempt.form_id)
    if number not in numbers_for_people(key):
        raise Refused(_("第 %(n)s 题不由人工阅卷。") % {"n": number})
    most = key[str(number)]["marks"]
    if not 0 <= score <= most:
        raise Refused(_("第 %(n)s 题的得分要在 0 到 %(most)s 之间。") % {"n": number, "most": marks_text(most)})
    if len(comment) > 500:
        raise Refused(_("评语最多 500 字，现在有 %(n)s 字。") % {"n": len(comment)})
    with transaction.atomic():
        locked = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("sitting__organisation", "member")
            .get(pk=attempt.pk)
        )
        if not scope_of(actor, Role.MARKER, Role.TRAINER).covers(locked.sitting.organisation.path):
            raise Refused(_("这份答卷不在您的阅卷范围内。"))
        if locked.member.user_id == actor.pk:
            raise Refused(_("不能给自己的答卷评分。请由其他阅卷人评。"))
        if locked.state != Attempt.State.MARKING:
            raise Refused(_("这份答卷不在等待阅卷。"))
        now = timezone.now()
        try:
            with transaction.atomic():
                Mark.objects.create(
                    attempt=locked,
                    number=number,
                    question_id=key[str(number)]["question"],
                    score=score,
                    max_score=most,
                    marked_by=actor,
                    comment=comment.strip(),
                    marked_at=now,
                )
        except IntegrityError as twice:
            raise Refused(_("第 %(n)s 题已由别人评过分。") % {"n": number}) from twice
        record(
            actor=actor,
            action="response.mark",
            target=f"attempt:{locked.code}",
            detail={"number": number, "score": score},
        )
        scores = dict(Mark.objects.filter(attempt=locked).order_by("number", "round").values_list("number", "score"))
        if len(scores) == len(key):
            finish(locked, (), totals_of(key, scores), now)
    return locked
