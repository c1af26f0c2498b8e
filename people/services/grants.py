"""Power over others: granted and taken back by administrators, always within what they hold themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from jobs.services import files_forget_of
from people.access import accounts_visible_to, may_grant
from people.models import RoleGrant, User
from people.services.accounts import give_initial, initial_password, target_of
from textkeys import mobile_number

if TYPE_CHECKING:
    from people.models import Organisation

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,31}")


def role_grant(*, actor: User, account: User, role: str, organisation: Organisation) -> RoleGrant:
    """Raises Refused. Granting what is held already changes nothing."""
    _check_may_grant(actor, role, organisation)
    if not account.is_active:
        raise Refused(_("这个账号已停用，不能授权。"))
    if account.pk != actor.pk and not accounts_visible_to(actor).filter(pk=account.pk).exists():
        raise Refused(_("没有找到这个账号。请核对工号；外单位人员请由上级管理员授权。"))
    return _grant(actor, account, role, organisation)


def _check_may_grant(actor: User, role: str, organisation: Organisation) -> None:
    if not may_grant(actor, role, organisation):
        raise Refused(_("您不能授予这个角色或这个单位的权限：只能在自己管理的范围内授权。"))


def _grant(actor: User, account: User, role: str, organisation: Organisation) -> RoleGrant:
    with transaction.atomic():
        grant, created = RoleGrant.objects.get_or_create(
            user=account, role=role, organisation=organisation, revoked_at=None, defaults={"granted_by": actor}
        )
        if created:
            record(
                actor=actor,
                action="role.grant",
                target=target_of(account),
                detail={"role": role, "organisation": organisation.code},
            )
    return grant


def role_revoke(*, actor: User, grant: RoleGrant) -> None:
    """Raises Refused."""
    _check_may_grant(actor, grant.role, grant.organisation)
    if grant.user_id == actor.pk and grant.role == RoleGrant.Role.ADMINISTRATOR:
        raise Refused(_("不能收回自己的管理员权限，请由其他管理员操作。"))
    with transaction.atomic():
        held = RoleGrant.objects.select_for_update().select_related("user").get(pk=grant.pk)
        if held.revoked_at is not None:
            return
        held.revoked_at = timezone.now()
        held.save(update_fields=["revoked_at"])
        transaction.on_commit(lambda: files_forget_of(owner_id=held.user_id))
        record(
            actor=actor,
            action="role.revoke",
            target=target_of(held.user),
            detail={"role": held.role, "organisation": grant.organisation.code},
        )


def roles_take_back(*, account: User) -> int:
    """All roles of an account that is being closed, in the caller's transaction."""
    held = list(RoleGrant.objects.filter(user=account, revoked_at__isnull=True))
    for grant in held:  # one by one: what else hangs on a role listens for the row being saved
        grant.revoked_at = timezone.now()
        grant.save(update_fields=["revoked_at"])
    if held:
        transaction.on_commit(lambda: files_forget_of(owner_id=account.pk))
    return len(held)


def staff_create(*, actor: User, username: str, name: str, role: str, organisation: Organisation) -> tuple[User, str]:
    """An account outside the roster with its first role, and its initial password. Raises Refused."""
    _check_may_grant(actor, role, organisation)
    if not USERNAME.fullmatch(username):
        raise Refused(_("账号要 3–32 个字，只用英文字母、数字和 . - _，以字母或数字开头。"))
    if mobile_number(username):
        raise Refused(_("账号不能是手机号：成员用手机号登录，会分不清是谁。"))
    account = User(username=username, first_name=name, password=make_password(None), must_change_password=True)
    password = initial_password()
    try:
        with transaction.atomic():
            account.save()
            give_initial(account, password)
            record(actor=actor, action="account.create", target=target_of(account))
            _grant(actor, account, role, organisation)
    except IntegrityError as error:
        raise Refused(_("这个账号名已有人用，请换一个。")) from error
    return account, password
