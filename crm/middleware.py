import re
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import ResolverMatch
from django.utils import timezone

from crm.actor import Actor, Door
from crm.models import Membership
from crm.services.device import note_device
from crm.services.person import has_two_factor
from crm.services.refusal import note_refusal

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    # What a page could ask browsers for, and ours never do. Passkeys (publickey-credentials-*) stay on.
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), captured-surface-control=(), "
        "clipboard-read=(), clipboard-write=(), compute-pressure=(), digital-credentials-create=(), "
        "digital-credentials-get=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), "
        "geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), "
        "interest-cohort=(), keyboard-map=(), language-detector=(), language-model=(), local-fonts=(), "
        "local-network-access=(), magnetometer=(), microphone=(), midi=(), "
        "on-device-speech-recognition=(), otp-credentials=(), payment=(), picture-in-picture=(), "
        "private-state-token-issuance=(), private-state-token-redemption=(), screen-wake-lock=(), "
        "serial=(), speaker-selection=(), storage-access=(), summarizer=(), sync-xhr=(), translator=(), "
        "usb=(), window-management=(), xr-spatial-tracking=()"
    ),
}


class HeadersMiddleware:
    """What Django has no setting for, on every answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response


class PrivatePagesMiddleware:
    """What a signed-in person sees is kept by no cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class DevicesMiddleware:
    """Keep when and from where each device was last seen; allauth's own would write at each request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            note_device(request, now=timezone.now())
        return self.get_response(request)


class EspaceMiddleware:
    """Set `espace`, `member`, `actor` and `today` on requests under /e/<espace>/.

    Anonymous visitors are sent to sign in, whether the espace exists or not. For anybody who is not an
    active member, the espace does not exist. Members who lack the second factor that it requires are sent
    to set one up.
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
            Membership.objects.select_related("espace__journal")
            .filter(user=request.user, is_active=True, espace__slug=slug, espace__deleted_at=None)
            .first()
        )
        if member is None:
            raise Http404("Aucun espace à cette adresse.")
        if member.espace.requires_two_factor and not has_two_factor(request.user):
            return redirect("mfa_index")
        member.user = request.user
        request.member, request.espace = member, member.espace
        request.actor = Actor.of(member)
        request.today = timezone.now().astimezone(ZoneInfo(member.espace.timezone)).date()
        return None


class RefusalsMiddleware:
    """Each refusal (403) to somebody signed in is told in the journal."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            door = Door.ADMIN if request.resolver_match.app_name == "admin" else Door.PAGE
            note_refusal(
                by=getattr(request, "actor", None) or Actor(door=door, user=request.user),
                espace=getattr(request, "espace", None),
                words=f"{request.method} {_address(request.resolver_match)} : {exception}",
            )


def _address(match: ResolverMatch) -> str:
    """The address of a page, without what may be personal or secret in it: texts, links' tokens."""
    address = f"/{match.route}"
    for name, value in match.kwargs.items():
        if name == "espace" or isinstance(value, int):
            address = re.sub(f"<\\w+:{name}>", str(value), address)
    return address
