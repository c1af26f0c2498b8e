from people.services.accounts import (
    INITIAL_PASSWORD_DAYS,
    LIST_MOST,
    Initial,
    account_confirm,
    account_draft,
    account_reopen,
    accounts_create,
    appearance_change,
    initial_password,
    initial_passwords_issue,
    password_choose,
    password_reset,
    second_factor_reset,
    sessions_end,
)
from people.services.closing import account_close, account_shut
from people.services.feedback import feedback_hand_on, feedback_reply, feedback_send
from people.services.grants import role_grant, role_revoke, roles_take_back, staff_create
from people.services.members import member_leave
from people.services.posts import post_name_add

__all__ = [
    "INITIAL_PASSWORD_DAYS",
    "LIST_MOST",
    "Initial",
    "account_close",
    "account_confirm",
    "account_draft",
    "account_reopen",
    "account_shut",
    "accounts_create",
    "appearance_change",
    "feedback_hand_on",
    "feedback_reply",
    "feedback_send",
    "initial_password",
    "initial_passwords_issue",
    "member_leave",
    "password_choose",
    "password_reset",
    "post_name_add",
    "role_grant",
    "role_revoke",
    "roles_take_back",
    "second_factor_reset",
    "sessions_end",
    "staff_create",
]
