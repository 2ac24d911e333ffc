"""Accounts that may be the same company as one being typed: a warning's matter, never a refusal's."""

from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Account
from accounts.models.derived import domain_of, fold
from accounts.services.website import normalise_website
from crm.models import Espace
from crm.names import bare_words

LOOKED_AT = 400  # accounts whose names start alike, compared in Python
SHOWN = 5
ALIKE = 0.86  # ratio above which two bare names are one name misspelt


def similar_accounts(
    *, espace: Espace, name: str, website: str = "", but: int | None = None
) -> list[Account]:
    """At most 5 accounts with the same domain or a similar name (legal form, case and accents apart).

    website: as typed; one that is no address is left out of the comparison. but: an account's id, left out.
    """
    typed = fold(name)
    words = bare_words(typed)
    bare = " ".join(words)
    domain = _domain(website)
    alike = Q(domain=domain) if domain else Q(pk__in=[])
    if len(bare) > 1:
        start = typed[typed.index(words[0]) :][:3]  # as it is written: « l'o » for L'Oréal
        alike |= Q(name_fold__startswith=start) | Q(name_fold__startswith=f"groupe {start}")
    found = espace.accounts.filter(alike).exclude(pk=but)[:LOOKED_AT]
    ranked = [(_likeness(account, bare, domain), account) for account in found]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].name_fold))
    return [account for likeness, account in ranked if likeness >= ALIKE][:SHOWN]


def _likeness(account: Account, bare: str, domain: str) -> float:
    if domain and account.domain == domain:
        return 1.0
    other = " ".join(bare_words(account.name_fold))
    if not bare:
        return 0.0
    return SequenceMatcher(None, bare, other, autojunk=False).ratio()


def _domain(website: str) -> str:
    try:
        return domain_of(normalise_website(website))
    except ValidationError:
        return ""
