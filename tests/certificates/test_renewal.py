"""When a new certificate takes the place of an old one, and when it must not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from acts import Refused
from certificates.models import Award, NumberLedger
from certificates.services import (
    award_issue,
    award_render,
    award_revoke,
    awards_consider,
    awards_redraw_expired,
    content_of,
    issuing,
)
from exams.models import Result
from people.models import Member
from tests.certificates import scenes


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition(), max_attempts=5))


@pytest.fixture
def award(learner: Member, scheme: Any) -> Award:
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    return award_issue(actor=None, scheme=scheme, member=learner)


def dated(award: Award, *, issued: int, valid: int) -> None:
    """As if it had been issued so many days ago, to be valid for so many more."""
    today = timezone.localdate()
    Award.objects.filter(pk=award.pk).update(
        issued_on=today - timedelta(days=issued), valid_until=today + timedelta(days=valid)
    )
    Result.objects.update(marked_at=timezone.now() - timedelta(days=issued))


def test_a_revoked_certificate_does_not_come_back_by_a_repeated_event(
    award: Award, learner: Member, scheme: Any, administrator: Any
) -> None:
    award_revoke(actor=administrator, award=award, reason="演示：替考")
    assert awards_consider(member_ids=[learner.pk]) == []
    with pytest.raises(Refused, match="证书已撤销，需要重新考试合格后发证"):
        award_issue(actor=None, scheme=scheme, member=learner)
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=8800)
    anew = award_issue(actor=None, scheme=scheme, member=learner)
    assert (anew.cycle, anew.serial, anew.state) == (2, 2, "issued")
    award.refresh_from_db()
    assert award.state == "revoked"


def test_an_exam_passed_before_the_revocation_brings_no_new_certificate(
    award: Award, learner: Member, scheme: Any, administrator: Any
) -> None:
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=8800)
    award_revoke(actor=administrator, award=award, reason="演示：替考")
    assert awards_consider(member_ids=[learner.pk]) == []
    with pytest.raises(Refused, match="证书已撤销，需要重新考试合格后发证"):
        award_issue(actor=None, scheme=scheme, member=learner)


@pytest.mark.parametrize("happens", ["revoked", "renewed"])
def test_a_certificate_that_changes_while_its_renewal_is_weighed_is_not_renewed_on_what_was(
    award: Award,
    learner: Member,
    scheme: Any,
    administrator: Any,
    monkeypatch: pytest.MonkeyPatch,
    happens: str,
) -> None:
    dated(award, issued=1000, valid=30)
    scenes.pass_exam(learner, scenes.sitting_of(scheme), score=8800)
    plain = issuing.scheme_evaluate
    renewed = []

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = plain(*args, **kwargs)
        monkeypatch.setattr(issuing, "scheme_evaluate", plain)
        if happens == "revoked":
            award_revoke(actor=administrator, award=Award.objects.get(pk=award.pk), reason="演示")
        else:
            renewed.append(award_issue(actor=None, scheme=scheme, member=learner))
        return found

    monkeypatch.setattr(issuing, "scheme_evaluate", slow)
    if happens == "renewed":
        assert award_issue(actor=None, scheme=scheme, member=learner) == renewed[0]
        assert Award.objects.count() == 2
    else:
        with pytest.raises(Refused, match="刚刚被撤销，没有换证"):
            award_issue(actor=None, scheme=scheme, member=learner)
        assert Award.objects.get().state == "revoked"


def test_an_expired_certificate_does_not_come_back_by_the_exam_that_earned_it(
    award: Award, learner: Member, scheme: Any
) -> None:
    dated(award, issued=1000, valid=-1)
    with pytest.raises(Refused, match="证书已过期，需要重新考试合格后换证"):
        award_issue(actor=None, scheme=scheme, member=learner)
    assert NumberLedger.objects.get().last == 1


def test_an_exam_passed_in_the_renewal_window_renews(award: Award, learner: Member, scheme: Any) -> None:
    award_render(award_id=award.pk)
    dated(award, issued=1000, valid=30)
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    (renewed,) = awards_consider(member_ids=[learner.pk])
    award.refresh_from_db()
    assert (award.state, renewed.cycle) == ("superseded", 2)
    assert renewed.valid_until > timezone.localdate() + timedelta(days=1000)
    assert award.render_state == "waiting", "the old file is drawn anew, with its mark"
    assert content_of(award).state_mark == "已换证"


def test_an_exam_passed_long_before_the_window_changes_nothing(award: Award, learner: Member, scheme: Any) -> None:
    dated(award, issued=300, valid=700)
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    assert awards_consider(member_ids=[learner.pk]) == []
    award.refresh_from_db()
    assert award.state == "issued"


def test_a_member_who_lost_the_post_keeps_what_is_valid(award: Award, learner: Member, scheme: Any) -> None:
    dated(award, issued=1000, valid=30)
    learner.assignments.update(ends_on=timezone.localdate())
    assert award_issue(actor=None, scheme=scheme, member=learner) == award


def test_a_file_is_drawn_anew_when_the_certificate_runs_out(award: Award) -> None:
    award_render(award_id=award.pk)
    first = award.files.get(kind="pdf").digest
    assert awards_redraw_expired() == 0
    dated(award, issued=1000, valid=-1)
    assert awards_redraw_expired() == 1
    award_render(award_id=award.pk)
    award.refresh_from_db()
    assert (award.drawn_as, award.render_state) == ("expired", "ready")
    assert award.files.filter(kind="pdf").latest("pk").digest != first
    assert awards_redraw_expired() == 0


def test_later_renames_change_nothing_that_is_printed(award: Award, learner: Member, scheme: Any) -> None:
    before = content_of(award)
    award_render(award_id=award.pk)
    digest = award.files.get(kind="pdf").digest
    Member.objects.filter(pk=learner.pk).update(name="演示改名")
    scheme.title, scheme.issuer, scheme.letters, scheme.validity_months = "改名方案", "演示改名机关", "XX", 1
    scheme.save()
    edition = scenes.sitting_of(scheme).blueprint.edition
    edition.title, edition.label, edition.is_demonstration = "改名标准", "改名版", False
    edition.save()
    assignment = learner.assignments.select_related("organisation", "post").get()
    assignment.organisation.name, assignment.post.name = "改名单位", "改名岗位"
    assignment.organisation.save()
    assignment.post.save()
    award = Award.objects.get(pk=award.pk)
    assert content_of(award) == before
    Award.objects.update(render_state="waiting")
    award_render(award_id=award.pk)
    assert {file.digest for file in award.files.filter(kind="pdf")} == {digest}, (
        "drawn again it is the same file, byte by byte"
    )


def test_the_printed_day_is_the_platforms_day_and_the_text_is_chinese(
    learner: Member, scheme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight of the 24th in the platform's zone
    scenes.pass_exam(learner, scenes.sitting_of(scheme))
    Result.objects.update(marked_at=evening)
    monkeypatch.setattr(timezone, "now", lambda: evening)
    with translation.override("en"):
        award = award_issue(actor=None, scheme=scheme, member=learner)
        assert "至2026年11月24日参加《" in award.printed["body"]
        assert award.issued_on == date(2026, 11, 24)
        assert content_of(award).issued_on == "2026年11月24日"
    assert award.valid_until == date(2029, 11, 23)
