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
    def better(self) -> "list[Status]":
        return list(Status)[: self.rank]

    @property
    def worse(self) -> "list[Status]":
        return list(Status)[self.rank + 1 :]


class Origin(TextChoices):
    """Where an account comes from between two days, beside the status that it had on the first one."""

    BETTER = "meilleur", "Un meilleur statut"
    WORSE = "moins_bon", "Un moins bon statut"
    ENTERED = "entree", "Entrés depuis"


class Column(TextChoices):
    """What the list of accounts may show of each, beside its name and its status; in the order shown."""

    TYPE = "type", "Type"
    TAGS = "tags", "Tags"
    GROUPE = "groupe", "Groupe"
    BASCULE = "bascule", "Bascule"
    SITE = "site", "Site web"
    ENTERED = "cree_le", "Entrée au portefeuille"
    OWNER = "responsable", "Responsable"


USUAL_COLUMNS = [Column.TYPE, Column.TAGS, Column.GROUPE, Column.BASCULE, Column.OWNER]
NO_COLUMN = "aucune"  # what ?colonnes= says when all of them are taken away


class Stage(TextChoices):
    EN_COURS = "en_cours", "En cours"
    GAGNEE = "gagnee", "Gagnée"
    PERDUE = "perdue", "Perdue"
    ABANDONNEE = "abandonnee", "Abandonnée"


CLOSED_STAGES = [Stage.GAGNEE, Stage.PERDUE, Stage.ABANDONNEE]


class RelanceKind(TextChoices):
    APPEL = "appel", "Appel"
    EMAIL = "email", "E-mail"
    RENDEZ_VOUS = "rendez_vous", "Rendez-vous"
    AUTRE = "autre", "Autre"


class Rhythm(TextChoices):
    """How often a member is sent a summary."""

    DAILY = "quotidien", "Chaque jour ouvré"
    WEEKLY = "hebdomadaire", "Chaque semaine"


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
