"""What an import does: new, moved, left, returned people; the same file twice; two people at once."""

from __future__ import annotations

import itertools
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, connections
from django.utils import timezone

from acts import Refused
from audit.models import Entry
from jobs.models import Job
from outbox.models import Event
from people.models import Assignment, Member, Organisation, RoleGrant, User
from people.roster import services as roster
from people.roster.models import RosterImport, RosterLine
from people.roster.options import Options
from tests.cast import make_user
from tests.people.roster import files
from tests.people.roster.conftest import agree
from tests.people.roster.files import EAST_GRID, WEST_GRID, person
from uploads.models import Upload
from uploads.services import upload_apply, upload_check, uploads_forget

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[..., Upload]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roster_posts(posts: Any) -> None:
    pass


def table(*people: dict[str, Any], header: list[str] = files.HEADER) -> bytes:
    return files.xlsx(files.rows(list(people), header))


def history(number: str) -> list[tuple[str, str, date, date | None]]:
    rows = Assignment.objects.filter(member__number=number).order_by("starts_on", "pk")
    return list(rows.values_list("post__name", "organisation__name", "starts_on", "ends_on"))


def assert_dates_never_overlap() -> None:
    for member in Member.objects.all():
        rows = list(member.assignments.order_by("starts_on").values_list("starts_on", "ends_on"))
        for (_start, end), (start, _end) in itertools.pairwise(rows):
            assert end is not None
            assert end < start


def test_a_new_person_gets_an_account_that_nobody_can_use_yet(bring_in: Check) -> None:
    held = bring_in(table(person(1)))
    member = Member.objects.get(number="Y00001")
    assert (member.name, member.phone, member.entered_on) == ("演示乙", "10090000001", date(2026, 3, 1))
    assert member.user.username == "Y00001"
    assert member.user.must_change_password
    assert not member.user.has_usable_password()
    assert history("Y00001") == [("网格长（专职网格员）", "演示东镇一村第一网格", date(2026, 3, 1), None)]
    assert held.summary["counts"]["new"] == 1


def test_the_same_file_again_changes_nothing(bring_in: Check, check: Check) -> None:
    content = table(*(person(n) for n in range(1, 30)))
    bring_in(content, complete=True)
    before = list(Assignment.objects.order_by("pk").values())
    again = bring_in(content, complete=True)
    counts = again.summary["counts"]
    assert [counts[kind] for kind in ("new", "changed", "returned", "left", "units")] == [0, 0, 0, 0, 0]
    assert counts["unchanged"] == 29
    assert list(Assignment.objects.order_by("pk").values()) == before


def test_a_moved_member_gets_a_new_dated_assignment_and_the_old_one_ends(bring_in: Check) -> None:
    bring_in(table(person(1)))
    held = bring_in(table(person(1, WEST_GRID, "微网格联络员")))
    today = timezone.localdate()
    assert history("Y00001") == [
        ("网格长（专职网格员）", "演示东镇一村第一网格", date(2026, 3, 1), today - timedelta(days=1)),
        ("微网格联络员", "演示西镇一村第一网格", today, None),
    ]
    line = RosterLine.objects.get(roster_import=held.roster)
    assert line.kind == "changed"
    assert line.changes == [["岗位", "网格长（专职网格员）", "微网格联络员"], ["单位", EAST_GRID, WEST_GRID]]
    bring_in(table(person(1)))  # back on the same day: that day counts for where it ended
    assert history("Y00001")[1] == ("网格长（专职网格员）", "演示东镇一村第一网格", today, None)
    assert_dates_never_overlap()


def test_the_day_of_a_move_may_stand_in_the_file(bring_in: Check, check: Check) -> None:
    header = [*files.HEADER, "任职日期"]
    bring_in(table(person(1)))
    moved = table(person(1, WEST_GRID, 任职日期="2026年6月1日"), header=header)
    bring_in(moved)
    assert [row[2:] for row in history("Y00001")] == [
        (date(2026, 3, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), None),
    ]
    assert check(moved).summary["counts"]["unchanged"] == 1
    refused = check(table(person(1, EAST_GRID, 任职日期="2026-06-01"), header=header))
    assert refused.errors[0]["message"].startswith(
        "第 2 行“任职日期”：任职日期 2026-06-01 不晚于前一任职的 2026-06-01。"
    )
    bring_in(table(person(1, WEST_GRID, 任职日期="2026-06-15"), header=header))
    assert history("Y00001")[1][2] == date(2026, 6, 15)
    overlap = check(table(person(1, WEST_GRID, 任职日期="2026-05-01"), header=header))
    assert "和前一任职（到 2026-05-31）重叠" in overlap.errors[0]["message"]
    assert_dates_never_overlap()


