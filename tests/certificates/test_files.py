"""The files of a certificate: one bad award stops itself only, and what became untrue while it was drawn is drawn again."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from assessment.standing.services import standings_rebuild
from certificates.models import Award
from certificates.rendering import fonts
from certificates.services import award_issue, award_render, award_revoke, awards_render_waiting, files
from people.models import Member
from tests.cast import make_member, sign_in
from tests.certificates import scenes

MISSING = "\U00031350"  # extension H: in none of the packaged fonts


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path / "private")}},
    }


@pytest.fixture
def scheme(organisation: Any) -> Any:
    return scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))


def certify(member: Member, scheme: Any) -> Award:
    scenes.pass_exam(member, scenes.sitting_of(scheme))
    return award_issue(actor=None, scheme=scheme, member=member)


@pytest.fixture
def batch(organisation: Any, posts: Any, scheme: Any) -> list[Award]:
    names = ("演示甲", f"演示{MISSING}", "演示乙")
    return [
        certify(make_member(f"B{n}", name, posts.liaison, organisation.east_micro), scheme)
        for n, name in enumerate(names)
    ]


def states() -> list[str]:
    return list(Award.objects.order_by("serial").values_list("render_state", flat=True))


def font_with(character: str, path: Path) -> None:
    """A font file that can draw one character, as an administrator would bring one."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((900, 0), (900, 800), (100, 800)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "one"])
    builder.setupCharacterMap({ord(character): "one"})
    builder.setupGlyf({".notdef": pen.glyph(), "one": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "one": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Demonstration", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)


def test_a_missing_glyph_stops_that_one_award_and_the_batch_goes_on(batch: list[Award]) -> None:
    assert awards_render_waiting() == 3
    assert states() == ["ready", "refused", "ready"]
    refused = Award.objects.get(render_state="refused")
    assert f"“{MISSING}”（U+31350）" in refused.render_note
    assert refused.validity == "valid", "the person is certified all the same"


def test_the_supervisor_sees_it_brings_the_font_and_tries_again(
    client: Client, batch: list[Award], supervisor: Any, settings: Any, tmp_path: Path
) -> None:
    awards_render_waiting()
    standings_rebuild()
    sign_in(client, supervisor)
    assert "有 1 张证书" in client.get("/standing/").content.decode()
    page = client.get("/certificates/problems/").content.decode()
    assert "共 1 张" in page and "U+31350" in page and batch[1].number in page
    client.post("/certificates/problems/")
    awards_render_waiting()
    assert states() == ["ready", "refused", "ready"], "without the font it is refused again"
    settings.VAR_DIR = tmp_path
    font_with(MISSING, fonts.extra_folder() / "brought.ttf")
    (fonts.extra_folder() / "broken.ttf").write_bytes(b"no font")
    answer = client.post(f"/certificates/{batch[1].code}/render/")
    assert answer.headers["Location"] == f"/certificates/{batch[1].code}/"
    awards_render_waiting()
    assert states() == ["ready"] * 3
    assert "没有无法生成的证书" in client.get("/certificates/problems/").content.decode()


def test_its_owner_sees_why_but_cannot_try_again(client: Client, batch: list[Award]) -> None:
    awards_render_waiting()
    refused = Award.objects.get(render_state="refused")
    sign_in(client, refused.member.user)
    page = client.get(f"/certificates/{refused.code}/").content.decode()
    assert "U+31350" in page and "证书有效" in page and "重新生成" not in page
    client.post(f"/certificates/{refused.code}/render/")
    refused.refresh_from_db()
    assert refused.render_state == "refused"


def test_the_list_of_problems_is_for_supervisors_and_ends_at_their_subtree(
    client: Client, batch: list[Award], learner: Member, other_supervisor: Any, administrator: Any, trainer: Any
) -> None:
    awards_render_waiting()
    path = "/certificates/problems/"
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
    for user in (learner.user, trainer):
        assert sign_in(client, user).get(path).status_code == 403
        assert client.post(path).status_code == 403
    page = sign_in(client, other_supervisor).get(path).content.decode()
    assert "没有无法生成的证书" in page and batch[1].number not in page
    client.post(path)
    assert states()[1] == "refused"
    assert batch[1].number in sign_in(client, administrator).get(path).content.decode()
    assert client.put(path).status_code == 405


def test_a_fault_that_is_not_the_certificates_own_is_tried_again_behind_the_others_then_left_to_a_person(
    batch: list[Award], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = files.render

    def breaking(content: Any) -> Any:
        if content.number == batch[0].number:
            raise OSError("disk full")
        return plain(content)

    monkeypatch.setattr(files, "render", breaking)
    awards_render_waiting()
    assert states() == ["waiting", "refused", "ready"]
    for _again in range(files.FAILURES_MOST):
        awards_render_waiting()
    first = Award.objects.get(pk=batch[0].pk)
    assert first.render_state == "refused" and "请联系管理员重试" in first.render_note


def test_a_revocation_while_the_file_is_drawn_is_not_covered_up(
    learner: Member, scheme: Any, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = certify(learner, scheme)
    plain = files.render

    def slow(content: Any) -> Any:
        made = plain(content)
        if not content.state_mark:
            award_revoke(actor=administrator, award=Award.objects.get(pk=award.pk), reason="演示")
        return made

    monkeypatch.setattr(files, "render", slow)
    award_render(award_id=award.pk)
    award.refresh_from_db()
    assert (award.render_state, award.files.count()) == ("waiting", 0)
    award_render(award_id=award.pk)
    award.refresh_from_db()
    assert (award.render_state, award.drawn_as) == ("ready", "revoked")


def test_a_file_that_was_drawn_as_its_last_day_ended_gets_the_mark_by_the_sweep(
    learner: Member, scheme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = certify(learner, scheme)
    plain = files.render

    def slow(content: Any) -> Any:
        made = plain(content)
        monkeypatch.setattr(timezone, "localdate", lambda *_args: award.valid_until + timedelta(days=1))
        return made

    monkeypatch.setattr(files, "render", slow)
    award_render(award_id=award.pk)
    assert set(award.files.values_list("shows", flat=True)) == {"valid"}
    assert files.awards_redraw_expired() == 1
    award_render(award_id=award.pk)
    award.refresh_from_db()
    assert (award.render_state, award.drawn_as) == ("ready", "expired")


def test_what_was_handed_out_stays_as_it_was_and_the_newest_is_served(
    client: Client, learner: Member, scheme: Any, administrator: Any
) -> None:
    award = certify(learner, scheme)
    award_render(award_id=award.pk)
    old = award.files.get(kind="pdf")
    award_revoke(actor=administrator, award=award, reason="演示")
    award_render(award_id=award.pk)
    new = award.files.filter(kind="pdf").order_by("-pk")[0]
    assert (old.shows, new.shows) == ("valid", "revoked") and old.digest != new.digest
    for file in award.files.all():
        with storages["private"].open(file.stored) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file.digest
    assert award.files.count() == 4
    sign_in(client, administrator)
    served = b"".join(client.get(f"/certificates/{award.code}/pdf/").streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(served).hexdigest() == new.digest
    page = client.get(f"/certificates/{award.code}/").content.decode()
    assert old.digest in page and new.digest in page and "证书文件记录（4）" in page


def test_a_row_of_a_file_is_never_changed_or_deleted(learner: Member, scheme: Any) -> None:
    award = certify(learner, scheme)
    award_render(award_id=award.pk)
    file = award.files.get(kind="pdf")
    file.digest = "0" * 64
    with pytest.raises(TypeError, match="never changed"):
        file.save()
    with pytest.raises(TypeError, match="never deleted"):
        file.delete()


def test_a_drawing_that_came_too_late_leaves_no_file(
    learner: Member, scheme: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    award = certify(learner, scheme)
    plain = files.render

    def slow(content: Any) -> Any:
        made = plain(content)
        monkeypatch.setattr(files, "render", plain)
        award_render(award_id=award.pk)  # another worker is done first
        return made

    monkeypatch.setattr(files, "render", slow)
    award_render(award_id=award.pk)
    assert award.files.count() == 2
    assert len([path for path in (tmp_path / "private").rglob("*") if path.is_file()]) == 2


def test_a_file_that_is_being_drawn_anew_is_not_handed_out(
    client: Client, learner: Member, scheme: Any, administrator: Any
) -> None:
    award = certify(learner, scheme)
    award_render(award_id=award.pk)
    sign_in(client, learner.user)
    assert client.get(f"/certificates/{award.code}/pdf/").status_code == 200
    award_revoke(actor=administrator, award=award, reason="演示")
    assert client.get(f"/certificates/{award.code}/pdf/").status_code == 404


def test_without_fonts_the_sweep_leaves_everything_waiting(
    batch: list[Award], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "REGULAR", tmp_path / "none.ttf")
    assert awards_render_waiting() == 0
    assert states() == ["waiting"] * 3
