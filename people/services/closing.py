"""The end of an account, which is the end of its roles too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from audit.services import record
from people.services.accounts import check_manageable, sessions_end, target_of
from people.services.grants import roles_take_back

if TYPE_CHECKING:
    from people.models import User


def account_close(*, actor: User, account: User) -> None:
    """Every session ends at once and every role is taken back; nothing is deleted. Raises Refused."""
    check_manageable(actor, account)
    with transaction.atomic():
        account_shut(actor=actor, account=account)


def account_shut(*, actor: User, account: User) -> None:
    """`account_close` for callers that have checked and hold a transaction (a member who leaves)."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    roles_take_back(account=account)
    sessions_end(account=account)
    record(actor=actor, action="account.close", target=target_of(account))
