"""The palette: what one may do, and the rows that one looks for, from anywhere."""

from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse

from accounts.models.derived import fold
from accounts.services import search
from crm.access import requires
from crm.roles import allows

OF_A_KIND = 5  # rows
OFFERED = 10  # actions, before anything is typed


@dataclass(frozen=True, slots=True)
class Action:
    """right: who may. key: what does it from the keyboard too."""

    right: str
    label: str
    icon: str
    page: str
    key: str = ""


ACTIONS = [
    Action("account.create", "Nouveau compte", "plus", "compte_nouveau"),
    Action("opportunite.create", "Nouvelle opportunité", "plus", "opportunite_nouvelle"),
    Action("affaire.create", "Nouvelle affaire", "plus", "affaire_nouvelle"),
    Action("projet.create", "Nouveau projet", "plus", "projet_nouveau"),
    Action("relance.create", "Nouvelle relance", "bell-ring", "relance_nouvelle"),
    Action("contact.create", "Nouveau contact", "contact", "contact_nouveau"),
    Action("espace.see", "Aujourd'hui", "sun", "espace", "g d"),
    Action("espace.see", "Comptes", "building-2", "comptes", "g c"),
    Action("espace.see", "Opportunités", "target", "opportunites", "g o"),
    Action("espace.see", "Projets", "folder-kanban", "projets", "g p"),
    Action("espace.see", "Affaires", "briefcase-business", "affaires", "g a"),
    Action("espace.see", "Relances", "bell-ring", "relances", "g r"),
    Action("espace.see", "Flux", "chart-line", "flux", "g f"),
    Action("espace.see", "Contacts", "contact", "contacts", "g k"),
    Action("trash.see", "Corbeille", "trash-2", "corbeille"),
    Action("journal.see", "Journal", "scroll-text", "journal"),
    Action("espace.edit", "Réglages", "settings", "reglages"),
]


@requires("espace.see")
def palette(request):
    """A page of its own without JavaScript; its results alone for the dialog."""
    typed = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {"typed": typed, "actions": _actions(request, typed), "groups": []}
    if typed:
        context["groups"] = [(title, rows) for title, rows in _found(request, typed) if rows]
    template = "accounts/search.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


def _actions(request, typed: str) -> list[tuple[Action, str]]:
    words = fold(typed).split()
    shown = [
        (action, reverse(action.page, args=[request.espace.slug]))
        for action in ACTIONS
        if allows(request.member.role, action.right) and all(word in fold(action.label) for word in words)
    ]
    return shown if typed else shown[:OFFERED]


def _found(request, typed: str) -> list[tuple[str, list]]:
    espace = request.espace
    kinds = [
        ("Comptes", search.accounts, espace.accounts.unarchived(request.today).with_status(request.today)),
        ("Contacts", search.contacts, espace.contacts.select_related("account")),
        ("Opportunités", search.rows_named, espace.opportunites.select_related("account")),
        ("Affaires", search.rows_named, espace.affaires.select_related("account")),
        ("Projets", search.rows_named, espace.projets.select_related("account")),
    ]
    return [(title, list(find(rows, typed)[:OF_A_KIND])) for title, find, rows in kinds]
