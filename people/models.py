"""Organisation tree, posts, members, dated assignments, roles with a subtree as their scope, complaints and suggestions."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from jobs.models import Job
from people.masking import masked_name, masked_phone

if TYPE_CHECKING:
    from datetime import date


def public_code() -> str:
    """80 random bits for addresses: nobody can count members or guess the next one."""
    return secrets.token_hex(10)


class User(AbstractUser):
    """The account. `username` is the member number, or a name for accounts outside the roster."""

    class TextSize(models.TextChoices):
        STANDARD = "standard", _("标准")
        LARGE = "large", _("大")
        XLARGE = "xlarge", _("超大")

    class Theme(models.TextChoices):
        AUTO = "auto", _("跟随系统")
        LIGHT = "light", _("浅色")
        DARK = "dark", _("深色")
        CONTRAST = "contrast", _("高对比")

    must_change_password = models.BooleanField(_("须修改初始密码"), default=False)
    initial_password_until = models.DateTimeField(_("初始密码有效期至"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("首次登录核对时间"), null=True, blank=True)
    text_size = models.CharField(_("字号"), max_length=10, choices=TextSize, default=TextSize.STANDARD)
    theme = models.CharField(_("配色"), max_length=10, choices=Theme, default=Theme.AUTO)

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def get_full_name(self) -> str:
        member = getattr(self, "member", None)
        return member.name if member is not None else (self.first_name or self.username)

    def get_short_name(self) -> str:
        return self.get_full_name()


class Organisation(MP_Node):
    """City > town > village/community > grid > micro-grid. The path prefix gives a subtree in one indexed range."""

    class Kind(models.TextChoices):
        CITY = "city", _("市（县）")
        TOWN = "town", _("镇（区、街道）")
        VILLAGE = "village", _("村（社区）")
        GRID = "grid", _("网格")
        MICRO_GRID = "micro_grid", _("微网格")

    class GridKind(models.TextChoices):
        NONE = "", _("不适用")
        INTEGRATED = "integrated_grid", _("综合网格")
        DEDICATED = "dedicated_grid", _("专属网格")

    code = models.CharField(_("代码"), max_length=32, unique=True, default=public_code)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("层级"), max_length=12, choices=Kind)
    grid_kind = models.CharField(_("网格类型"), max_length=16, choices=GridKind, blank=True, default="")
    is_urban = models.BooleanField(_("城市网格"), default=False)

    node_order_by: list[str] = []  # kept in the order of the roster: units stand in administrative order, not by pinyin

    class Meta:
        verbose_name = _("组织机构")
        verbose_name_plural = _("组织机构")
        indexes = [models.Index(fields=["kind", "path"], name="organisation_kind_path")]

    def __str__(self) -> str:
        return self.name

    def contains(self, path: str) -> bool:
        """Whether `path` (a treebeard path) lies in this subtree, the node itself included."""
        return path.startswith(self.path)


class Post(models.Model):
    """Post names differ from place to place (in some 网格长 and 网格员 are two posts), so posts are rows, not code."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("岗位名称"), max_length=40, unique=True)
    aliases = models.JSONField(_("花名册中的其他写法"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    needs_certificate = models.BooleanField(_("须持证上岗"), default=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person of the roster. One account each; leaving ends the assignments and closes the account, nothing is deleted."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member")
    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    number = models.CharField(_("工号"), max_length=32, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("手机号"), max_length=20, blank=True, default="")
    entered_on = models.DateField(_("入职日期"), null=True, blank=True)
    left_on = models.DateField(_("离岗日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="member_phone_is_one_persons"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(entered_on__isnull=True) | Q(left_on__gte=F("entered_on")),
                name="member_leaves_after_entering",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_name(self) -> str:
        return masked_name(self.name)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class Assignment(models.Model):
    """Who held which post where, from when to when. A move ends one row and begins another."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ends_on__isnull=True), name="assignment_one_current_per_member"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "post"], condition=Q(ends_on__isnull=True), name="assignment_current"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.post} {self.organisation}"

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class RoleGrant(models.Model):
    """Power over others, always within one subtree. Being a learner needs no grant: every member on a post is one."""

    class Role(models.TextChoices):
        TRAINER = "trainer", _("培训讲师")
        MARKER = "marker", _("阅卷员")
        SUPERVISOR = "supervisor", _("主管")
        ADMINISTRATOR = "administrator", _("管理员")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="role_grants")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("角色授权")
        verbose_name_plural = _("角色授权")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(revoked_at__isnull=True),
                name="role_granted_once_per_subtree",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.organisation}"


class RosterImport(models.Model):
    """An uploaded roster and what it would change. Nothing else is written before a person confirms it."""

    class State(models.TextChoices):
        CHECKING = "checking", _("正在核对")
        REFUSED = "refused", _("有错误")
        READY = "ready", _("待确认")
        IMPORTING = "importing", _("正在导入")
        DONE = "done", _("已导入")
        CANCELLED = "cancelled", _("已取消")

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    # NULL: from the command line
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict, blank=True)  # people.roster.options.Options
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    summary = models.JSONField(default=dict, blank=True)
    errors = models.JSONField(default=list, blank=True)  # the first of them; all are in the marked file
    marked_as = models.CharField(max_length=255, blank=True, default="")
    # What the preview showed. The import does exactly this, or nothing.
    plan_digest = models.CharField(max_length=64, blank=True, default="")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("花名册导入")
        verbose_name_plural = _("花名册导入")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "importing"]) | ~Q(plan_digest=""), name="roster_ready_has_plan"
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="roster_newest")]


class RosterLine(models.Model):
    """One person (or new unit) that an import would change or has changed, as the preview shows it."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("新增单位")
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        RETURNED = "returned", _("回岗")
        LEFT = "left", _("离岗")

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    row = models.PositiveIntegerField(null=True)  # in the file; those who leave stand in none
    number = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=200)
    changes = models.JSONField(default=list)  # [[what, before, after], ...]
    warning = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "position"], name="roster_line_has_its_place"),
        ]
        indexes = [models.Index(fields=["roster_import", "kind", "position"], name="roster_lines_by_kind")]


class Feedback(models.Model):
    """投诉建议: required of every government app (State Council office rule 2026-12, complaints and suggestions)."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        HANDED_ON = "handed_on", _("已转办")
        ANSWERED = "answered", _("已答复")

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.CharField(_("联系方式"), max_length=80, blank=True, default="")
    page = models.CharField(_("来源页面"), max_length=300, blank=True, default="")
    text = models.TextField(_("内容"), max_length=2000)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback_to_handle"
    )
    hand_on_note = models.CharField(_("转办意见"), max_length=300, blank=True, default="")
    reply = models.TextField(_("答复"), max_length=2000, blank=True, default="")
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("投诉建议")
        verbose_name_plural = _("投诉建议")
        indexes = [models.Index(fields=["state", "-created_at"], name="feedback_state_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="feedback_answered_has_reply",
            )
        ]
