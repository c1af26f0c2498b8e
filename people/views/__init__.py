from people.views.feedback import (
    feedback_detail,
    feedback_form,
    feedback_hand_on,
    feedback_list,
    feedback_mine,
    feedback_reply,
)
from people.views.first_sign_in import choose_display, choose_password, first_sign_in
from people.views.grants import grant_list, grant_new, grant_revoke, staff_new, staff_reset
from people.views.me import me, privacy, text_size, theme
from people.views.members import (
    member_close,
    member_leave,
    member_list,
    member_page,
    member_reopen,
    member_reset,
    member_second_factor,
)
from people.views.passwords import initial_passwords
from people.views.sign_in import forgotten, locked_out, too_many

__all__ = [
    "choose_display",
    "choose_password",
    "feedback_detail",
    "feedback_form",
    "feedback_hand_on",
    "feedback_list",
    "feedback_mine",
    "feedback_reply",
    "first_sign_in",
    "forgotten",
    "grant_list",
    "grant_new",
    "grant_revoke",
    "initial_passwords",
    "locked_out",
    "me",
    "member_close",
    "member_leave",
    "member_list",
    "member_page",
    "member_reopen",
    "member_reset",
    "member_second_factor",
    "privacy",
    "staff_new",
    "staff_reset",
    "text_size",
    "theme",
    "too_many",
]
