"""The accounts that a newcomer tries: one for each kind of user, each with something to do."""

from __future__ import annotations

from dataclasses import dataclass

from people.models import RoleGrant

# One password for all of them, for the demonstration only: `demo_accounts` refuses to run elsewhere.
PASSWORD = "yanshi2026"  # noqa: S105
Role = RoleGrant.Role


@dataclass(frozen=True)
class LearnerAccount:
    """A member of the first village, by post and place among its holders."""

    key: str
    kind: str
    number: str
    entered_days: int
    attempt: str


@dataclass(frozen=True)
class StaffAccount:
    """An account outside the roster. `town` is the number of a town from 0, None the whole city."""

    username: str
    kind: str
    name: str
    role: str | None
    town: int | None
    attempt: str


LEARNERS = (
    LearnerAccount("new", "学员（新到岗）", "YS010003", 6, "首次登录：核对信息、设置新密码，再开始学第 1 课"),
    LearnerAccount("midway", "学员（学习中）", "YS010004", 20, "从第 8 课继续学；“课程”里看进度"),
    LearnerAccount("ready", "学员（待考试）", "YS010005", 25, "课程已学完：进考场、答题、交卷，合格即发证"),
    LearnerAccount(
        "certified", "学员（已取证）", "YS010006", 90, "看证书、下载 PDF、扫码查验；回看答卷；“我的”里看主岗和兼任"
    ),
)
STAFF = (
    StaffAccount("trainer", "讲师", "演示讲师", Role.TRAINER, None, "导入标准、从条款建课、出题、组卷、开考试场次"),
    StaffAccount(
        "trainer-town",
        "讲师（镇）",
        "演示镇讲师",
        Role.TRAINER,
        1,
        "只能改本镇的课程和考试；全市的课程、条款和考试可以看、可以用",
    ),
    StaffAccount(
        "supervisor-town", "主管（镇）", "演示镇主管", Role.SUPERVISOR, 0, "本镇取证情况：村 → 网格 → 个人 → 导出"
    ),
    StaffAccount(
        "supervisor", "主管（市）", "演示市主管", Role.SUPERVISOR, None, "全市取证情况：镇 → 村 → 网格 → 个人 → 导出"
    ),
    StaffAccount(
        "administrator", "管理员", "演示管理员", Role.ADMINISTRATOR, None, "花名册导入、角色授权、投诉建议处理"
    ),
    StaffAccount("superuser", "超级管理员", "演示超级管理员", None, None, "全部功能"),
)
