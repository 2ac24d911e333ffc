from allauth.account.adapter import DefaultAccountAdapter


class ClosedAdapter(DefaultAccountAdapter):
    """People come in by invitation; nobody opens an account for themselves."""

    def is_open_for_signup(self, request):
        return False