def test_only_a_complete_roster_makes_people_leave(
    bring_in: Check, learner: Member, far_member: Member, organisation: Any
) -> None:
    bring_in(table(person(1)), unit=organisation.east_town)
    learner.refresh_from_db()
    assert learner.left_on is None
    held = bring_in(table(person(1)), unit=organisation.east_town, complete=True)
    learner.refresh_from_db()
    far_member.refresh_from_db()
    today = timezone.localdate()
    assert learner.left_on == today
    assert far_member.left_on is None
    assert not User.objects.get(pk=learner.user_id).is_active
    assert learner.assignments.get().ends_on == today
    assert held.summary["counts"] | {"people": 0} == {
        "people": 0, "new": 0, "changed": 0, "returned": 0, "left": 1, "unchanged": 1, "units": 0, "on_post_before": 2,
    }  # fmt: skip


def test_leaving_ends_sessions_and_takes_roles_back(
    client: Any, bring_in: Check, learner: Member, organisation: Any
) -> None:
    RoleGrant.objects.create(user=learner.user, role="marker", organisation=organisation.east_grid)
    client.force_login(learner.user, backend="people.backends.MemberNumberOrPhone")
    assert client.get("/me/").status_code == 200
    held = bring_in(table(person(1)), complete=True)
    assert ["管理角色", "1 项", "收回"] in RosterLine.objects.get(roster_import=held.roster, kind="left").changes
    assert client.get("/me/").status_code == 302
    assert RoleGrant.objects.get(user=learner.user).revoked_at is not None
    entry = Entry.objects.get(action="account.close", target=f"member:{learner.code}")
    assert entry.detail == {"roles_taken_back": 1}
    assert entry.actor is not None


def test_a_returner_comes_back_to_the_same_record_without_former_password_and_roles(
    bring_in: Check, learner: Member, organisation: Any
) -> None:
    RoleGrant.objects.create(user=learner.user, role="marker", organisation=organisation.east_grid)
    bring_in(table(person(1)), complete=True)
    left = timezone.localdate() - timedelta(days=40)
    Assignment.objects.filter(member=learner).update(ends_on=left)
    Member.objects.filter(pk=learner.pk).update(left_on=left)
    back = person(9, WEST_GRID, 工号=learner.number, 姓名=learner.name, 手机号=learner.phone, 入职日期="")
    held = bring_in(table(back))
    learner.refresh_from_db()
    user = User.objects.get(pk=learner.user_id)
    assert held.summary["counts"]["returned"] == 1
    assert learner.left_on is None
    assert (user.is_active, user.has_usable_password(), user.must_change_password) == (True, False, True)
    assert user.confirmed_at is None
    assert history(learner.number)[1][1:] == ("演示西镇一村第一网格", timezone.localdate(), None)
    assert not RoleGrant.objects.filter(user=user, revoked_at__isnull=True).exists()
    assert_dates_never_overlap()


def test_leaving_and_returning_on_one_day_goes_on_as_if_nothing_had_been(bring_in: Check) -> None:
    both = table(person(1), person(2))
    bring_in(both)
    bring_in(table(person(1)), complete=True)
    bring_in(both, complete=True)
    bring_in(table(person(1)), complete=True)
    bring_in(table(person(1), person(2, WEST_GRID)), complete=True)
    assert [row[1] for row in history("Y00002")][-1] == "演示西镇一村第一网格"
    assert Member.objects.get(number="Y00002").left_on is None
    assert_dates_never_overlap()


def test_two_people_can_exchange_their_phone_numbers(bring_in: Check) -> None:
    bring_in(table(person(1), person(2)))
    bring_in(table(person(1, 手机号="10090000002"), person(2, 手机号="10090000001")))
    assert dict(Member.objects.values_list("number", "phone")) == {"Y00001": "10090000002", "Y00002": "10090000001"}


