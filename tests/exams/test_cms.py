"""The trainers' pages on exams: they open for the trainer, and whoever may not, may not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from exams.models import Attempt, Question, Sitting
from tests.cast import sign_in
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User


def pages(sitting: Sitting, attempt: Attempt) -> list[str]:
    question = Question.objects.non_polymorphic().first()
    assert question is not None
    names: list[tuple[str, list[Any]]] = [
        ("questions", []),
        ("questions_results", []),
        *[("question_add", [kind]) for kind in ("single_choice", "multiple_choice", "true_false", "fill_blank")],
        *[("question", [pk]) for pk in Question.objects.non_polymorphic().values_list("pk", flat=True)[:30:4]],
        ("blueprints", []),
        ("blueprint_add", []),
        ("blueprint", [sitting.exam.code]),
        ("blueprint_sample", [sitting.exam.code]),
        ("sittings", []),
        ("sitting_add", []),
        ("sitting", [sitting.code]),
        ("sitting_live", [sitting.code]),
        ("late", [sitting.code]),
        ("attempt", [sitting.code, attempt.code]),
        ("extra_time", []),
    ]
    return [reverse(f"exams_cms:{name}", args=arguments) for name, arguments in names]


ACTS = ["sitting_open", "sitting_extend", "sitting_close", "sitting_delete"]


def test_every_page_opens_for_the_trainer(desk: Client, sitting: Sitting, attempt: Attempt) -> None:
    for address in pages(sitting, attempt):
        assert desk.get(address).status_code == 200, address


def test_nobody_else_gets_in(
    client: Client, sitting: Sitting, attempt: Attempt, learner: Member, supervisor: User, stranger: User
) -> None:
    for address in pages(sitting, attempt):
        client.logout()
        assert client.get(address).status_code == 302, address
        for user in (learner.user, supervisor, stranger):
            reply = sign_in(client, user).get(address)
            assert reply.status_code in (302, 403), (address, user)
    for name in ACTS:
        assert client.post(reverse(f"exams_cms:{name}", args=[sitting.code])).status_code in (302, 403)
    assert Sitting.objects.get(pk=sitting.pk).state == "open"


def test_a_sitting_of_another_subtree_does_not_exist(
    client: Client, sitting: Sitting, attempt: Attempt, west_trainer: User, organisation: SimpleNamespace
) -> None:
    Sitting.objects.update(organisation=organisation.east_town)
    sign_in(client, west_trainer)
    for name in ("sitting", "sitting_live", "late", "sitting_edit"):
        assert client.get(reverse(f"exams_cms:{name}", args=[sitting.code])).status_code == 404
    for name in ACTS:
        reply = client.post(reverse(f"exams_cms:{name}", args=[sitting.code]), {"minutes": 5, "reason": "演示"})
        assert reply.status_code == 404
    for name in ("attempt_extend", "attempt_submit"):
        reply = client.post(
            reverse(f"exams_cms:{name}", args=[sitting.code, attempt.code]), {"minutes": 5, "reason": "演示"}
        )
        assert reply.status_code == 404
    assert sitting.title not in words(client.get(reverse("exams_cms:sittings")))
    before = attempt.deadline
    attempt.refresh_from_db()
    assert (attempt.deadline, attempt.state) == (before, "open")


def test_an_attempt_of_another_sitting_is_not_found_under_this_one(
    desk: Client, sitting: Sitting, attempt: Attempt
) -> None:
    other = scenes.make_sitting(sitting.exam, sitting.organisation, title="另一场")
    assert desk.get(reverse("exams_cms:attempt", args=[other.code, attempt.code])).status_code == 404
    reply = desk.post(reverse("exams_cms:attempt_submit", args=[other.code, attempt.code]), {"reason": "演示"})
    assert reply.status_code == 404
    assert Attempt.objects.get().state == "open"


def test_what_changes_something_asks_for_post(desk: Client, sitting: Sitting, attempt: Attempt) -> None:
    for name in ACTS[1:]:  # the first one asks when it is only looked at
        assert desk.get(reverse(f"exams_cms:{name}", args=[sitting.code])).status_code == 405
    for name in ("attempt_extend", "attempt_submit"):
        assert desk.get(reverse(f"exams_cms:{name}", args=[sitting.code, attempt.code])).status_code == 405


def test_what_a_trainer_writes_is_shown_as_text(
    desk: Client, client: Client, sitting: Sitting, learner: Member
) -> None:
    """SECURITY row 7: markup in stems, options and explanations stays what it is."""
    evil = "<img src=x onerror=alert(1)>"
    question = scenes.make_question(sitting.blueprint.edition, "single_choice", "4", 88, stem=f"{evil}（　　）。")
    for address in (reverse("exams_cms:question", args=[question.pk]), reverse("exams_cms:questions")):
        assert b"<img src=x" not in desk.get(address).content
