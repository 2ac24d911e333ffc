"""Accounts that may be the same company as one being typed: a warning's matter, never a refusal's."""

from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.db.models import Case, Q, Value, When

from accounts.models import Account
from accounts.models.derived import domain_of, fold
from accounts.services.website import normalise_website
from crm.models import Espace
from crm.names import bare_words, words_of

LOOKED_AT = 400  # accounts whose names start alike, compared in Python
SHOWN = 5
START = 3  # letters that two names alike begin with
ALIKE = 0.86  # ratio above which two bare names are one name misspelt


def similar_accounts(
    *, espace: Espace, name: str, website: str = "", but: int | None = None
) -> list[Account]:
    """At most 5 accounts with the same domain or a similar name (legal form, case and accents apart).

    website: as typed; one that is no address is left out of the comparison. but: an account's id, left out.
    """
    folded, domain = fold(name), _domain(website)
    bare = " ".join(bare_words(folded))
    alike = same = Q(domain=domain) if domain else Q(pk__in=[])
    if len(bare) > 1:
        same |= Q(name_fold=folded)
        for start in _starts(folded):
            alike |= Q(name_fold__startswith=start) | Q(name_fold__startswith=f"groupe {start}")
    # The surest first, so that in a large espace the limit cuts none of them off.
    surest_first = Case(When(same, then=Value(0)), default=Value(1))
    found = espace.accounts.filter(alike | same).exclude(pk=but).order_by(surest_first, "name_fold", "pk")
    ranked = [(_likeness(account, bare, domain), account) for account in found[:LOOKED_AT]]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].name_fold))
    return [account for likeness, account in ranked if likeness >= ALIKE][:SHOWN]


def _starts(folded: str) -> set[str]:
    """How names like this one begin, bare (« lcl ») and as written (« l.c » for L.C.L.)."""
    words = bare_words(folded)
    tokens = folded.split()
    first = next(n for n, token in enumerate(tokens) if words[0] in words_of(token))
    return {" ".join(words)[:START], " ".join(tokens[first:])[:START]}


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