def test_the_phone_of_who_has_left_can_be_taken_over(bring_in: Check, learner: Member) -> None:
    held = bring_in(table(person(1, 手机号=learner.phone)), complete=True)
    learner.refresh_from_db()
    assert learner.phone == ""
    assert "1 个手机号原属离岗人员，导入后归新的使用人。" in held.summary["notes"]


def test_an_empty_cell_means_no_change(bring_in: Check) -> None:
    bring_in(table(person(1)))
    held = bring_in(table(person(1, 手机号="", 入职日期="")))
    assert held.summary["counts"]["unchanged"] == 1
    assert Member.objects.get().phone == "10090000001"


def test_a_number_that_goes_to_another_person_is_pointed_out(check: Check, bring_in: Check) -> None:
    bring_in(table(person(1)))
    held = check(table(person(1, 姓名="演示辛", 手机号="10097777777")))
    assert "请确认仍是同一个人" in RosterLine.objects.get(roster_import=held.roster).warning


def test_who_has_power_elsewhere_cannot_be_made_to_leave_from_below(
    check: Check, learner: Member, organisation: Any
) -> None:
    east = make_user("east", "演示东镇管理员", "administrator", organisation.east_town)
    RoleGrant.objects.create(user=learner.user, role="administrator", organisation=organisation.city)
    held = check(table(person(1)), actor=east, unit=organisation.east_town, complete=True)
    assert held.errors[0]["message"] == (
        "名单里没有 演示学员（工号 D0001），但不能按离岗处理。此人在您的范围之外还有管理权限，请由上级管理员办理离岗。"
    )


def test_nobody_makes_themselves_leave(check: Check, learner: Member, organisation: Any) -> None:
    RoleGrant.objects.create(user=learner.user, role="administrator", organisation=organisation.east_town)
    held = check(table(person(1)), actor=learner.user, unit=organisation.east_town, complete=True)
    assert "这是您自己" in held.errors[0]["message"]


def test_an_administrator_of_the_east_town_cannot_touch_the_west(
    check: Check, bring_in: Check, far_member: Member, organisation: Any
) -> None:
    east = make_user("east", "演示东镇管理员", "administrator", organisation.east_town)
    before = list(Assignment.objects.filter(member=far_member).values())
    moved = person(1, 工号=far_member.number, 姓名=far_member.name, 手机号=far_member.phone)
    assert check(table(moved), actor=east, unit=organisation.east_town).state == "refused"
    bring_in(table(person(2)), actor=east, unit=organisation.east_town, complete=True)
    assert list(Assignment.objects.filter(member=far_member).values()) == before
    RoleGrant.objects.filter(user=east).update(revoked_at=timezone.now())
    held = check_without_power(east, organisation, table(person(3)))
    assert held.errors[0]["message"] == "您已没有管理这个单位花名册的权限。"


def test_nobody_confirms_for_a_unit_that_is_not_theirs(check: Check, organisation: Any) -> None:
    of_the_city = check(table(person(1)))
    east = make_user("east", "演示东镇管理员", "administrator", organisation.east_town)
    with pytest.raises(Refused, match="没有管理这个单位花名册的权限"):
        roster.roster_confirm(
            actor=east,
            upload=of_the_city,
            plan_digest=of_the_city.plan_digest,
            create_units=False,
            in_job=False,
        )
    of_the_city.refresh_from_db()
    assert of_the_city.state == "ready"


def check_without_power(actor: User, organisation: Any, content: bytes) -> Upload:
    """The role is taken back between the upload and the check in the background."""
    held = Upload.objects.create(
        kind=roster.KIND,
        uploaded_by=actor,
        file_name="a.xlsx",
        stored_as=storages["private"].save("uploads/x", ContentFile(content)),
        digest="",
        forget_at=timezone.now(),
    )
    RosterImport.objects.create(upload=held, organisation=organisation.east_town)
    upload_check(upload_id=held.pk)
    held.refresh_from_db()
    return held


