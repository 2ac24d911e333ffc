"""The trade's closed lists. Codes are stored; labels are what the screen says."""

from django.db.models import TextChoices


class AccountType(TextChoices):
    CLIENT = "client", "Client"
    CONCURRENT = "concurrent", "Concurrent"
    GROUPE = "groupe", "Groupe"
    INTERNE = "interne", "Interne"
    PARTENAIRE = "partenaire", "Partenaire"


class Status(TextChoices):
    """From the best to the worst: the order of declaration is the order of the rules."""

    ACTIF = "actif", "Actif"
    PROSPECT = "prospect", "Prospect"
    DELAISSE = "delaisse", "Délaissé"
    INACTIF = "inactif", "Inactif"

    @property
    def rank(self) -> int:
        """0 for the best."""
        return list(Status).index(self)

    @property
    def worse(self) -> "list[Status]":
        return list(Status)[self.rank + 1 :]


class Stage(TextChoices):
    EN_COURS = "en_cours", "En cours"
    GAGNEE = "gagnee", "Gagnée"
    PERDUE = "perdue", "Perdue"
    ABANDONNEE = "abandonnee", "Abandonnée"


CLOSED_STAGES = [Stage.GAGNEE, Stage.PERDUE, Stage.ABANDONNEE]


class Tone(TextChoices):
    """The colours that a tag can have; docs/ui.md shows them."""

    RED = "red", "Rouge"
    ORANGE = "orange", "Orange"
    AMBER = "amber", "Ambre"
    GREEN = "green", "Vert"
    TEAL = "teal", "Turquoise"
    BLUE = "blue", "Bleu"
    INDIGO = "indigo", "Indigo"
    VIOLET = "violet", "Violet"
    PINK = "pink", "Rose"
    GRAY = "gray", "Gris"
