"""The trainers' side, as a trainer whose rights come from a role grant: build, draft, publish, review, delete."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from courses import services
from courses.advice import advice_for
from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from courses.publishing import deletion_refusal
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.certificates.scenes import make_scheme, make_sitting
from tests.courses import scenes

if TYPE_CHECKING:
    from django.test import Client

    from content.models import Edition
    from people.models import Member, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(trainer: User) -> Edition:
    return scenes.make_edition()


@pytest.fixture
def cms(client: Client, trainer: User) -> Client:
    return sign_in(client, trainer)


@pytest.fixture
def course(edition: Edition) -> CoursePage:
    return scenes.make_onboarding(edition)


def page_of(reply: Any) -> str:
    text: str = reply.content.decode()
    return text


def says(reply: Any, words: str) -> bool:
    """Whether the editor was told so: what it holds as data is escaped."""
    page = page_of(reply)
    return words in page or json.dumps(words)[1:-1] in page.replace("\\\\u", "\\u")


def form_of(page: str, **fields: Any) -> dict[str, Any]:
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key
    return {"key": key[1], "grouping": "parent", **fields}


# --- from clauses -----------------------------------------------------------------------------------------------------


def test_building_needs_the_trainers_role(client: Client, edition: Edition, learner: Member, supervisor: User) -> None:
    address = f"/cms/courses/from-clauses/{edition.pk}/"
    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    for user in (learner.user, supervisor):
        sign_in(client, user)
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, {"title": "走访", "key": "a" * 32}).status_code in (302, 403)
    assert not CoursePage.objects.exists()


def test_the_menu_leads_to_the_tree_of_the_edition_in_force(cms: Client, edition: Edition) -> None:
    scenes.make_edition(code="demo-2020", state="superseded", label="2020年版")
    scenes.make_edition(code="demo-draft", state="draft", label="草稿")
    assert "/cms/courses/from-clauses/" in page_of(cms.get("/cms/"))
    page = page_of(cms.get("/cms/courses/from-clauses/", follow=True))
    assert "4.1.1" in page and "演示文本" in page and "2020年版）（废止）" in page
    assert "草稿）" not in page  # a draft edition cannot be taught
    draft = scenes.Edition.objects.get(code="demo-draft")
    assert cms.get(f"/cms/courses/from-clauses/{draft.pk}/").status_code == 404


def test_without_a_standard_it_says_what_to_do(cms: Client) -> None:
    assert "请先导入一份标准" in page_of(cms.get("/cms/courses/from-clauses/"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "", "clauses": ["4.1"]}, "请填写课程名称。"),
        ({"title": "走访", "clauses": []}, "请至少勾选一条条款。"),
        ({"title": "走访", "clauses": ["4.1"], "grouping": "其他"}, "请选择怎样分课。"),
        ({"title": "走" * 101, "clauses": ["4.1"]}, "课程名称最多 100 个字，现在有 101 个。"),
        ({"title": "走访", "clauses": ["4.1"], "key": "不是"}, "请刷新页面后重试。"),
    ],
)
def test_what_is_missing_is_said_and_what_was_ticked_stays(
    cms: Client, edition: Edition, fields: dict[str, Any], words: str
) -> None:
    address = f"/cms/courses/from-clauses/{edition.pk}/"
    chosen = [scenes.clause(edition, number).pk for number in fields["clauses"]]
    data = form_of(page_of(cms.get(address)), **{**fields, "clauses": chosen})
    reply = cms.post(address, data)
    page = page_of(reply)
    assert reply.status_code == 422 and words in page and "<title>" in page and "有错误：" in page
    assert "有 1 处需要修改" in page
    for pk in chosen:
        assert re.search(rf'value="{pk}"[^>]* checked', page)
    assert not CoursePage.objects.exists()


def test_a_course_opens_in_the_editor_and_a_second_click_opens_the_same(cms: Client, edition: Edition) -> None:
    address = f"/cms/courses/from-clauses/{edition.pk}/"
    data = form_of(page_of(cms.get(address)), title="上门走访", clauses=[scenes.clause(edition, "4").pk])
    first, second = cms.post(address, data), cms.post(address, data)
    course = CoursePage.objects.get()
    lessons = scenes.lessons(course)
    assert first.headers["Location"] == second.headers["Location"] == f"/cms/pages/{lessons[0].pk}/edit/"
    page = page_of(cms.get(first.headers["Location"]))
    assert "已建立课程草稿“上门走访”，共 2 课" in page and f"/cms/pages/{course.pk}/" in page
    listing = page_of(cms.get(f"/cms/pages/{course.pk}/"))
    assert listing.index("人员之1") < listing.index("人员之2")


def test_what_only_the_service_sees_is_said_in_words_too(cms: Client, edition: Edition, organisation: Any) -> None:
    """A chapter without any text below it, and the key of a form that somebody else has sent."""
    empty = scenes.Clause.add_root(edition=edition, number="9", kind="chapter", title="空的一章")
    address = f"/cms/courses/from-clauses/{edition.pk}/"
    reply = cms.post(address, form_of(page_of(cms.get(address)), title="走访", clauses=[empty.pk]))
    assert reply.status_code == 422 and "没有可讲的内容" in page_of(reply)
    assert re.search(rf'value="{empty.pk}"[^>]* checked', page_of(reply))
    data = form_of(page_of(cms.get(address)), title="走访", clauses=[scenes.clause(edition, "4").pk])
    services.course_from_clauses(
        actor=make_user("second", "演示讲师二", RoleGrant.Role.TRAINER, organisation.city), edition=edition, clauses=[scenes.clause(edition, "4")],
        title="别人的课", key=data["key"],
    )  # fmt: skip
    assert "请刷新页面后重试。" in page_of(cms.post(address, data))
    assert CoursePage.objects.count() == 1


def test_one_lesson_for_each_clause_on_request(cms: Client, edition: Edition) -> None:
    address = f"/cms/courses/from-clauses/{edition.pk}/"
    chosen = [scenes.clause(edition, "4").pk]
    data = form_of(page_of(cms.get(address)), title="走访", clauses=chosen, grouping="clause")
    cms.post(address, data)
    assert LessonPage.objects.count() == 4


# --- drafts and publication -------------------------------------------------------------------------------------------


def edit(cms: Client, lesson: LessonPage, body: list[tuple[str, Any]], **actions: str) -> Any:
    data = nested_form_data(
        {
            "title": lesson.title,
            "slug": lesson.slug,
            "minutes": "6",
            "objectives": "",
            "body": streamfield(body),
            "clause_links": inline_formset([]),
            "comments": inline_formset([]),
            **actions,
        }
    )
    return cms.post(f"/cms/pages/{lesson.pk}/edit/", data)


PUBLISH = {"action-publish": "1"}
SUBMIT = {"action-submit": "1"}
EMPTY_CHECK = ("check", {"stem": "", "explanation": "", "clause": "", "options-count": "0"})
EMPTY_VIDEO = ("video", {"title": "", "video": "", "captions": ""})
CARD = ("text_card", {"heading": "走访之前", "text": "先约时间。"})


@pytest.fixture
def draft(course: CoursePage, trainer: User) -> LessonPage:
    return scenes.make_lesson(course, "没写完的课", "draft", [scenes.card()], live=False, user=trainer)


@pytest.mark.parametrize("body", [[], [EMPTY_CHECK], [EMPTY_VIDEO], [("text_card", {"heading": "", "text": ""})]])
def test_an_unfinished_draft_is_saved_but_not_published(
    cms: Client, draft: LessonPage, body: list[tuple[str, Any]]
) -> None:
    assert edit(cms, draft, body).status_code == 302
    assert len(LessonPage.objects.get(pk=draft.pk).get_latest_revision_as_object().body) == len(body)
    for action in (PUBLISH, SUBMIT):
        reply = edit(cms, draft, body, **action)
        assert reply.status_code == 200, "it went through"
        if not body:
            assert says(reply, "没有内容的课不能发布。请至少写一张卡片。")
    now = LessonPage.objects.get(pk=draft.pk)
    assert not now.live and now.current_workflow_state is None


def test_a_check_needs_a_right_option_and_a_video_its_kind_of_file(cms: Client, draft: LessonPage) -> None:
    options = {"options-count": "2"}
    for n, text in enumerate(("甲", "乙")):
        options |= {f"options-{n}-value-text": text, f"options-{n}-value-feedback": "", f"options-{n}-deleted": "",
                    f"options-{n}-order": str(n), f"options-{n}-type": "item"}  # fmt: skip
    check = ("check", {"stem": "先做什么？", "explanation": "先亮证。", "clause": "", **options})
    assert says(edit(cms, draft, [CARD, check], **PUBLISH), "请至少勾选一个正确选项。")
    assert edit(cms, draft, [CARD, check]).status_code == 302
    right = ("check", {**check[1], "options-0-value-correct": "on"})
    assert edit(cms, draft, [CARD, right], **PUBLISH).status_code == 302
    assert LessonPage.objects.get(pk=draft.pk).live


def test_publishing_in_bulk_does_not_get_round_the_rules(cms: Client, course: CoursePage, draft: LessonPage) -> None:
    edit(cms, draft, [EMPTY_CHECK])
    address = f"/cms/bulk/wagtailcore/page/publish/?id={draft.pk}&next=/cms/"
    reply = cms.post(address, {"include_descendants": ""}, follow=True)
    assert "“没写完的课”还没有写完，不能发布" in page_of(reply)
    course.unpublish()
    whole = f"/cms/bulk/wagtailcore/page/publish/?id={course.pk}&next=/cms/"
    reply = cms.post(whole, {"include_descendants": "on"}, follow=True)
    assert "还没有写完，不能发布" in page_of(reply)
    assert not LessonPage.objects.get(pk=draft.pk).live and not CoursePage.objects.get(pk=course.pk).live
    edit(cms, draft, [CARD])
    cms.post(whole, {"include_descendants": "on"})
    assert LessonPage.objects.get(pk=draft.pk).live and CoursePage.objects.get(pk=course.pk).live


def test_every_block_can_be_drafted_empty_and_previewed(cms: Client, draft: LessonPage, settings: Any) -> None:
    image = ("image", {"image-image": "", "image-alt_text": "", "caption": ""})
    steps = ("steps", {"title": "", "steps-count": "0"})
    body = [
        CARD, ("clause", ""), image, EMPTY_VIDEO, ("attachment", {"title": "", "document": ""}),
        ("case", {"title": "", "situation": "", "question": "", "analysis": ""}), steps,
        ("tip", {"tone": "tip", "text": ""}), EMPTY_CHECK,
    ]  # fmt: skip
    assert edit(cms, draft, body).status_code == 302
    reply = cms.get(f"/cms/pages/{draft.pk}/view_draft/")
    assert reply.status_code == 200
    page = page_of(reply)
    assert "走访之前" in page and "预览：学员答对全部小测后" in page and "data-position-url" not in page
    assert not Enrolment.objects.exists()


def test_the_preview_is_360_wide_at_first_and_comes_in_large_letters_too(cms: Client, draft: LessonPage) -> None:
    sizes = {size["name"]: size["device_width"] for size in draft.preview_sizes}
    assert sizes == {"mobile": 360, "tablet": 768, "desktop": 1280} and draft.default_preview_size == "mobile"
    page = page_of(cms.get(f"/cms/pages/{draft.pk}/edit/"))
    assert 'data-device-width="360"' in page and "超大字号" in page
    address = f"/cms/pages/{draft.pk}/edit/preview/"
    data = nested_form_data(
        {"title": "改了题目", "slug": "draft", "minutes": "6", "objectives": "", "body": streamfield([CARD]),
         "clause_links": inline_formset([]), "comments": inline_formset([])}
    )  # fmt: skip
    assert cms.post(address, data).json()["is_valid"]
    for mode, size in (("", "standard"), ("xlarge", "xlarge")):
        shown = page_of(cms.get(f"{address}?mode={mode}"))
        assert "改了题目" in shown and f'data-size="{size}"' in shown
    draft.owner.refresh_from_db()
    assert draft.owner.text_size == "standard"


def test_advice_is_marked_in_the_preview_and_not_on_the_learners_page(
    cms: Client, course: CoursePage, edition: Edition, learner: Member, trainer: User
) -> None:
    old = scenes.make_edition(code="demo-2020", state="superseded", label="2020年版")
    body = [
        scenes.card("长", "字。" * 101),
        scenes.card("长句", "一" * 61),
        scenes.card("颜色", "点红色按钮。"),
        ("clause", scenes.clause(old, "4.1.1")),
        scenes.card("好", "一句短话。"),
    ]
    lesson = scenes.make_lesson(course, "要改的课", "advice", body)
    marks = [advice_for(lesson)[str(block.id)] for block in lesson.body]
    assert marks == ["long-card", "long-sentence", "colour-alone", "superseded", ""]
    assert advice_for(lesson)[""] == ""
    assert advice_for(scenes.make_lesson(course, "没有条款", "none", [scenes.card()]))[""] == "no-clause"
    shown = page_of(cms.get(f"/cms/pages/{lesson.pk}/view_draft/"))
    assert 'data-advice="long-card"' in shown and "wagtail-userbar" in shown
    assert says(cms.get(f"/cms/pages/{lesson.pk}/edit/"), "卡片太长")
    sign_in(cms, learner.user)
    assert "data-advice" not in page_of(cms.get(lesson.get_url()))


# --- rights, review, history ------------------------------------------------------------------------------------------


def test_the_grant_gives_the_cms_and_its_end_takes_it(client: Client, organisation: Any, edition: Edition) -> None:
    user = make_user("second", "演示讲师二")
    sign_in(client, user)
    assert client.get("/cms/").status_code in (302, 403)
    grant = RoleGrant.objects.create(user=user, role=RoleGrant.Role.TRAINER, organisation=organisation.city)
    assert client.get("/cms/").status_code == 200
    catalogue = services.catalogue_ensure()
    assert client.get(f"/cms/pages/{catalogue.pk}/").status_code == 200
    assert client.get(f"/cms/pages/add/courses/coursepage/{catalogue.pk}/").status_code == 200
    grant.revoked_at = timezone.now()
    grant.save()
    assert client.get("/cms/").status_code in (302, 403)


def test_the_rights_are_set_up_once_however_often(trainer: User, edition: Edition) -> None:
    for _n in range(3):
        services.trainer_group_ensure()
    assert Group.objects.filter(name=services.TRAINER_GROUP).count() == 1
    assert Workflow.objects.active().get().name == services.REVIEW
    assert GroupApprovalTask.objects.filter(name="讲师审核").count() == 1


def test_who_publishes_a_lesson_of_a_draft_course_is_told_that_nobody_sees_it(
    cms: Client, draft: LessonPage, learner: Member
) -> None:
    course = draft.get_parent().specific
    edit(cms, draft, [CARD], **PUBLISH)
    assert "还没有发布，学员现在看不到这一课" not in page_of(cms.get(f"/cms/pages/{course.pk}/"))
    course.unpublish()
    reply = edit(cms, draft, [CARD], **PUBLISH)
    assert reply.status_code == 302
    assert f"课程“{course.title}”还没有发布，学员现在看不到这一课" in page_of(cms.get(f"/cms/pages/{course.pk}/"))


def test_a_lesson_is_submitted_by_one_trainer_and_published_by_another(
    cms: Client, organisation: Any, trainer: User, draft: LessonPage, learner: Member
) -> None:
    assert edit(cms, draft, [CARD], **SUBMIT).status_code == 302
    state = LessonPage.objects.get(pk=draft.pk).current_workflow_task_state
    assert state is not None and state.task.name == "讲师审核"
    second = make_user("second", "演示讲师二", RoleGrant.Role.TRAINER, organisation.city)
    sign_in(cms, second)
    assert "没写完的课" in page_of(cms.get("/cms/"))  # waits on the second trainer's desk
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk])
    assert cms.post(address).status_code == 302
    now = LessonPage.objects.get(pk=draft.pk)
    assert now.live and now.current_workflow_state is None
    sign_in(cms, learner.user)
    assert cms.get(now.get_url()).status_code == 200


def test_a_rejection_sends_it_back_with_its_reason(cms: Client, organisation: Any, draft: LessonPage) -> None:
    edit(cms, draft, [CARD], **SUBMIT)
    state = LessonPage.objects.get(pk=draft.pk).current_workflow_task_state
    second = make_user("second", "演示讲师二", RoleGrant.Role.TRAINER, organisation.city)
    sign_in(cms, second)
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "reject", state.pk])
    cms.post(address, {"comment": "请补一个案例。"})
    assert not LessonPage.objects.get(pk=draft.pk).live
    history = page_of(cms.get(f"/cms/pages/{draft.pk}/workflow_history/", follow=True))
    assert "课程审核" in history
    assert "请补一个案例。" in page_of(cms.get(f"/cms/pages/{draft.pk}/history/"))


def test_history_and_comparison_work_for_the_trainer(cms: Client, course: CoursePage) -> None:
    lesson = scenes.lessons(course)[1]
    lesson.body = [scenes.card("先看后报", "改过的话。")]
    revision = lesson.save_revision()
    assert "发布" in page_of(cms.get(f"/cms/pages/{lesson.pk}/history/"))
    compared = page_of(cms.get(f"/cms/pages/{lesson.pk}/revisions/compare/live...{revision.pk}/"))
    assert "改过的话" in compared and "文字" in compared


def test_the_chooser_offers_clauses_in_force_first_and_finds_by_number_and_text(cms: Client, edition: Edition) -> None:
    scenes.make_edition(code="demo-2020", state="superseded", label="2020年版", effective_on="2026-01-01")
    page = cms.get("/cms/clause-chooser/").json()["html"]
    assert page.index("2025年版") < page.index("2020年版（废止）")
    found = page_of(cms.get("/cms/clause-chooser/results/?q=5.1.2"))
    assert "服务内容第1项第2点" in found and "第2项" not in found
    assert "4.2.1" in page_of(cms.get("/cms/clause-chooser/results/?q=人员第2项第1点"))
    clause = scenes.clause(edition, "4.1.1")
    chosen = cms.get(f"/cms/clause-chooser/chosen/{clause.pk}/").json()["result"]["title"]
    assert chosen == "4.1.1 网格员应当做好人员第1项第1点工作。 · 2025年版"


# --- what was learnt stays --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bulk", [False, True])
def test_what_somebody_learnt_is_not_deleted_and_the_reason_is_told(
    cms: Client, learner: Member, neighbour: Member, course: CoursePage, bulk: bool
) -> None:
    first, second, third = scenes.lessons(course)
    for member in (learner, neighbour):
        services.lesson_pass(actor=member, lesson=third)
    address = (
        f"/cms/bulk/wagtailcore/page/delete/?id={third.pk}&next=/cms/" if bulk else f"/cms/pages/{third.pk}/delete/"
    )
    reply = cms.post(address, follow=True)
    assert "“收尾”已有 2 人学过" in page_of(reply) and "可以取消发布" in page_of(reply)
    assert "已有 2 人学过" in deletion_refusal(course) and deletion_refusal(second) == ""
    assert LessonPage.objects.count() == 3 and LessonProgress.objects.count() == 2
    assert cms.post(f"/cms/pages/{second.pk}/delete/").status_code == 302
    assert set(LessonPage.objects.all()) == {first, third}


@pytest.mark.parametrize("bulk", [False, True])
def test_a_lesson_that_somebody_learnt_stays_in_its_course(
    cms: Client, learner: Member, course: CoursePage, bulk: bool
) -> None:
    """What was passed counts for the course in which it was: moved, it would look passed and never complete the other."""
    first, second, third = scenes.lessons(course)
    other = CoursePage(title="另一门课（演示）", slug="other", edition=course.edition)
    course.get_parent().add_child(instance=other)
    services.lesson_pass(actor=learner, lesson=third)

    def move(lesson: LessonPage) -> str:
        if bulk:
            address = f"/cms/bulk/wagtailcore/page/move/?id={lesson.pk}&next=/cms/"
            return page_of(cms.post(address, {"chooser": other.pk}, follow=True))
        return page_of(cms.post(f"/cms/pages/{lesson.pk}/move/{other.pk}/confirm/", follow=True))

    assert "“收尾”已有 1 人学过，不能移到别的课程" in move(third)
    assert set(scenes.lessons(course)) == {first, second, third}
    move(second)
    assert set(scenes.lessons(other)) == {second}


@pytest.mark.parametrize("bulk", [False, True])
def test_a_course_that_a_sitting_asks_for_is_not_deleted(
    cms: Client, course: CoursePage, organisation: Any, bulk: bool
) -> None:
    assert course.edition is not None
    asked = CoursePage(title="要学完的课（演示）", slug="asked", edition=course.edition)
    course.get_parent().add_child(instance=asked)
    make_scheme(make_sitting(organisation.city, course.edition, course=asked), asked)
    address = (
        f"/cms/bulk/wagtailcore/page/delete/?id={asked.pk}&next=/cms/" if bulk else f"/cms/pages/{asked.pk}/delete/"
    )
    page = page_of(cms.post(address, follow=True))
    assert "考试场次“演示考试”" in page and "认证方案“岗前培训合格”" in page and "不能删除" in page
    assert CoursePage.objects.filter(pk=asked.pk).exists()


def test_a_page_cannot_be_locked_away_by_a_switch_of_its_own(cms: Client, course: CoursePage) -> None:
    dialog = cms.get(f"/cms/pages/{course.pk}/privacy/").json()
    assert "<form" not in dialog["html"] and "input" not in dialog["html"]