def test_new_units_are_made_only_with_consent_and_the_tree_stays_sound(check: Check, bring_in: Check) -> None:
    content = table(
        person(1, "演示东镇/演示东镇二村/第一网格/1号微网格"),
        person(2, "演示东镇/演示东镇二村/第一网格/2号微网格"),
        person(3, "演示东镇/演示东镇一村/幼儿园专属网格"),
        person(4, "演示东镇/演示东镇二村"),
    )
    held = check(content)
    with pytest.raises(Refused, match="同时新建这些单位"):
        agree(held, create_units=False)
    assert Organisation.objects.count() == 9
    bring_in(content)
    assert Organisation.objects.count() == 9 + 5
    assert Organisation.find_problems() == ([], [], [], [], [])
    village = Organisation.objects.get(name="演示东镇二村")
    assert (village.level_id, village.numchild, village.get_parent().name) == ("village", 1, "演示东镇")
    assert Organisation.objects.get(name="幼儿园专属网格").grid_kind == "dedicated_grid"
    assert bring_in(content).summary["counts"]["units"] == 0


def test_units_may_stand_in_a_column_for_each_level(bring_in: Check) -> None:
    header = ["工号", "姓名", "岗位", "镇（区、街道）", "村（社区）", "网格", "微网格"]
    rows = [
        ["Y1", "演示甲", "总网格长", "演示东镇", "演示东镇一村", "", ""],
        ["Y2", "演示乙", "网格长", "演示东镇", "演示东镇一村", "演示东镇一村第一网格", ""],
        ["Y3", "演示丙", "微网格联络员", "演示东镇", "演示东镇一村", "第二网格", "1号微网格"],
    ]
    bring_in(files.xlsx([header, *rows]))
    found = dict(Assignment.objects.values_list("member__number", "organisation__level__code"))
    assert found == {"Y1": "village", "Y2": "grid", "Y3": "micro_grid"}


@pytest.mark.parametrize("path", [
    EAST_GRID, f"演示市/{EAST_GRID}", EAST_GRID.replace("/", ">"), EAST_GRID.replace("/", " \\ "),
    EAST_GRID.replace("/", "、"), EAST_GRID.replace("/", "-"), EAST_GRID.replace("/", ""), EAST_GRID.replace("/", " "),
    "演示东镇一村第一网格", "演示东镇一村／演示东镇一村第一网格",
])  # fmt: skip
def test_a_path_is_understood_however_it_is_written(bring_in: Check, path: str) -> None:
    bring_in(table(person(1, path)))
    assert history("Y00001")[0][1] == "演示东镇一村第一网格"


def test_a_change_between_preview_and_confirmation_is_shown_anew(check: Check, learner: Member) -> None:
    held = check(table(person(1, 工号=learner.number, 姓名="演示学员", 手机号="10095555555", 入职日期="")))
    agree(held, create_units=False)
    Member.objects.filter(pk=learner.pk).update(phone="10096666666")
    upload_apply(upload_id=held.pk)
    held.refresh_from_db()
    learner.refresh_from_db()
    assert (held.state, learner.phone) == ("ready", "10096666666")
    assert held.summary["changed_meanwhile"] is True
    assert ["手机号", "10096666666", "10095555555"] in held.roster.lines.get().changes
    with pytest.raises(Refused, match="预览已经更新"):
        agree(held, plan_digest="old")


def test_somebody_else_with_the_same_number_meanwhile_writes_nothing_half(
    check: Check, monkeypatch: pytest.MonkeyPatch, organisation: Any, posts: Any
) -> None:
    held = check(table(person(1), person(2)))
    agree(held, create_units=False)
    real = roster.apply

    def late(plan: Any, today: date, actor: Any) -> list[int]:
        make_user("Y00002", "演示抢先")  # after the plan was made, before it is written
        return real(plan, today, actor)

    monkeypatch.setattr(roster, "apply", late)
    upload_apply(upload_id=held.pk)
    held.refresh_from_db()
    assert held.state in ("refused", "ready")
    assert not Member.objects.exists()


