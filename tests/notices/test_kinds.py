"""A notice keeps what happened; the words are found when somebody reads it, in that person's language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from notices import kinds
from notices.models import Notice
from notices.services import notice_send
from people.services import feedback_reply, feedback_send
from tests.cast import sign_in
from tests.notices.conftest import KIND

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db


def tell(member: Member, key: str = "event:1", number: str = "7") -> bool:
    return notice_send(user_id=member.user_id, kind=KIND, key=key, parameters={"number": number}, url="/certificates/")


def test_the_same_row_is_read_in_two_languages(learner: Member) -> None:
    tell(learner)
    notice = Notice.objects.get()
    with translation.override("zh-hans"):
        assert (notice.text, notice.action) == ("您的培训合格证书已生成，编号 7。", "查看证书")
    with translation.override("en"):
        assert notice.text == "Your certificate of training 7 is ready."
        assert notice.action == "See the certificate"
    assert notice.url == "/certificates/"


def test_an_event_tells_a_person_once(learner: Member, neighbour: Member) -> None:
    assert [tell(learner), tell(learner, number="8"), tell(neighbour)] == [True, False, True]
    assert Notice.objects.filter(user=learner.user).get().parameters == {"number": "7"}


def test_what_an_english_speaking_actor_sends_is_chinese_for_a_chinese_reader(
    client: Client, learner: Member, administrator: User
) -> None:
    feedback = feedback_send(actor=learner.user, text="演示：看不懂。", contact="", page="/")
    with translation.override("en"):
        feedback_reply(actor=administrator, feedback=feedback, reply="Demonstration")
    sign_in(client, learner.user)
    assert "您提交的投诉建议已有答复。" in client.get("/notices/").content.decode()
    client.cookies["language"] = "en"
    english = client.get("/notices/").content.decode()
    assert "您提交的投诉建议已有答复。" not in english
    assert "is answered." in english


def test_words_are_found_in_the_readers_language(learner: Member) -> None:
    def words(parameters: kinds.Parameters) -> dict[str, Any]:
        return {"state": gettext("已撤销") if parameters["state"] == "revoked" else ""}

    kinds.register("tests_words", text="%(state)s", words=words, link=lambda parameters: f"/x/{parameters['state']}/")
    notice_send(user_id=learner.user_id, kind="tests_words", key="1", parameters={"state": "revoked"})
    notice = Notice.objects.get()
    with translation.override("zh-hans"):
        assert (notice.text, notice.url) == ("已撤销", "/x/revoked/")
    with translation.override("en"):
        assert notice.text == "Revoked"


def test_a_kind_that_nobody_registers_is_refused_and_an_old_one_is_still_shown(client: Client, learner: Member) -> None:
    with pytest.raises(LookupError, match="tests_unknown"):
        notice_send(user_id=learner.user_id, kind="tests_unknown", key="1", parameters={})
    Notice.objects.create(user=learner.user, kind="tests_unknown", key="1")
    sign_in(client, learner.user)
    assert "这条消息的内容已无法显示。" in client.get("/notices/").content.decode()


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="Two kinds"):
        kinds.register(KIND, text="演示")


def test_every_kind_has_words_in_both_languages() -> None:
    """Those that the apps register. A parameter that one language lacks would stay out of it unnoticed."""
    for name, kind in kinds._kinds.items():
        with translation.override("zh-hans"):
            chinese = str(kind.text)
        with translation.override("en"):
            english = str(kind.text)
        assert chinese != english, name
        assert chinese.count("%(") == english.count("%("), name


def test_parameters_are_plain(learner: Member) -> None:
    tell(learner)
    assert json.loads(json.dumps(Notice.objects.get().parameters)) == {"number": "7"}
