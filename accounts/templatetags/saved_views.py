"""Views where they are shown: the sidebar, their page, the list."""

from urllib.parse import parse_qs, urlencode, urlsplit

from django import template
from django.urls import reverse

from accounts.forms.saved_view import known_sidebar_views
from accounts.models.saved_view import pairs_of

register = template.Library()


@register.simple_tag
def view_address(view, slug: str) -> str:
    """The list as a view keeps it, of that version. view: a SavedView, or as forms show it."""
    pairs = [*pairs_of(view.query), ("vue", view.pk), ("version", view.version)]
    return f"{reverse('comptes', args=[slug])}?{urlencode(pairs)}"


@register.simple_tag
def query_address(query: str, name: str, *args) -> str:
    """An address, by its name, that says what a query asks of the list."""
    return f"{reverse(name, args=args)}?{urlencode(pairs_of(query))}".rstrip("?")


@register.inclusion_tag("accounts/_sidebar_views.html", takes_context=True)
def sidebar_views(context) -> dict:
    """The views of the sidebar as they are remembered; the page asks for them apart otherwise."""
    request = context["request"]
    return sidebar_context(request, known_sidebar_views(request.member, request.today))


def sidebar_context(request, views) -> dict:
    """opened: the id of the view that the list shows. place: aria-current of the link to all the views.

    Both are of the page that is shown: for a fragment, of the one that asks.
    """
    shown = urlsplit((request.htmx.current_url or "") if request.htmx else request.get_full_path())
    home, accounts = (reverse(name, args=[request.espace.slug]) for name in ("vues", "comptes"))
    opened = parse_qs(shown.query).get("vue", [""])[-1] if shown.path == accounts else ""
    place = "page" if shown.path == home else "true" if shown.path.startswith(home) else ""
    return {"views": views, "opened": opened, "place": place, "espace": request.espace}
