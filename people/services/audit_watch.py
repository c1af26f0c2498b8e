from __future__ import annotations

import logging

from django.utils import timezone

from audit.checking import audit_check
from notices.services import notice_send
from people.models import RoleGrant

logger = logging.getLogger(__name__)


def audit_watch(*, full: bool = False) -> bool:
    """Check the audit trail; tell the administrators of the top once a day when it is not as it was written."""
    findings = audit_check(full=full)
    if not findings:
        return True
    for finding in findings:
        logger.error("The audit trail is not as it was written: %s (entry %s)", finding.what, finding.entry)
    administrators = RoleGrant.objects.filter(
        role=RoleGrant.Role.ADMINISTRATOR, revoked_at__isnull=True, organisation__depth=1, user__is_active=True
    )
    day = timezone.localdate().isoformat()
    for user_id in administrators.values_list("user_id", flat=True).distinct():
        notice_send(
            user_id=user_id,
            kind="audit_broken",
            key=f"audit-broken:{day}",
            parameters={"entry": findings[0].entry or "—"},
        )
    return False
