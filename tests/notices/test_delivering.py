"""A notice on its way through a channel that the product does not have, and through the mail."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.utils import timezone, translation

from notices import channels, services
from notices.channels import Undeliverable
from notices.models import Delivery
from notices.services import deliveries_send, notice_send
from tests.cast import make_user
from tests.notices.conftest import KIND, ListChannel

if TYPE_CHECKING:
    from people.models import Member, User

pytestmark = pytest.mark.django_db
TEXT = "您的培训合格证书已生成，编号 7。"


def tell(user: User, key: str = "event:1") -> None:
    notice_send(user_id=user.pk, kind=KIND, key=key, parameters={"number": "7"}, url="/certificates/")


def let_the_wait_pass() -> None:
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_notice_is_delivered_once(learner: Member, channel: ListChannel) -> None:
    tell(learner.user)
    tell(learner.user)
    assert deliveries_send() == 1
    assert deliveries_send() == 0
    assert channel.delivered == [(learner.user.username, TEXT)]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.error) == ("sent", 1, "")
    assert delivery.sent_at is not None


def test_a_channel_that_does_not_reach_the_person_or_is_closed_gets_nothing(channel: ListChannel) -> None:
    tell(make_user("unreached", "演示甲"))
    channel.open = False
    tell(make_user("reached", "演示乙"))
    assert not Delivery.objects.exists()


def test_a_failure_is_tried_again_later_and_given_up_with_its_error(
    learner: Member, channel: ListChannel, caplog: pytest.LogCaptureFixture
) -> None:
    channel.trouble = OSError("演示：没有网络")
    tell(learner.user)
    waits = []
    for turn in range(1, services.MAX_TRIES):
        assert deliveries_send() == 0
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.tries) == ("waiting", turn)
        assert delivery.error == "OSError: 演示：没有网络"
        waits.append(delivery.due_at - timezone.now())
        assert deliveries_send() == 0
        assert Delivery.objects.get().tries == turn, "not before its time"
        let_the_wait_pass()
    assert waits == sorted(waits)
    assert not caplog.records
    deliveries_send()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("given_up", services.MAX_TRIES)
    assert len(caplog.records) == 1
    let_the_wait_pass()
    channel.trouble = None
    assert deliveries_send() == 0
    assert channel.delivered == []


def test_a_failure_that_heals_is_delivered_and_holds_up_nobody(
    learner: Member, neighbour: Member, channel: ListChannel
) -> None:
    channel.trouble = OSError("演示")
    tell(learner.user)
    deliveries_send()
    channel.trouble = None
    tell(neighbour.user)
    assert deliveries_send() == 1
    let_the_wait_pass()
    assert deliveries_send() == 1
    assert [name for name, _text in channel.delivered] == [neighbour.user.username, learner.user.username]


def test_what_cannot_be_delivered_is_given_up_at_once(learner: Member, channel: ListChannel) -> None:
    channel.trouble = Undeliverable("演示：没有这个地址")
    tell(learner.user)
    deliveries_send()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.error) == ("given_up", 1, "演示：没有这个地址")


def test_a_delivery_whose_process_died_while_sending_is_not_sent_twice(learner: Member, channel: ListChannel) -> None:
    tell(learner.user)
    Delivery.objects.update(state=Delivery.State.SENDING, tries=1)
    assert deliveries_send() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("given_up", services.INTERRUPTED)
    assert channel.delivered == []


def test_two_workers_do_not_send_the_same_delivery(learner: Member, channel: ListChannel) -> None:
    tell(learner.user)
    first, second = (Delivery.objects.select_related("notice__user").get() for _n in range(2))
    assert [services._send(first), services._send(second)] == [True, False]
    assert len(channel.delivered) == 1


def test_a_channel_that_is_gone_gives_up(learner: Member, channel: ListChannel) -> None:
    tell(learner.user)
    del channels._channels[channel.name]
    deliveries_send()
    assert Delivery.objects.get().state == "given_up"


def test_a_name_is_taken_once(channel: ListChannel) -> None:
    class Other(ListChannel):
        pass

    channels.register(ListChannel())
    with pytest.raises(ValueError, match="Two channels"):
        channels.register(Other())


# The mail. In tests the backend keeps letters in a list, so the installation counts as one with mail.


@pytest.fixture
def reader(learner: Member) -> User:
    learner.user.email = "learner@example.org"
    learner.user.save(update_fields=["email"])
    return learner.user


def test_mail_goes_to_accounts_with_an_address_in_the_language_of_the_house(reader: User, neighbour: Member) -> None:
    with translation.override("en"):
        tell(reader)
        tell(neighbour.user)
        assert deliveries_send() == 1
    letter = mail.outbox[0]
    assert letter.to == ["learner@example.org"]
    assert TEXT in letter.body
    assert "查看证书：http://127.0.0.1:8000/certificates/" in letter.body


def test_without_a_mail_server_nothing_waits(reader: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(reader)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("code", "state"), [(450, "waiting"), (550, "given_up")])
def test_what_the_mail_server_says_for_good_is_not_tried_again(
    reader: User, monkeypatch: pytest.MonkeyPatch, code: int, state: str
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise SMTPRecipientsRefused({"learner@example.org": (code, "演示".encode())})

    monkeypatch.setattr("notices.channels.email.EmailMessage.send", refuse)
    tell(reader)
    deliveries_send()
    assert Delivery.objects.get().state == state


def test_an_account_that_was_closed_meanwhile_gets_no_mail(reader: User) -> None:
    tell(reader)
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    deliveries_send()
    assert Delivery.objects.get().state == "given_up"
    assert mail.outbox == []
