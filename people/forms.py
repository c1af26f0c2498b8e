from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    pass


class ChangePasswordForm(AllauthChangePasswordForm):
    pass
