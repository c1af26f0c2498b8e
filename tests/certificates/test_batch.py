"""`manage.py issue_certificates`: everybody who has earned one, once, and who did not get one is named with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from acts import Refused
from certificates.models import Award, NumberLedger, Scheme
from certificates.services import award_issue, awards_issue_earned
from exams.models import Result
from people.models import Assignment, Member
from tests.cast import make_member
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: Any, posts: Any) -> Any:
    edition = scenes.make_edition()
    course = scenes.make_course(edition)
    scheme = scenes.make_scheme(scenes.make_sitting(organisation.city, edition), course)
    for number, name in enumerate(("演示甲", "演示\U00031350", "演示乙", "演示丙", "演示丁")):
        member = make_member(f"K{number}", name, posts.liaison, organisation.east_micro)
        if number != 4:
            scenes.pass_exam(member, scenes.sitting_of(scheme))
        if number != 2:
            scenes.complete_course(member, course)
    return scheme


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("issue_certificates", *arguments, stdout=said)
    return said.getvalue()


def test_it_issues_names_who_is_refused_and_who_cannot_be_printed_and_changes_nothing_the_second_time(
    scheme: Any,
) -> None:
    said = run("--scheme", scheme.code)
    assert "已发证 3 张，没有发证 1 人" in said
    assert "K2 没有发证：还没有学完课程" in said
    assert "K1 已发证，证书文件暂不能生成，字库里没有：“\U00031350”（U+31350）" in said
    assert sorted(Award.objects.values_list("member__number", "serial")) == [("K0", 1), ("K1", 2), ("K3", 3)]
    assert "已发证 0 张，没有发证 1 人" in run("--scheme", scheme.code)
    assert NumberLedger.objects.get().last == 3


def test_a_dry_run_writes_nothing(scheme: Any) -> None:
    said = run("--scheme", scheme.code, "--dry-run")
    assert "还没有有效证书：4 人。没有写入任何数据" in said and "K1 姓名中有字库没有的字" in said
    assert not Award.objects.exists()


def test_an_unknown_scheme_is_refused_with_those_that_there_are(scheme: Any) -> None:
    with pytest.raises(CommandError, match="没有代码为“none”的认证方案。现有：onboarding"):
        run("--scheme", "none")


PROCESS = """
import sys
import django
django.setup()
from django.db import connection
connection.close()
connection.settings_dict["NAME"] = sys.argv[1]
from certificates.models import Scheme
from certificates.services import award_issue
from people.models import Member
scheme = Scheme.objects.get()
sys.stdin.readline()
for member in Member.objects.order_by("number" if sys.argv[2] == "up" else "-number"):
    award_issue(actor=None, scheme=scheme, member=member)
"""


@pytest.mark.django_db(transaction=True)
def test_processes_beside_each_other_give_numbers_without_gap_or_repeat(organisation: Any, posts: Any) -> None:
    """Real processes on the test's own database, issuing to the same people from both ends."""
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.make_scheme(sitting)
    for number in range(12):
        member = make_member(f"P{number:02}", f"演示{number}", posts.liaison, organisation.east_micro)
        scenes.pass_exam(member, sitting)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), str(settings.BASE_DIR / "site")]),
    }
    name = str(connection.settings_dict["NAME"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, name, way], env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for way in ("up", "down", "up")
    ]
    outcomes = [process.communicate(b"go\n", timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outcomes
    assert sorted(Award.objects.values_list("serial", flat=True)) == list(range(1, 13))
    assert Award.objects.values("member").distinct().count() == 12
    assert NumberLedger.objects.get(year=timezone.localdate().year).last == 12


def test_once_a_day_comes_what_no_event_brings(
    learner: Member, neighbour: Member, organisation: Any, posts: Any
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition(), max_attempts=3)
    early, late = scenes.pass_exam(learner, sitting), scenes.pass_exam(neighbour, sitting)
    scheme = scenes.make_scheme(sitting)  # it came into use after the exam
    assert awards_issue_earned() == 2
    assert awards_issue_earned() == 0
    today = timezone.localdate()
    Award.objects.filter(member=learner).update(issued_on=today - timedelta(days=900))
    assert scenes.pass_exam(learner, sitting)  # long before the certificate may be renewed
    assert awards_issue_earned() == 0
    scenes.pass_exam(neighbour, sitting)
    Award.objects.update(issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=30))
    assert awards_issue_earned() == 2
    assert set(Award.objects.filter(state="issued").values_list("cycle", flat=True)) == {2}
    assert early.passed and late.passed and scheme.is_active


@pytest.mark.parametrize(
    ("days", "is_active", "says"),
    [
        (-1, True, "原来的证书已过期或已撤销，需要重新考试合格后发证。"),
        (-1, False, "原来的证书已过期或已撤销，需要重新考试合格后发证。"),
        (30, False, "这次成绩已用于停用方案的证书，需要重新考试合格后发证。"),
    ],
)
def test_a_scheme_that_takes_the_place_of_another_certifies_nobody_on_the_old_exam(
    learner: Member, organisation: Any, days: int, is_active: bool, says: str
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition(), max_attempts=3)
    scenes.pass_exam(learner, sitting)
    old = scenes.make_scheme(sitting, code="trial", letters="SX")
    assert awards_issue_earned() == 1
    today = timezone.localdate()
    Award.objects.update(issued_on=today - timedelta(days=300), valid_until=today + timedelta(days=days))
    Result.objects.update(marked_at=timezone.now() - timedelta(days=300))
    Scheme.objects.filter(pk=old.pk).update(is_active=is_active)
    new = scenes.make_scheme(sitting)
    assert awards_issue_earned() == 0
    with pytest.raises(Refused, match=says):
        award_issue(actor=None, scheme=new, member=learner)
    scenes.pass_exam(learner, sitting)
    assert awards_issue_earned() >= 1
    assert Award.objects.filter(scheme=new).count() == 1


def test_who_moves_into_a_post_that_a_second_scheme_names_is_certified_by_the_exam_of_the_first(
    learner: Member, organisation: Any, posts: Any
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    scenes.make_scheme(sitting)
    scenes.make_scheme(sitting, code="liaison", letters="WL").posts.add(posts.liaison)
    assert awards_issue_earned() == 1
    Assignment.objects.filter(member=learner).update(post=posts.liaison)
    assert awards_issue_earned() == 1
