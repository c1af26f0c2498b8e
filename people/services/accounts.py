"""The life of an account: created closed to everybody, opened by a one-time initial password, confirmed by its owner, closed.

No account has a default password. The roster creates accounts that nobody can sign in with; an administrator then makes a
list of initial passwords for a unit, shown once and kept nowhere but as hashes. Each works until its owner has chosen a
password, and at most INITIAL_PASSWORD_DAYS.
"""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as attempts_forget
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from people.access import may_manage_account, members_manageable_by, stands_under
from people.models import Member, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from people.models import Organisation

INITIAL_PASSWORD_DAYS = 30
# A list that one request can make: Argon2id costs about 20 ms a password.
LIST_MOST = 800
# Without what looks alike on paper (0 o, 1 l i). 31^8 is far beyond what the limits on attempts let anybody try in 30 days.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 8
BATCH = 500


@dataclass(frozen=True)
class Initial:
    member: Member
    password: str


def target_of(account: User) -> str:
    member = getattr(account, "member", None)
    return f"member:{member.code}" if member is not None else f"account:{account.pk}"


# --- created by the roster -----------------------------------------------------------------------------------------------


def account_draft(*, number: str) -> User:
    """An unsaved account that nobody can sign in with until an initial password is made for it."""
    return User(username=number, password=make_password(None), must_change_password=True)


def accounts_create(*, numbers: Sequence[str]) -> list[User]:
    """In the caller's transaction, in bulk and without hashing; the caller records the roster's import."""
    return User.objects.bulk_create([account_draft(number=number) for number in numbers], batch_size=BATCH)


# --- initial passwords ---------------------------------------------------------------------------------------------------


def initial_password() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def initial_passwords_issue(*, actor: User, unit: Organisation, members: Iterable[Member]) -> list[Initial]:
    """New initial passwords for members who have never confirmed their account. An older list stops working for them.

    The passwords are in the answer and nowhere else. Raises Refused.
    """
    waiting = [m for m in members if m.user.confirmed_at is None and m.user.is_active]
    if not waiting:
        raise Refused(_("这个单位没有等待初始密码的人。"))
    if len(waiting) > LIST_MOST:
        raise Refused(
            _("这个单位有 %(n)s 人等待初始密码，一次最多生成 %(most)s 人。请选下级单位分次生成。")
            % {"n": len(waiting), "most": LIST_MOST}
        )
    allowed = set(members_manageable_by(actor).filter(pk__in=[m.pk for m in waiting]).values_list("pk", flat=True))
    made = [Initial(member, initial_password()) for member in waiting if member.pk in allowed]
    # Argon2 lets other threads run while it works, so each core makes its share.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        hashes = list(pool.map(make_password, [initial.password for initial in made]))
    until = timezone.now() + timedelta(days=INITIAL_PASSWORD_DAYS)
    with transaction.atomic():
        # Whoever chose a password while we were hashing keeps it.
        locked = User.objects.select_for_update().filter(pk__in=[i.member.user_id for i in made], confirmed_at=None)
        unchanged = dict(locked.values_list("pk", "password"))
        given = []
        for initial, hashed in zip(made, hashes, strict=True):
            account = initial.member.user
            if unchanged.get(account.pk) == account.password:
                account.password, account.must_change_password, account.initial_password_until = hashed, True, until
                given.append(initial)
        User.objects.bulk_update(
            [initial.member.user for initial in given],
            ["password", "must_change_password", "initial_password_until"],
            batch_size=BATCH,
        )
        record(
            actor=actor,
            action="account.initial_passwords",
            target=f"organisation:{unit.code}",
            detail={"members": [initial.member.code for initial in given]},
        )
    return given


def password_reset(*, actor: User, account: User) -> str:
    """A new initial password, in the answer and nowhere else; every session of the account ends. Raises Refused."""
    check_manageable(actor, account)
    if not account.is_active:
        raise Refused(_("这个账号已停用。请先恢复账号。"))
    password = initial_password()
    with transaction.atomic():
        give_initial(account, password)
        record(actor=actor, action="account.password_reset", target=target_of(account))
    return password


def give_initial(account: User, password: str) -> None:
    account.set_password(password)
    account.must_change_password = True
    account.initial_password_until = timezone.now() + timedelta(days=INITIAL_PASSWORD_DAYS)
    account.save(update_fields=["password", "must_change_password", "initial_password_until"])
    sessions_end(account=account)
    attempts_forget(username=account.username)


# --- what owners do ------------------------------------------------------------------------------------------------------


def password_choose(*, actor: User, password: str) -> None:
    """The owner's own password. Other sessions end, because a session holds a digest of the password's hash."""
    with transaction.atomic():
        actor.set_password(password)
        actor.must_change_password = False
        actor.initial_password_until = None
        actor.save(update_fields=["password", "must_change_password", "initial_password_until"])
        record(actor=actor, action="account.password_change", target=target_of(actor))


def account_confirm(*, actor: User, text_size: str) -> None:
    """The end of the first sign-in. Raises Refused while the initial password is still in use."""
    if actor.must_change_password:
        raise Refused(_("请先设置新密码。"))
    if text_size in User.TextSize.values:
        actor.text_size = text_size
    with transaction.atomic():
        if actor.confirmed_at is None:
            actor.confirmed_at = timezone.now()
            record(actor=actor, action="account.confirm", target=target_of(actor))
        actor.save(update_fields=["text_size", "confirmed_at"])


def appearance_change(*, actor: User, text_size: str = "", theme: str = "") -> None:
    """`next` goes through the three sizes. Unknown values change nothing."""
    sizes = list(User.TextSize.values)
    if text_size == "next":
        text_size = sizes[(sizes.index(actor.text_size) + 1) % len(sizes)]
    if text_size in sizes:
        actor.text_size = text_size
    if theme in User.Theme.values:
        actor.theme = theme
    actor.save(update_fields=["text_size", "theme"])


# --- sessions, opening again -------------------------------------------------------------------------------------------------------------


def sessions_end(*, account: User) -> None:
    for session in UserSession.objects.filter(user=account):
        session.end()


def account_reopen(*, actor: User, account: User) -> str:
    """Open it again with a new initial password, without its former roles. Raises Refused."""
    check_manageable(actor, account)
    member = getattr(account, "member", None)
    if member is not None and member.left_on is not None:
        raise Refused(_("此人已离岗。重新上岗请在花名册中导入，账号会随之恢复。"))
    password = initial_password()
    with transaction.atomic():
        account.is_active = True
        account.save(update_fields=["is_active"])
        give_initial(account, password)
        record(actor=actor, action="account.reopen", target=target_of(account))
    return password


def second_factor_reset(*, actor: User, account: User) -> None:
    """For a lost phone: the account can be signed in with the password alone and set up anew. Raises Refused."""
    check_manageable(actor, account)
    with transaction.atomic():
        removed, _kinds = Authenticator.objects.filter(user=account).delete()
        if not removed:
            raise Refused(_("这个账号没有开启两步验证。"))
        sessions_end(account=account)
        record(actor=actor, action="account.second_factor_reset", target=target_of(account))


def check_manageable(actor: User, account: User) -> None:
    """Raises Refused."""
    if account.pk == actor.pk:
        raise Refused(_("不能对自己的账号做这个操作。"))
    if not actor.is_superuser and stands_under(actor, account) is False:
        raise Refused(_("此人不在您管辖的单位任职，请由其所在单位的管理员处理。"))
    if not may_manage_account(actor, account):
        raise Refused(_("这个账号在您的范围之外还有管理权限，请由上级管理员处理。"))
