from functools import wraps

from django.core.exceptions import PermissionDenied

from crm.roles import allows, who_can


def requires(action: str):
    """Let a view run only for members whose role has the right; the others get the 403 page.

    The middleware has already found the espace and the member from the address. The decorated view
    carries `required_right`, which tests read from the URL resolver.
    """

    def decorate(view):
        @wraps(view)
        def checked(request, espace, **kwargs):
            if not allows(request.member.role, action):
                raise PermissionDenied(who_can(action))
            return view(request, **kwargs)

        checked.required_right = action
        return checked

    return decorate
