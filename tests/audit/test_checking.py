"""Whoever changes, cuts off or rewrites the trail is found out; an honest trail is not complained of."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import checking
from audit.checking import audit_check
from audit.models import Entry
from audit.sealing import Seal, seal_append, seals_read
from audit.services import digest_of, record
from people.services.audit_watch import audit_watch

if TYPE_CHECKING:
    from people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seals(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_SEALS = tmp_path / "private" / "seals.jsonl"
    Entry.objects.all().delete()
    return settings.AUDIT_SEALS


def write(number: int = 3, actor: User | None = None) -> list[Entry]:
    return [record(actor=actor, action="test.write", target=f"test:{n}", detail={"名": n}) for n in range(number)]


def what(**options: bool) -> list[str]:
    return [finding.what for finding in audit_check(**options)]


def rewrite_the_whole_chain() -> None:
    """As one would who knows how it is made: another target, and every digest made to fit."""
    entries = list(Entry.objects.order_by("pk"))
    Entry.objects.all().delete()
    previous = ""
    for entry in entries:
        entry.target = "test:other"
        entry.previous = previous
        entry.digest = previous = digest_of(
            previous, entry.at, entry.actor_id, entry.action, entry.target, entry.detail
        )
    Entry.objects.bulk_create(entries)


def test_an_honest_trail_is_whole_and_gets_one_seal_for_each_growth(seals: Path, administrator: User) -> None:
    write(actor=administrator)
    assert what() == what() == what(full=True) == []
    assert len(seals.read_text().splitlines()) == 1
    last = write()[-1]
    assert what() == []
    lines = [json.loads(line) for line in seals.read_text().splitlines()]
    assert [line["count"] for line in lines][-1] == Entry.objects.count()
    assert lines[-1]["last"] == last.pk
    assert what(full=True) == []


def test_an_empty_trail_is_whole(seals: Path) -> None:
    assert what() == []
    assert not seals.exists()


def test_a_changed_entry_is_found(seals: Path) -> None:
    changed = write()[1]
    Entry.objects.filter(pk=changed.pk).update(target="test:other")
    (finding,) = audit_check()
    assert (finding.what, finding.entry) == ("an entry was changed", changed.pk)
    assert not seals.exists(), "a broken trail gets no seal"


def test_an_entry_taken_out_of_the_middle_is_found() -> None:
    write()
    audit_check()
    newer = write()
    Entry.objects.filter(pk=newer[1].pk).delete()
    (finding,) = audit_check()
    assert (finding.what, finding.entry) == ("an entry does not follow the one before it", newer[2].pk)


def test_an_entry_changed_behind_the_seal_is_found_by_the_full_check() -> None:
    changed = write()[1]
    audit_check()
    Entry.objects.filter(pk=changed.pk).update(detail={})
    assert what() == [], "the hourly check looks at what is new"
    assert what(full=True) == ["an entry was changed"]


def test_the_newest_entry_cut_off_is_found() -> None:
    newest = write()[-1]
    audit_check()
    Entry.objects.filter(pk=newest.pk).delete()
    (finding,) = audit_check()
    assert "is gone" in finding.what
    assert finding.entry == newest.pk


def test_a_chain_that_was_rewritten_whole_is_found() -> None:
    write()
    audit_check()
    rewrite_the_whole_chain()
    (finding,) = audit_check()
    assert "written anew" in finding.what


def test_a_trail_that_was_emptied_is_found() -> None:
    write()
    audit_check()
    Entry.objects.all().delete()
    assert len(what()) == 1


def seal_anew(newest: Entry) -> None:
    """By somebody who has the secret and makes the seal fit the trail's end, but for the number of entries."""
    (old,) = seals_read().good
    settings.AUDIT_SEALS.unlink()
    seal_append(Seal(old.at, newest.pk, old.count, newest.digest))


