"""Who may do what: the one table. Decorators, services, templates and Django admin all read it."""

from django.db.models import TextChoices


class Role(TextChoices):
    STANDARD = "standard", "Standard"
    AVANCE = "avance", "Avancé"
    ADMINISTRATEUR = "administrateur", "Administrateur"


EVERYONE = frozenset(Role)
AVANCE_AND_ABOVE = frozenset({Role.AVANCE, Role.ADMINISTRATEUR})
ADMINISTRATEUR_ONLY = frozenset({Role.ADMINISTRATEUR})

RIGHTS = {
    "espace.see": EVERYONE,
    "espace.create": ADMINISTRATEUR_ONLY,  # another one: those of any espace
    "espace.edit": ADMINISTRATEUR_ONLY,
    "espace.delete": ADMINISTRATEUR_ONLY,
    "member.edit": ADMINISTRATEUR_ONLY,
    "journal.see": ADMINISTRATEUR_ONLY,
    "person.export": ADMINISTRATEUR_ONLY,
    "person.erase": ADMINISTRATEUR_ONLY,
    "trash.see": AVANCE_AND_ABOVE,
    "account.create": AVANCE_AND_ABOVE,
    "account.edit": AVANCE_AND_ABOVE,
    "account.import": AVANCE_AND_ABOVE,
    "account.backdate": ADMINISTRATEUR_ONLY,  # change created_on after the creation
    "account.archive": AVANCE_AND_ABOVE,
    "account.delete": ADMINISTRATEUR_ONLY,  # into the Corbeille, and out of it, as are the others
    "projet.create": AVANCE_AND_ABOVE,
    "projet.edit": AVANCE_AND_ABOVE,
    "projet.delete": AVANCE_AND_ABOVE,
    "affaire.create": AVANCE_AND_ABOVE,
    "affaire.edit": AVANCE_AND_ABOVE,
    "affaire.delete": AVANCE_AND_ABOVE,
    "opportunite.create": AVANCE_AND_ABOVE,
    "opportunite.edit": AVANCE_AND_ABOVE,
    "opportunite.delete": AVANCE_AND_ABOVE,
    "contact.create": EVERYONE,
    "contact.edit": AVANCE_AND_ABOVE,
    "contact.delete": AVANCE_AND_ABOVE,
    "note.create": EVERYONE,
    "note.edit": EVERYONE,  # one's own, as for the next
    "note.delete": EVERYONE,
    "note.edit_any": AVANCE_AND_ABOVE,  # and delete
    "relance.create": EVERYONE,  # and do, postpone, cancel one's own
    "relance.assign": AVANCE_AND_ABOVE,  # to somebody else; touch theirs; many at once
    "relance.delete": EVERYONE,  # one's own: somebody else's takes relance.assign
    "view.edit": EVERYONE,  # one's own views
    "view.share": AVANCE_AND_ABOVE,  # with the espace, and change those that are
    "tag.edit": ADMINISTRATEUR_ONLY,
    "admin.enter": ADMINISTRATEUR_ONLY,
}


def allows(role: str, action: str) -> bool:
    """Whether a role may do an action; an unknown action is an error, never a silent no."""
    return role in RIGHTS[action]


def who_can(action: str) -> str:
    """The sentence a refusal says, e.g. « Seuls les membres Avancé et Administrateur peuvent le faire. »"""
    roles = [role.label for role in Role if role in RIGHTS[action]]
    if len(roles) == 1:
        return f"Seul un membre {roles[0]} peut le faire."
    return f"Seuls les membres {' et '.join(roles)} peuvent le faire."
