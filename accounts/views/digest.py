"""A member's summaries by mail: their page, and what the link in each message opens, outside sign-in."""

from functools import partial

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.choices import Rhythm
from accounts.forms.digest import DigestForm
from accounts.services.digest import (
    choose_rhythm,
    digest_at,
    digest_of,
    is_signed,
    may_have_example,
    stop_digest,
)
from accounts.services.digest.sending import send_example
from crm.access import requires


@requires("espace.see")
def digest_page(request):
    digest = digest_of(request.member)
    form = DigestForm(request.POST or None, initial={"rhythm": digest.rhythm if digest else ""})
    if request.method == "POST" and form.is_valid():
        choose = partial(choose_rhythm, by=request.actor, member=request.member, now=timezone.now())
        chosen = form.save(choose)
        told = "Vos résumés sont réglés." if chosen else "Vous ne recevrez plus de résumé de cet espace."
        messages.success(request, told)
        return redirect("resume", request.espace.slug)
    context = {"form": form, "digest": digest}
    return render(request, "accounts/digest.html", context, status=422 if form.errors else 200)


@requires("espace.see")
@require_POST
def digest_example(request):
    """Send at once an example of the rhythm that the form shows, weekly when it shows none."""
    if not may_have_example(request.member):
        return ratelimit.respond_429(request)
    form = DigestForm(request.POST)
    rhythm = (form.is_valid() and form.cleaned_data["rhythm"]) or Rhythm.WEEKLY
    if send_example(member=request.member, rhythm=rhythm, now=timezone.now()):
        messages.success(request, f"Un exemple est parti à {request.user.email}.")
    else:
        messages.warning(
            request, "L'exemple n'est pas parti : la messagerie ne répond pas, ou n'est pas réglée."
        )
    return redirect("resume", request.espace.slug)


@csrf_exempt  # mail readers stop the summaries by themselves (RFC 8058): the address is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def digest_stop(request, token):
    """Ask, since readers and filters open every link; a POST stops the summaries."""
    if not is_signed(token):
        raise Http404("Aucun résumé à cette adresse.")
    digest = digest_at(token)
    if request.method == "POST":
        stop_digest(token=token)
    context = {"digest": digest, "stopped": digest is not None and request.method == "POST"}
    response = render(request, "accounts/digest_stop.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response
