from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from exams.marking.queries import waiting_number
from people.access import Role, has_role, is_granted
from people.desk import may_enter

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page needs. Lazy: a page without a frame asks nothing of the session."""
    user = getattr(request, "user", None)

    def roles() -> dict[str, bool]:
        if user is None or not user.is_authenticated:
            return {"learner": False, "trainer": False, "supervisor": False, "administrator": False, "marker": False}
        return {
            "learner": getattr(user, "member", None) is not None,
            "trainer": may_enter(user),
            "supervisor": has_role(user, Role.SUPERVISOR),
            "administrator": has_role(user, Role.ADMINISTRATOR),
            "marker": is_granted(user, Role.MARKER),
        }

    return {
        "site_name": "网格e课堂",
        "organiser": settings.ORGANISER,
        "undertaker": settings.UNDERTAKER,
        "technical_support": settings.TECHNICAL_SUPPORT,
        "support_phone": settings.SUPPORT_PHONE,
        "record_number": settings.RECORD_NUMBER,
        "demonstration": settings.DEMONSTRATION,
        "viewer_roles": SimpleLazyObject(roles),
        "answers_to_mark": SimpleLazyObject(lambda: waiting_number(user) if user is not None else 0),
    }
