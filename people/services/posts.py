from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from people.access import Role, has_role
from people.models import PostName
from people.posts import post_for_word
from textkeys import written

if TYPE_CHECKING:
    from people.models import Post, User


def post_name_add(*, actor: User, post: Post, word: str) -> None:
    """From now on rosters may call the post so, in the whole installation. The same twice is once."""
    word = written(word)
    if not has_role(actor, Role.ADMINISTRATOR):
        raise Refused(_("只有管理员能为岗位增加其他写法。"))
    if not word or len(word) > 40:
        raise Refused(_("岗位的其他写法要有 1 到 40 个字。"))
    known = post_for_word(word)
    if known == post:
        return
    if known is None:
        try:
            with transaction.atomic():
                PostName.objects.create(post=post, name=word)
                record(actor=actor, action="post.name_add", target=f"post:{post.code}", detail={"name": word})
            return
        except IntegrityError:  # somebody else was faster
            known = post_for_word(word)
    if known is not None and known != post:
        raise Refused(_("“%(word)s”已经是“%(post)s”的写法。") % {"word": word, "post": known.name})
