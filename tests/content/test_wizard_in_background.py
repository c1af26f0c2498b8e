"""导入标准 while a worker is at it, and when one gives up."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from content.models import Edition, Standard
from content.services import imports
from jobs.models import Job
from jobs.services import Run
from tests.content.wizard import SAMPLE, act, address, answers, correct, work
from tests.replies import words
from uploads import tasks
from uploads.apart import read_apart
from uploads.models import Upload

if TYPE_CHECKING:
    from django.test import Client


def put(desk: Client, content: bytes = b"# A\n\n4.1 x") -> Upload:
    desk.post(address("upload"), {"file": SimpleUploadedFile("演示.md", content)})
    return Upload.objects.get()


def test_the_request_reads_nothing_and_the_page_waits_by_itself(desk: Client) -> None:
    found = put(desk)
    assert found.state == "checking"
    reply = desk.get(address("import", found.code))
    assert '<meta http-equiv="refresh" content="2">' in reply.content.decode()
    assert "正在核对文件，还没有写入任何数据" in words(reply)
    Job.objects.filter(arguments__upload=found.pk).update(done=3, total=9)
    assert "3 / 9" in words(desk.get(address("import", found.code)))
    assert "可能后台服务没有运行" not in words(desk.get(address("import", found.code)))
    assert "演示.md" in words(desk.get(address("standards")))


def test_when_no_worker_takes_it_the_page_says_whom_to_tell(desk: Client) -> None:
    found = put(desk)
    Job.objects.filter(arguments__upload=found.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert "可能后台服务没有运行。请联系系统运维人员" in words(desk.get(address("import", found.code)))


def test_a_check_that_was_given_up_can_be_tried_again_or_thrown_away(desk: Client) -> None:
    found = put(desk, SAMPLE.read_bytes())
    Job.objects.filter(arguments__upload=found.pk).update(state="failed")
    page = words(desk.get(address("import", found.code)))
    assert "核对多次中断，已经停止" in page
    assert "refresh" not in page
    assert "再试一次" in page and "取消本次导入" in page
    assert "第 2 步，共 3 步：核对识别结果" in words(act(desk, address("again", found.code)))
    assert "这次导入没有中断" in words(act(desk, address("again", found.code)))
    Upload.objects.update(state="checking")
    Job.objects.update(state="failed")
    act(desk, address("cancel", found.code))
    found.refresh_from_db()
    assert (found.state, found.standard.parsed) == ("cancelled", {})


def test_an_import_that_was_given_up_goes_back_to_the_corrected_tree(desk: Client, ready: Upload) -> None:
    correct(desk, ready, "merge", "4.1.2")
    desk.post(address("confirm", ready.code), answers(version=1))
    ready.refresh_from_db()
    assert ready.state == "applying"
    Job.objects.filter(arguments__upload=ready.pk).update(state="failed")
    page = words(desk.get(address("import", ready.code)))
    assert "导入多次中断，已经停止，没有写入任何数据" in page
    assert "撤销上一步（已改 1 处）" in words(act(desk, address("again", ready.code)))
    assert not Edition.objects.exists()


def test_a_fault_of_the_system_is_told_and_tried_again(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("a fault")

    found = put(desk, SAMPLE.read_bytes())
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(imports, "read_standard", broken)
        tasks.check(Run(Job.objects.get()))
    page = words(desk.get(address("import", found.code)))
    assert "“演示.md”没有核对完" in page
    assert "系统出了问题" in page
    assert "第 2 步，共 3 步：核对识别结果" in words(act(desk, address("again", found.code)))


def test_a_hostile_file_is_refused_in_a_sentence(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_args: Any) -> None:
        while True:
            pass

    monkeypatch.setattr(imports, "read_standard", endless)
    monkeypatch.setattr(imports, "read_apart", partial(read_apart, processor_seconds=1))
    put(desk)
    work()
    found = Upload.objects.get()
    assert found.state == "refused"
    assert "用的时间或内存太多" in words(desk.get(address("import", found.code)))


def test_what_comes_in_the_way_after_the_confirmation_is_told_and_the_corrections_stay(
    desk: Client, ready: Upload
) -> None:
    correct(desk, ready, "merge", "4.1.2")
    desk.post(address("confirm", ready.code), answers(version=1))
    Standard.objects.create(code="demo-t-001", title="演示抢先")
    work()
    page = words(desk.get(address("import", ready.code)))
    assert "没有导入：已经有这份标准：《演示抢先》" in page
    assert "撤销上一步（已改 1 处）" in page
    assert not Edition.objects.exists()
