from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from crm.context import THEMES
from crm.forms import FirstStartForm
from crm.models import Espace, User
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member

ONE_YEAR_S = 365 * 24 * 3600
OUR_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def home(request):
    """The way in: the first start, signing in, the only espace one has, or the choice of one."""
    if not request.user.is_authenticated:
        return redirect("account_login" if User.objects.exists() else "first_start")
    return espace_choice(request)


@login_required
def espace_choice(request):
    """Choose an espace, skipped when there is one."""
    espaces = Espace.objects.filter(memberships__user=request.user, memberships__is_active=True).order_by(
        "name"
    )
    if len(espaces) == 1:
        return redirect("espace", espaces[0].slug)
    return render(request, "crm/espace_choice.html", {"espaces": espaces})


def first_start(request):
    """Create the first espace and its Administrateur; gone as soon as somebody exists."""
    if User.objects.exists():
        return redirect("home")
    form = FirstStartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data
        with transaction.atomic():
            espace = create_espace(name=person.pop("espace"))
            member = add_member(espace=espace, role=Role.ADMINISTRATEUR, **person)
        login(request, member.user, backend=OUR_BACKEND)
        return redirect("espace", espace.slug)
    return render(request, "crm/first_start.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def theme(request):
    """Keep the chosen theme (light, dark or auto) in a cookie, and go back to the page one came from."""
    goal = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}):
        goal = "/"
    response = HttpResponseRedirect(goal)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=ONE_YEAR_S, samesite="Lax", httponly=True)
    else:
        response.delete_cookie("theme")
    return response
