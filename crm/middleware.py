from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.utils import timezone

from crm.actor import Actor
from crm.models import Membership


class PrivatePagesMiddleware:
    """What a signed-in person sees is kept by no cache and leaks to no other site."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class EspaceMiddleware:
    """Set `espace`, `member`, `actor` and `today` on requests under /e/<espace>/.

    Anonymous visitors are sent to sign in, whether the espace exists or not. For anybody who is not an
    active member, the espace does not exist.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        slug = kwargs.get("espace")
        if slug is None:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        member = (
            Membership.objects.select_related("espace")
            .filter(user=request.user, is_active=True, espace__slug=slug)
            .first()
        )
        if member is None:
            raise Http404("Aucun espace à cette adresse.")
        member.user = request.user
        request.member, request.espace = member, member.espace
        request.actor = Actor.of(member)
        request.today = timezone.now().astimezone(ZoneInfo(member.espace.timezone)).date()
        return None
