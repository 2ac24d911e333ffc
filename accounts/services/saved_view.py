"""Views: states of the list of accounts that a member keeps, or that the espace shares."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max, QuerySet

from accounts.models import SavedView
from accounts.models.saved_view import PARAMETERS, pairs_of, query_of
from crm.actor import Actor
from crm.models import Espace
from crm.writing import Writing, writing

AT_MOST = 50  # views of a member, and of an espace
NOT_YOURS = "Cette vue est celle d'un autre membre."


def create_view(*, by: Actor, espace: Espace, name: str, query: str = "", shared: bool = False) -> SavedView:
    """Keep a state of the list under a name: one's own, or the espace's.

    query: a line for each parameter (see SavedView). Raises ValidationError by field, PermissionDenied.
    Side effects: one SavedView.
    """
    with writing(by, "view.share" if shared else "view.edit", espace.pk) as write:
        view = SavedView(espace=write.espace, name=_tidy(name), query=_known(query))
        view.member = None if shared else _oneself(by)
        view.position = _next_position(view)
        return write.add(view)


def edit_view(*, by: Actor, view: SavedView, version: int | None = None, **values) -> SavedView:
    """Change the name or the query of a view, or whether it is `shared`; it then goes last among the others.

    Raises ValidationError by field (Stale when somebody changed the same meanwhile), PermissionDenied.
    Side effects: the SavedView.
    """
    with writing(by, "view.edit", view.espace_id) as write:
        view = write.reread(SavedView.objects.all(), view)
        require_change(by, view)
        shared = values.pop("shared", view.is_shared)
        values = write.merge(view, values, version)
        if "name" in values:
            values["name"] = _tidy(values["name"])
        if "query" in values:
            values["query"] = _known(values["query"])
        if shared != view.is_shared:
            by.require("view.share", espace_id=view.espace_id)
            view.member = None if shared else _oneself(by)
            values["position"] = _next_position(view)
        return write.change(view, values)


def move_view(*, by: Actor, view: SavedView, down: bool) -> SavedView:
    """Have a view change places with the one before it, or after it; the first and the last stay.

    Raises PermissionDenied. Side effects: positions of SavedView rows.
    """
    with writing(by, "view.edit", view.espace_id) as write:
        view = write.reread(SavedView.objects.all(), view)
        require_change(by, view)
        views = list(_beside(view).order_by("position", "pk"))
        place = views.index(view)
        other = place + 1 if down else place - 1
        if 0 <= other < len(views):
            views[place], views[other] = views[other], views[place]
        for position, row in enumerate(views, 1):
            write.remember(row)
            write.change(row, {"position": position})
        return view


def delete_view(*, by: Actor, view: SavedView) -> None:
    """Delete a view for good; the journal tells what it held. Raises PermissionDenied.

    Side effects: the SavedView.
    """
    with writing(by, "view.edit", view.espace_id) as write:
        view = write.reread(SavedView.objects.all(), view)
        require_change(by, view)
        write.remove(view)


def require_change(by: Actor, view: SavedView) -> None:
    """Raise PermissionDenied, whose text says who can, unless a view is one's own, or the espace's and one
    may change those."""
    if view.is_shared:
        by.require("view.share", espace_id=view.espace_id)
    elif by.membership is None or view.member_id != by.membership.pk:
        raise PermissionDenied(NOT_YOURS)


def follow_tag(write: Writing, slug: str, into: str) -> None:
    """Have the views that ask for a tag ask for another one (slugs) in its place. Side effects: SavedView."""
    for view in SavedView.objects.filter(espace=write.espace, query__contains=f"tag={slug}").order_by("pk"):
        write.remember(view)
        pairs = [(name, into if (name, value) == ("tag", slug) else value) for name, value in view.pairs]
        write.change(view, {"query": query_of(pairs)})


def _oneself(by: Actor):
    if by.membership is None:
        raise PermissionDenied("Seul un membre de l'espace a des vues à lui.")
    return by.membership


def _beside(view: SavedView) -> QuerySet:
    """The views among which it has its place."""
    return SavedView.objects.filter(espace=view.espace_id, member=view.member_id)


def _next_position(view: SavedView) -> int:
    beside = _beside(view).exclude(pk=view.pk)
    if beside.count() >= AT_MOST:
        whose = "L'espace partage" if view.is_shared else "Vous avez"
        raise ValidationError(f"{whose} déjà {AT_MOST} vues : supprimez-en une d'abord.")
    return (beside.aggregate(last=Max("position"))["last"] or 0) + 1


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _known(query: str) -> str:
    pairs = pairs_of(query)
    if any(name not in PARAMETERS for name, _ in pairs):
        raise ValidationError({"query": "La liste des comptes n'a pas ce filtre."})
    return query_of(pairs)