def test_a_cut_tail_is_found_by_the_number_though_its_seal_was_made_to_fit() -> None:
    entries = write(6)
    audit_check()
    Entry.objects.filter(pk__in=[entry.pk for entry in entries[4:]]).delete()
    seal_anew(entries[3])
    assert what() == [], "the hourly check begins behind the seal"
    (finding,) = audit_check(full=True)
    assert (finding.what, finding.entry) == ("the number of entries differs from its seal", entries[3].pk)


def test_a_chain_written_anew_without_one_entry_is_found_by_the_number() -> None:
    entries = write(6)
    audit_check()
    Entry.objects.filter(pk=entries[2].pk).delete()
    rewrite_the_whole_chain()
    newest = Entry.objects.order_by("-pk")[0]
    assert newest.pk == entries[5].pk
    seal_anew(newest)
    (finding,) = audit_check(full=True)
    assert (finding.what, finding.entry) == ("the number of entries differs from its seal", newest.pk)


@pytest.mark.parametrize("harm", ["change", "drop_first", "nonsense"])
def test_seals_that_were_tampered_with_are_found(seals: Path, harm: str) -> None:
    for _n in range(3):
        write()
        audit_check()
    lines = seals.read_text().splitlines()
    if harm == "change":
        lines[1] = json.dumps({**json.loads(lines[1]), "count": 1})
    elif harm == "drop_first":
        lines = lines[1:]
    else:
        lines[2] = "[]"
    seals.write_text("\n".join(lines) + "\n")
    assert what() == [f"line { ({'change': 2, 'drop_first': 1, 'nonsense': 3}[harm]) } of the seals was changed"]


def test_seals_that_were_taken_away_are_missed(seals: Path) -> None:
    write()
    audit_check()
    seals.unlink()
    assert what() == [], "a young trail may have none yet"
    seals.unlink()
    entry = Entry.objects.order_by("pk").first()
    assert entry is not None
    Entry.objects.all().delete()
    entry.at = timezone.now() - timedelta(days=3)
    entry.digest = digest_of("", entry.at, entry.actor_id, entry.action, entry.target, entry.detail)
    Entry.objects.bulk_create([entry])
    assert "missing" in what()[0]
    assert what(begin=True) == []
    assert seals.exists()


def test_the_seals_still_hold_after_the_secret_was_changed(settings: Any) -> None:
    write()
    audit_check()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "演示" * 30
    write()
    assert what() == what() == []


def test_a_long_trail_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    write(10)
    monkeypatch.setattr(checking, "CHUNK", 4)
    with django_assert_num_queries(4):  # how old the first one is, then 4 + 4 + 2
        assert what() == []
    entry = Entry.objects.order_by("-pk")[1]
    Entry.objects.filter(pk=entry.pk).update(action="test.other")
    assert what(full=True) == ["an entry was changed"]


def test_the_chain_cannot_fork() -> None:
    first, second = write(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.bulk_create([Entry(at=second.at, action="x", previous=first.digest, digest="0" * 64)])


def test_the_command_says_what_was_found() -> None:
    changed = write()[1]
    call_command("check_audit")
    Entry.objects.filter(pk=changed.pk).update(target="test:other")
    call_command("check_audit", "--since-seal")
    with pytest.raises(CommandError, match=f"an entry was changed \\(entry {changed.pk}\\)"):
        call_command("check_audit")


def test_a_failed_check_is_an_error_in_the_log_and_a_notice_to_the_top_once_a_day(
    administrator: User, supervisor: User, caplog: pytest.LogCaptureFixture
) -> None:
    assert audit_watch()
    entry = write()[0]
    Entry.objects.filter(pk=entry.pk).update(target="test:other")
    with caplog.at_level(logging.ERROR):
        assert not audit_watch()
        assert not audit_watch()
    assert "an entry was changed" in caplog.text
    assert "审计记录核对没有通过" in administrator.notices.get().text
    assert not supervisor.notices.exists()
