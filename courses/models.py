"""Wagtail pages (catalogue > course > lesson) and what a member did with them.

What a learner passed is kept by a PROTECT foreign key to the lesson's Wagtail revision: purge_revisions leaves such revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import GroupApprovalTask, Orderable, Page, Revision
from wagtail.permissions import policy_registry

from content.models import Clause, Edition
from courses.blocks import LessonBody
from courses.page_tester import OwnedPageTester
from courses.panels import CoursePageForm, LearnerPageForm, PeopleConcerned
from people.models import Member, Organisation, Post

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from people.models import User


class LearnerPage(Page):
    """A page for signed-in people only. Learners come through this app's own addresses, which ask access.py and cost a third
    of the statements of Wagtail's way down the tree; Wagtail itself shows previews. The views are called by name, because
    they import the models."""

    base_form_class = LearnerPageForm
    private_page_options: list[str] = []  # who may see a page is access.py's to say, not a switch on each page
    preview_modes = [("", _("标准字号")), ("xlarge", _("超大字号"))]
    preview_sizes = [
        {"name": "mobile", "icon": "mobile-alt", "device_width": 360, "label": _("手机（宽 360）")},
        {"name": "tablet", "icon": "tablet-alt", "device_width": 768, "label": _("平板（宽 768）")},
        {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("电脑（宽 1280）")},
    ]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: User) -> OwnedPageTester:
        return OwnedPageTester(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return import_string("courses.views.serve_page")(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return import_string("courses.views.preview_page")(request, self, text_size=mode_name)


class CataloguePage(LearnerPage):
    intro = models.TextField(_("说明"), blank=True, default="", max_length=500)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CoursePage"]
    max_count = 1
    template = "courses/catalogue_page.html"

    class Meta:
        verbose_name = _("课程目录")
        verbose_name_plural = _("课程目录")


class CoursePage(LearnerPage):
    base_form_class = CoursePageForm

    # Whose it is: seen in the unit's subtree, changed by the unit's trainers. NULL: the whole installation's. (Wagtail's own
    # `owner` is the person who made the page.)
    unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所属单位")
    )
    summary = models.CharField(_("一句话介绍"), max_length=120, blank=True, default="")
    intro = RichTextField(_("课程说明"), blank=True, default="", features=["bold", "ul", "ol", "link"])
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("依据的标准版本"),
    )
    audience = models.CharField(_("适用对象"), max_length=120, blank=True, default="")
    posts = ParentalManyToManyField(Post, blank=True, related_name="+", verbose_name=_("适用岗位（不选为全部）"))
    is_compulsory = models.BooleanField(
        _("必学"),
        default=False,
        help_text=_("勾选后，发布时适用岗位的人都会收到这项学习任务。不勾选为选学，只列在课程目录中。"),
    )
    due_days = models.PositiveSmallIntegerField(
        _("必学课程须在几天内学完（从收到任务算起，空为不限）"), null=True, blank=True, default=30
    )
    is_onboarding = models.BooleanField(_("岗前培训"), default=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("intro"),
        MultiFieldPanel(
            [
                FieldPanel("edition"),
                FieldPanel("audience"),
                FieldPanel("posts"),
                FieldPanel("is_compulsory"),
                PeopleConcerned(),
                FieldPanel("due_days"),
                FieldPanel("is_onboarding"),
            ],
            heading=_("课程设置"),
        ),
    ]
    parent_page_types = ["courses.CataloguePage"]
    subpage_types = ["courses.LessonPage"]
    admin_default_ordering = "ord"  # lessons stand in the order in which they are learnt
    template = "courses/course_page.html"

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """What a rule has assigned and nobody has opened goes with the course; all else protects it."""
        Enrolment.objects.filter(course=self.pk).untouched().delete()
        return super().delete(*args, **kwargs)

    class Meta:
        verbose_name = _("课程")
        verbose_name_plural = _("课程")


class LessonPage(LearnerPage):
    minutes = models.PositiveSmallIntegerField(_("预计分钟"), default=8)
    objectives = models.TextField(_("学习目标"), blank=True, default="", help_text=_("一行一个目标。"))
    body = StreamField(LessonBody(), blank=True, verbose_name=_("课的内容"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("objectives"),
        FieldPanel("body"),
        InlinePanel(
            "clause_links",
            heading=_("讲到的条款"),
            label=_("条款"),
            help_text=_("正文引用的条款在发布时自动列入。另外还讲到的，在这里添加。"),
        ),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    template = "courses/lesson_page.html"

    class Meta:
        verbose_name = _("课")
        verbose_name_plural = _("课")

    @cached_property
    def course(self) -> CoursePage:
        course: CoursePage = self.get_parent().specific
        return course

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        super().full_clean(*args, **kwargs)
        # A draft may be empty; a live page may not (Wagtail validates drafts without required fields).
        if self.live and not len(self.body):
            raise ValidationError({"body": _("没有内容的课不能发布。请至少写一张卡片。")})


class CourseReview(GroupApprovalTask):
    """The review by a second trainer, of those who may change the page. The group holds the trainers of all units."""

    class Meta:
        verbose_name = _("讲师审核")
        verbose_name_plural = _("讲师审核")

    def user_can_access_editor(self, obj: Any, user: User) -> bool:
        return _is_ours(obj, user) and bool(super().user_can_access_editor(obj, user))

    def locked_for_user(self, obj: Any, user: User) -> bool:
        return not _is_ours(obj, user) or bool(super().locked_for_user(obj, user))

    def user_can_lock(self, obj: Any, user: User) -> bool:
        return _is_ours(obj, user) and bool(super().user_can_lock(obj, user))

    def get_actions(self, obj: Any, user: User) -> Any:
        return super().get_actions(obj, user) if _is_ours(obj, user) else []

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        ours = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
        keys = ours.annotate(key=Cast("pk", models.CharField(max_length=255))).values("key")
        return states.filter(workflow_state__object_id__in=keys)


def _is_ours(page: Any, user: User) -> bool:
    return isinstance(page, Page) and bool(page.permissions_for_user(user).is_ours)


class LessonClause(Orderable):
    """Which clauses a lesson teaches: those that its blocks show (kept in step on publication) and those added by hand."""

    lesson = ParentalKey(LessonPage, on_delete=models.CASCADE, related_name="clause_links", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="lesson_links", verbose_name=_("条款"))
    is_shown = models.BooleanField(default=False)  # set by publication: a block shows it; it goes when the block goes

    panels = [FieldPanel("clause")]

    class Meta(Orderable.Meta):
        verbose_name = _("课的条款")
        verbose_name_plural = _("课的条款")
        constraints = [models.UniqueConstraint(fields=["lesson", "clause"], name="lesson_clause_once")]


class CourseBuild(models.Model):
    """A course that was made from clauses, under the key of the form that asked for it: sent twice, made once."""

    key = models.CharField(max_length=32, unique=True)
    course = models.OneToOneField(CoursePage, on_delete=models.CASCADE, related_name="build")
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("从条款建课")
        verbose_name_plural = _("从条款建课")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def current_of(self, member: Member | OuterRef, course: Any) -> EnrolmentQuerySet:
        """The cycle that counts now: the open one, or the last that was completed. None or one row."""
        return self.filter(member=member, course=course).order_by("-cycle")[:1]

    def untouched(self) -> EnrolmentQuerySet:
        """Assigned by rule and never opened: such a row holds nothing that anybody did."""
        return self.filter(reason=Enrolment.Reason.POST, assigned_by__isnull=True, started_at__isnull=True)


class Enrolment(models.Model):
    """A member's way through a course, once for each time of training. A member sees their own; a supervisor those of
    their subtree. The way that was completed stays as it is when the next cycle begins."""

    class Reason(models.TextChoices):
        POST = "post", _("岗位要求")
        SUPERVISOR = "supervisor", _("主管安排")
        MAKE_UP = "make_up", _("补学")
        OWN = "own", _("自己选学")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="enrolments", db_index=False)
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="enrolments")
    cycle = models.PositiveSmallIntegerField(_("第几次学习"), default=1)
    reason = models.CharField(_("原因"), max_length=12, choices=Reason)
    note = models.CharField(_("说明"), max_length=120, blank=True, default="")
    # NULL: by rule, or by the member's own choice
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assigned_at = models.DateTimeField(_("安排时间"), default=timezone.now)
    due_on = models.DateField(_("应完成日期"), null=True, blank=True)  # counts from the assignment
    started_at = models.DateTimeField(_("开始学习时间"), null=True, blank=True)
    completed_at = models.DateTimeField(_("学完时间"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("选课")
        verbose_name_plural = _("选课")
        constraints = [
            models.UniqueConstraint(fields=["member", "course", "cycle"], name="enrolment_once_per_cycle"),
            models.UniqueConstraint(
                fields=["member", "course"], condition=Q(completed_at__isnull=True), name="enrolment_one_open_cycle"
            ),
            models.CheckConstraint(condition=Q(cycle__gte=1), name="enrolment_cycle_from_one"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(started_at__isnull=False),
                name="enrolment_completed_was_started",
            ),
        ]


class LessonProgress(models.Model):
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="progress", db_index=False)
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="progress")
    position = models.PositiveSmallIntegerField(_("第几张卡片"), default=0)
    checks = models.JSONField(_("已答对的小测"), default=list, blank=True)  # block ids
    started_at = models.DateTimeField(auto_now_add=True)
    passed_at = models.DateTimeField(_("学完时间"), null=True, blank=True)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("学习进度")
        verbose_name_plural = _("学习进度")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once"),
            models.CheckConstraint(
                condition=Q(passed_at__isnull=True) | Q(revision__isnull=False), name="lesson_passed_keeps_revision"
            ),
        ]
