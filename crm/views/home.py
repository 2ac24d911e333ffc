from functools import partial

from allauth.account.utils import perform_login
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from crm.actor import SYSTEM
from crm.context import THEMES
from crm.forms.person import FirstStartForm
from crm.models import Espace, User
from crm.once import once
from crm.services.espace import begin, espaces_of
from crm.views.espace import espace_choice

ONE_YEAR_S = 365 * 24 * 3600


def home(request):
    """The way in: the first start, signing in, the only espace one has, or the choice of one."""
    if not request.user.is_authenticated:
        return redirect("account_login" if User.objects.exists() else "first_start")
    espaces = espaces_of(request.user)[:2]
    return redirect("espace", espaces[0].slug) if len(espaces) == 1 else espace_choice(request)


def first_start(request):
    """Create the first espace and its Administrateur; gone as soon as somebody exists."""
    form = FirstStartForm(request.POST or None)
    espace = form.save(partial(_begin, request))
    if espace is not None:
        person = form.cleaned_data
        user = User.objects.filter(email=person["email"].lower()).first()
        # Sent again later, it opens no door that signing in would not.
        if user and user.check_password(person["password"]):
            return perform_login(request, user, redirect_url=reverse("espace", args=[espace.slug]))
        return redirect("espace", espace.slug)
    if User.objects.exists():
        return redirect("home")
    return render(request, "crm/first_start.html", {"form": form}, status=422 if form.errors else 200)


def _begin(request, *, cle: str, **values) -> Espace:
    make = partial(begin, **values)
    return once(Espace, by=SYSTEM, espace=None, key=cle, content=request.POST, make=make)


@require_POST
def theme(request):
    """Keep the chosen theme (light, dark or auto) in a cookie, and go back to the page one came from."""
    goal = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}):
        goal = "/"
    response = HttpResponseRedirect(goal)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=ONE_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response
