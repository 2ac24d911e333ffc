from accounts.models.account import Account
from accounts.models.affaire import Affaire
from accounts.models.agenda import Agenda
from accounts.models.contact import Contact
from accounts.models.digest import Digest
from accounts.models.logo import LogoSearch
from accounts.models.note import Note
from accounts.models.opportunite import Opportunite
from accounts.models.period import StatusPeriod
from accounts.models.projet import Projet
from accounts.models.relance import Relance
from accounts.models.saved_view import SavedView
from accounts.models.tag import AccountTag, Tag
from accounts.models.trash import TrashedRow

__all__ = [
    "Account",
    "AccountTag",
    "Affaire",
    "Agenda",
    "Contact",
    "Digest",
    "LogoSearch",
    "Note",
    "Opportunite",
    "Projet",
    "Relance",
    "SavedView",
    "StatusPeriod",
    "Tag",
    "TrashedRow",
]
