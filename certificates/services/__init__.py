"""Issuing, drawing, revoking. An award is made only by the rule from evidence; making it twice gives the same award."""

from certificates.services.batch import Batch, awards_issue_batch, awards_issue_earned
from certificates.services.files import (
    award_render,
    award_render_request,
    award_send_to_renderer,
    awards_redraw_expired,
    awards_render_waiting,
    awards_retry,
    content_of,
)
from certificates.services.issuing import (
    award_bases,
    award_issue,
    award_outlook,
    award_revoke,
    awards_consider,
    printed_at_issue,
)
from certificates.services.schemes import Asked, scheme_create, scheme_requirements_set

__all__ = [
    "Asked",
    "Batch",
    "award_bases",
    "award_issue",
    "award_outlook",
    "award_render",
    "award_render_request",
    "award_revoke",
    "award_send_to_renderer",
    "awards_consider",
    "awards_issue_batch",
    "awards_issue_earned",
    "awards_redraw_expired",
    "awards_render_waiting",
    "awards_retry",
    "content_of",
    "printed_at_issue",
    "scheme_create",
    "scheme_requirements_set",
]
