"""投诉建议: anybody may write; those who administer the unit read, hand on and answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from acts import Refused
from audit.models import Entry
from people.models import Feedback, RoleGrant, User
from people.services import feedback_reply, feedback_send
from tests.cast import make_user, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member

TEXT = "演示：练习题第 3 题的解释看不懂。"


@pytest.fixture(autouse=True)
def nobody_has_written() -> None:
    cache.clear()


@pytest.fixture
def east_office(organisation: SimpleNamespace) -> User:
    return make_user("east-office", "演示东镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.east_town)


@pytest.fixture
def west_office(organisation: SimpleNamespace) -> User:
    return make_user("west-office", "演示西镇管理员", RoleGrant.Role.ADMINISTRATOR, organisation.west_town)


@pytest.fixture
def complaint(learner: Member, east_office: User, west_office: User, administrator: User) -> Feedback:
    return feedback_send(actor=learner.user, text=TEXT, contact="", page="/courses/")


def notices(user: User) -> list[str]:
    return [notice.text for notice in user.notices.order_by("pk")]


def test_a_member_writes_and_the_nearest_office_is_told(
    client: Client, learner: Member, east_office: User, west_office: User, administrator: User, organisation: Any
) -> None:
    sign_in(client, learner.user)
    assert 'value="/certificates/"' in client.get("/feedback/?page=/certificates/").content.decode()
    page = client.post("/feedback/", {"text": TEXT, "page": "/certificates/"}, follow=True).content.decode()
    assert TEXT in page
    assert "待处理" in page
    written = Feedback.objects.get()
    assert (written.author, written.organisation, written.page) == (
        learner.user,
        organisation.east_grid,
        "/certificates/",
    )
    assert notices(east_office) == ["有一条新的投诉建议等待处理。"]
    assert notices(west_office) == notices(administrator) == []
    assert Entry.objects.get().action == "feedback.send"
    assert TEXT not in str(Entry.objects.get().detail)


def test_a_stranger_writes_without_an_account_and_the_top_office_is_told(
    client: Client, east_office: User, administrator: User
) -> None:
    page = client.post("/feedback/", {"text": TEXT, "contact": "10000000009"}).content.decode()
    assert "已收到，谢谢" in page
    written = Feedback.objects.get()
    assert (written.author, written.organisation, written.contact) == (None, None, "10000000009")
    assert len(notices(administrator)) == 1
    assert notices(east_office) == []


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "请写下您的投诉或建议。"),
        ({"text": "  "}, "请写下您的投诉或建议。"),
        ({"text": "字" * 2001}, "最多写 2000 个字，现在有 2001 个字。"),
        ({"text": TEXT, "contact": "1" * 81}, "联系方式最多 80 个字。"),
        ({"text": TEXT, "contact": "abc"}, "请填手机号或邮箱；不需要答复可以不填。"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_lost(
    client: Client, db: None, fields: dict[str, str], complaint: str
) -> None:
    page = client.post("/feedback/", fields).content.decode()
    assert complaint in page
    assert "<title>有错误：" in page
    assert fields.get("text", "").strip() in page
    assert not Feedback.objects.exists()


def test_the_end_of_a_line_counts_as_one_character(client: Client, db: None) -> None:
    longest = Feedback._meta.get_field("text").max_length or 0
    client.post("/feedback/", {"text": "甲\r\n" + "乙" * (longest - 2)})
    assert len(Feedback.objects.get().text) == longest


def test_who_finds_the_own_data_wrong_tells_it_and_goes_on_signing_in(client: Client, learner: Member) -> None:
    learner.user.confirmed_at = None
    learner.user.save()
    sign_in(client, learner.user)
    assert "我的信息有误，应改为：" in client.get("/feedback/?page=/first-sign-in/").content.decode()
    answer = client.post("/feedback/", {"text": "我的信息有误，应改为：演示丙", "page": "/first-sign-in/"}, follow=True)
    assert answer.redirect_chain[0][0] == "/first-sign-in/"
    assert "已告诉管理员" in answer.content.decode()
    assert Feedback.objects.get().author == learner.user


def test_too_many_are_refused_and_the_text_stays(client: Client, db: None) -> None:
    for _time in range(10):
        assert client.post("/feedback/", {"text": TEXT}).status_code == 200
    refused = client.post("/feedback/", {"text": "演示：第十一条"})
    assert refused.status_code == 429
    assert "演示：第十一条" in refused.content.decode()
    assert "请 1 小时后再提交" in refused.content.decode()
    assert Feedback.objects.count() == 10


def test_only_declared_fields_are_taken(client: Client, learner: Member, neighbour: Member) -> None:
    sign_in(client, learner.user)
    client.post("/feedback/", {"text": TEXT, "author": neighbour.user_id, "state": "answered", "reply": "x"})
    written = Feedback.objects.get()
    assert (written.author, written.state, written.reply) == (learner.user, "open", "")


def test_an_author_sees_only_the_own_ones(client: Client, complaint: Feedback, neighbour: Member) -> None:
    assert client.get("/feedback/mine/").headers["Location"].startswith("/accounts/login/")
    assert TEXT not in sign_in(client, neighbour.user).get("/feedback/mine/").content.decode()


def test_the_office_sees_its_subtree_and_the_top_sees_what_belongs_to_nobody(
    client: Client, complaint: Feedback, east_office: User, west_office: User, administrator: User, supervisor: User
) -> None:
    feedback_send(actor=None, text="演示：匿名的一条", contact="", page="")
    seen = {}
    for user in (east_office, west_office, administrator, supervisor):
        page = sign_in(client, user).get("/people/feedback/").content.decode()
        seen[user.username] = (TEXT in page, "演示：匿名的一条" in page)
    assert seen == {
        "east-office": (True, False),
        "west-office": (False, False),
        "administrator": (True, True),
        "supervisor": (False, False),
    }


def test_the_offices_pages_need_power_and_the_right_subtree(
    client: Client, complaint: Feedback, learner: Member, west_office: User, supervisor: User, stranger: User
) -> None:
    paths = [f"/people/feedback/{complaint.code}/{verb}" for verb in ("", "reply/", "hand-on/")]
    assert client.get("/people/feedback/").headers["Location"].startswith("/accounts/login/")
    for user, listing in ((learner.user, 403), (stranger, 403), (west_office, 200), (supervisor, 200)):
        sign_in(client, user)
        assert client.get("/people/feedback/").status_code == listing
        assert client.get(paths[0]).status_code == 404
        for path in paths[1:]:
            assert client.post(path, {"reply": "x", "note": "x", "handler": "supervisor"}).status_code == 404
    complaint.refresh_from_db()
    assert complaint.state == "open"


def test_an_answer_reaches_its_author(client: Client, complaint: Feedback, east_office: User, learner: Member) -> None:
    sign_in(client, east_office)
    path = f"/people/feedback/{complaint.code}/reply/"
    assert "请写下答复。" in client.post(path, {"reply": " "}).content.decode()
    page = client.post(path, {"reply": "演示：解释已经改好。"}, follow=True).content.decode()
    assert "已答复。" in page
    assert notices(learner.user) == ["您提交的投诉建议已有答复。"]
    mine = sign_in(client, learner.user).get("/feedback/mine/").content.decode()
    assert "演示：解释已经改好。" in mine
    assert "已答复" in mine
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == ["feedback.send", "feedback.reply"]


def test_two_answers_at_once_are_one_answer(
    client: Client, complaint: Feedback, east_office: User, administrator: User
) -> None:
    feedback_reply(actor=administrator, feedback=complaint, reply="演示：先到的答复")
    sign_in(client, east_office)
    page = client.post(f"/people/feedback/{complaint.code}/reply/", {"reply": "演示：后到的答复"}).content.decode()
    assert "演示：先到的答复" in page
    assert "演示：后到的答复" in page, "what was written is not lost"
    complaint.refresh_from_db()
    assert complaint.reply == "演示：先到的答复"
    with pytest.raises(Refused):
        feedback_reply(actor=east_office, feedback=complaint, reply="x")


def test_handing_on_gives_the_case_to_a_supervisor_of_the_subtree(
    client: Client, complaint: Feedback, east_office: User, supervisor: User, other_supervisor: User
) -> None:
    sign_in(client, east_office)
    page = client.get(f"/people/feedback/{complaint.code}/").content.decode()
    assert "演示主管" in page
    assert "演示西镇主管" not in page
    path = f"/people/feedback/{complaint.code}/hand-on/"
    assert "请写明转办意见。" in client.post(path, {"handler": "supervisor"}).content.decode()
    assert "请选择转给谁。" in client.post(path, {"note": "请核实"}).content.decode()
    foreign = client.post(path, {"handler": "supervisor-west", "note": "请核实"}).content.decode()
    assert "只能转给管理这个单位的管理员或主管" in foreign
    complaint.refresh_from_db()
    assert complaint.state == "open"
    assert (
        "已转办给演示主管。"
        in client.post(path, {"handler": "supervisor", "note": "请核实"}, follow=True).content.decode()
    )
    assert notices(supervisor) == ["一条投诉建议转给您办理：请核实"]
    sign_in(client, supervisor)
    assert "请核实" in client.get(f"/people/feedback/{complaint.code}/").content.decode()
    client.post(f"/people/feedback/{complaint.code}/reply/", {"reply": "演示：已核实。"})
    complaint.refresh_from_db()
    assert (complaint.state, complaint.replied_by) == ("answered", supervisor)
    late = sign_in(client, east_office).post(path, {"handler": "supervisor", "note": "再看看"}).content.decode()
    assert "这条投诉建议已有答复" in late or "演示：已核实。" in late


def test_states_filter_the_list_and_unknown_ones_do_nothing(
    client: Client, complaint: Feedback, administrator: User
) -> None:
    sign_in(client, administrator)
    assert TEXT in client.get("/people/feedback/?state=open").content.decode()
    assert TEXT not in client.get("/people/feedback/?state=answered").content.decode()
    assert TEXT in client.get("/people/feedback/?state=' OR 1=1&p=-1").content.decode()


def test_wrong_methods_are_refused(client: Client, complaint: Feedback, administrator: User) -> None:
    sign_in(client, administrator)
    for verb in ("reply/", "hand-on/"):
        assert client.get(f"/people/feedback/{complaint.code}/{verb}").status_code == 405
    assert client.post(f"/people/feedback/{complaint.code}/").status_code == 405
    assert client.put("/feedback/").status_code == 405


def test_markup_in_a_complaint_stays_text(client: Client, learner: Member, administrator: User) -> None:
    nasty = "<script>alert(1)</script>"
    written = feedback_send(actor=learner.user, text=nasty, contact=nasty, page=nasty)
    sign_in(client, administrator)
    for path in ("/people/feedback/", f"/people/feedback/{written.code}/"):
        assert nasty not in client.get(path).content.decode()