def test_confirming_twice_imports_once(check: Check, django_capture_on_commit_callbacks: Any) -> None:
    held = check(table(person(1)))
    agree(held, create_units=False)
    with pytest.raises(Refused, match="已经确认过"):
        agree(held, create_units=False)
    with django_capture_on_commit_callbacks(execute=True):
        upload_apply(upload_id=held.pk)
        upload_apply(upload_id=held.pk)
    assert Member.objects.count() == 1
    assert [event.subject for event in Event.objects.filter(topic="people.members")] == [Member.objects.get().pk]
    assert Entry.objects.filter(action="roster.import").count() == 1
    assert not storages["private"].exists(held.stored_as)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_import_write_it_once(check: Check) -> None:
    held = check(table(*(person(n) for n in range(50))))
    agree(held, create_units=False)

    def work() -> None:
        try:
            upload_apply(upload_id=held.pk)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _each in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    held.refresh_from_db()
    assert held.state == "done"
    assert Member.objects.count() == 50
    assert Entry.objects.filter(action="roster.import").count() == 1


def test_the_number_of_statements_does_not_grow_with_the_rows(check: Check, bring_in: Check) -> None:
    from django.test.utils import CaptureQueriesContext

    def count(first: int, people: int) -> int:
        content = table(*(person(n) for n in range(first, first + people)))
        with CaptureQueriesContext(connection) as queries:
            bring_in(content)
        return len(queries)

    count(500, 1)  # what is read once in a process
    small, large = count(1000, 5), count(2000, 50)  # one batch of SQLite's 999 parameters
    assert large == small


def test_the_audit_entry_counts_and_names_nobody(bring_in: Check, learner: Member) -> None:
    held = bring_in(table(person(1)), complete=True)
    entry = Entry.objects.get(action="roster.import")
    assert entry.target == f"roster:{held.code}"
    assert (entry.detail["new"], entry.detail["left"], entry.detail["complete"]) == (1, 1, True)
    assert "演示" not in str(entry.detail)


def test_what_nobody_confirmed_for_two_weeks_is_forgotten(check: Check) -> None:
    fresh, old = check(table(person(1))), check(table(person(2)))
    assert fresh.forget_at - fresh.created_at > timedelta(days=13)
    Upload.objects.filter(pk=old.pk).update(forget_at=timezone.now())
    assert uploads_forget() == 1
    old.refresh_from_db()
    assert old.state == "cancelled"
    assert not old.roster.lines.exists()
    assert not storages["private"].exists(f"uploads/{old.code}")
    assert storages["private"].exists(fresh.stored_as)


def test_a_refused_roster_takes_its_marked_workbook_with_it(check: Check) -> None:
    held = check(table(person(1, 手机号="1")))
    marked = held.roster.marked_as
    assert storages["private"].exists(marked)
    Upload.objects.filter(pk=held.pk).update(forget_at=timezone.now())
    assert uploads_forget() == 1
    assert not storages["private"].exists(marked)


def test_the_marked_workbook_goes_when_the_roster_is_read_another_way(
    check: Check, django_capture_on_commit_callbacks: Any
) -> None:
    held = check(table(person(1, 所属单位="演示东镇/演示东镇一村/演示东镇一村1网格")))
    marked, meant = held.roster.marked_as, held.errors[0]["new_unit"]
    assert storages["private"].exists(marked)
    Upload.objects.filter(pk=held.pk).update(state="checking", options=Options(new_units=(meant,)).as_json())
    with django_capture_on_commit_callbacks(execute=True):
        upload_check(upload_id=held.pk)
    held = Upload.objects.get(pk=held.pk)
    assert (held.state, held.roster.marked_as) == ("ready", "")
    assert not storages["private"].exists(marked), "it repeats everything that stood in the file"


@pytest.mark.parametrize("state", ["checking", "applying"])
def test_what_a_job_left_behind_that_failed_for_good_is_forgotten_too(
    check: Check, admin_user: Any, state: str
) -> None:
    jobs = [
        Job.objects.create(kind="uploads.check", title="演示", owner=admin_user, state=each)
        for each in ("failed", "running")
    ]
    stuck, busy = check(table(person(1))), check(table(person(2)))
    Upload.objects.update(state=state, confirmed_at=timezone.now(), forget_at=timezone.now())
    Upload.objects.filter(pk=stuck.pk).update(job=jobs[0])
    Upload.objects.filter(pk=busy.pk).update(job=jobs[1])
    assert uploads_forget() == 1
    stuck.refresh_from_db()
    assert stuck.state == "cancelled"
    assert not storages["private"].exists(f"uploads/{stuck.code}")
    assert storages["private"].exists(busy.stored_as)
