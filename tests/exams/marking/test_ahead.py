"""Who has yet to sit a question is not shown what it is marked by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from acts import Refused
from exams.marking import queue
from exams.marking.access import answers_for
from exams.marking.queries import waiting_number
from exams.marking.services import response_mark
from exams.models import AnswerToMark, Attempt, Mark, Question, Sitting
from people.models import RoleGrant
from tests.cast import make_member, sign_in
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from types import SimpleNamespace

    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db
SENTENCE = "“岗前考试（演示）”考试您还没有交卷，卷上的题现在不给您评。请在交卷以后再评，或者请其他阅卷人评。"


@pytest.fixture
def colleague(organisation: SimpleNamespace, posts: SimpleNamespace) -> Member:
    """Marks, and is to sit the exam like everybody of the town."""
    member = make_member("D0009", "演示同事", posts.full_time, organisation.east_grid)
    RoleGrant.objects.create(user=member.user, role=RoleGrant.Role.MARKER, organisation=organisation.city)
    return member


def claim(actor: User) -> AnswerToMark | None:
    return queue.answer_claim(actor=actor, answers=answers_for(actor))


def test_a_marker_who_has_yet_to_sit_the_exam_is_given_nothing_of_it(
    client: Client, handed_in: list[Attempt], sitting: Sitting, colleague: Member
) -> None:
    answer = AnswerToMark.objects.order_by("pk")[0]
    assert claim(colleague.user) is None
    assert waiting_number(colleague.user) == 0
    sign_in(client, colleague.user)
    page = words(client.get("/marking/"))
    assert SENTENCE in page and "都阅完了" not in page
    page = words(client.get(f"/marking/{sitting.code}/"))
    assert SENTENCE in page and "开始阅卷" not in page and "还没有要人工评分的答案" not in page
    reply = client.post(f"/marking/{sitting.code}/next/", {"question": answer.question_id}, follow=True)
    assert SENTENCE in words(reply) and "没有等您评的答案" not in words(reply)
    for reply in (
        client.get(f"/marking/answers/{answer.code}/", follow=True),
        client.post(f"/marking/answers/{answer.code}/", {"points": "1"}, follow=True),
    ):
        assert SENTENCE in words(reply) and "考生的答案" not in words(reply)
    with pytest.raises(Refused, match="请其他阅卷人评"):
        response_mark(actor=colleague.user, attempt=answer.attempt, number=answer.number, score=100)
    assert not Mark.objects.filter(marked_by__isnull=False).exists()


def test_it_is_given_once_the_own_paper_is_handed_in(
    client: Client, handed_in: list[Attempt], sitting: Sitting, colleague: Member
) -> None:
    own = scenes.start(colleague, sitting)
    assert claim(colleague.user) is None
    scenes.save_sheet(client, own, scenes.right_sheet(own))
    scenes.hand_in(client, own)
    got = claim(colleague.user)
    assert got is not None and got.attempt_id in {attempt.pk for attempt in handed_in}
    response_mark(actor=colleague.user, attempt=got.attempt, number=got.number, score=100)


def test_a_second_attempt_under_way_takes_it_away_again(
    handed_in: list[Attempt], sitting: Sitting, learner: Member, organisation: SimpleNamespace
) -> None:
    RoleGrant.objects.create(user=learner.user, role=RoleGrant.Role.MARKER, organisation=organisation.city)
    assert claim(learner.user) is not None
    now = timezone.now()
    Attempt.objects.create(
        sitting=sitting,
        member=learner,
        form=handed_in[0].form,
        ordinal=2,
        started_at=now,
        deadline=now + timedelta(hours=1),
    )
    assert claim(learner.user) is None


@pytest.mark.parametrize("why", ["over", "another_post", "another_town"])
def test_a_sitting_that_the_marker_will_not_sit_takes_nothing_away(
    handed_in: list[Attempt],
    sitting: Sitting,
    colleague: Member,
    posts: SimpleNamespace,
    organisation: SimpleNamespace,
    why: str,
) -> None:
    assert claim(colleague.user) is None
    if why == "over":
        now = timezone.now()
        Sitting.objects.filter(pk=sitting.pk).update(
            opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1)
        )
    elif why == "another_post":
        sitting.posts.add(posts.liaison)
    else:
        Sitting.objects.filter(pk=sitting.pk).update(organisation=organisation.west_town)
    assert claim(colleague.user) is not None


def test_a_sitting_to_come_counts_and_so_does_another_version_of_its_questions(
    handed_in: list[Attempt],
    sitting: Sitting,
    learner: Member,
    marker: User,
    trainer: User,
    organisation: SimpleNamespace,
) -> None:
    RoleGrant.objects.create(user=learner.user, role=RoleGrant.Role.MARKER, organisation=organisation.city)
    assert claim(learner.user) is not None
    next_week = timezone.now() + timedelta(days=7)
    planned = scenes.make_sitting(
        sitting.exam,
        organisation.east_town,
        title="下周的考试",
        opens_at=next_week,
        closes_at=next_week + timedelta(hours=5),
    )
    assert claim(learner.user) is not None, "what is being prepared has no paper"
    scenes.open_planned(trainer, planned)
    ids = [question for form in planned.forms.all() for question in form.question_ids]
    answer = AnswerToMark.objects.filter(attempt=handed_in[1])[:1].get()  # the neighbour's: nobody marks the own paper
    AnswerToMark.objects.filter(pk=answer.pk).update(question=ids[0])
    assert not answers_for(learner.user).filter(pk=answer.pk).exists()
    assert answers_for(marker).filter(pk=answer.pk).exists()
    other = scenes.make_question(sitting.blueprint.edition, "fill_blank", "4", 77)
    AnswerToMark.objects.filter(pk=answer.pk).update(question=other)
    assert answers_for(learner.user).filter(pk=answer.pk).exists()
    lineage = Question.objects.non_polymorphic().values_list("lineage", flat=True).get(pk=ids[0])
    Question.objects.non_polymorphic().filter(pk=other.pk).update(lineage=lineage, version=99, is_current=False)
    assert not answers_for(learner.user).filter(pk=answer.pk).exists()
