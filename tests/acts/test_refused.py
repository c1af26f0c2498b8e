"""What could not be done is one exception for all apps, shown in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.utils.translation import gettext_lazy

from acts import Refused
from acts.pages import act_then_go

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.test import RequestFactory


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/somewhere/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def shown(request: HttpRequest) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def test_a_refusal_reads_as_its_sentences() -> None:
    refusal = Refused("第一句。", gettext_lazy("第二句。"))  # type: ignore[arg-type]
    assert str(refusal) == "第一句。 第二句。"
    assert refusal.reasons == ("第一句。", "第二句。")


def test_success_is_said_and_the_person_goes_back(request_: HttpRequest) -> None:
    answer = act_then_go(request_, lambda: 3, success=lambda made: f"共 {made} 条。", to="/list/")
    assert answer.headers["Location"] == "/list/"
    assert shown(request_) == [("success", "共 3 条。")]


def test_a_refusal_is_shown_sentence_by_sentence(request_: HttpRequest) -> None:
    def act() -> None:
        raise Refused("一。", "二。")

    assert act_then_go(request_, act, success="好。", to="/list/").status_code == 302
    assert shown(request_) == [("error", "一。"), ("error", "二。")]


def test_nothing_to_say_shows_nothing(request_: HttpRequest) -> None:
    act_then_go(request_, lambda: None, to="/")
    assert shown(request_) == []


def test_a_fault_is_no_refusal(request_: HttpRequest) -> None:
    def act() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError):
        act_then_go(request_, act, to="/")
