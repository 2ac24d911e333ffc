from accounts.models.account import Account
from accounts.models.affaire import Affaire
from accounts.models.contact import Contact
from accounts.models.logo import LogoSearch
from accounts.models.opportunite import Opportunite
from accounts.models.period import StatusPeriod
from accounts.models.projet import Projet
from accounts.models.tag import AccountTag, Tag
from accounts.models.trash import TrashedRow

__all__ = [
    "Account",
    "AccountTag",
    "Affaire",
    "Contact",
    "LogoSearch",
    "Opportunite",
    "Projet",
    "StatusPeriod",
    "Tag",
    "TrashedRow",
]
