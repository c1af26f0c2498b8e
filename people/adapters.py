from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the roster: nobody signs up."""

    def is_open_for_signup(self, request: object) -> bool:
        return False
