from random import Random

from accounts.choices import AccountType
from accounts.models import Account, Projet
from accounts.models.derived import fold
from accounts.services.demo.scenes import PROGRAMME, PROGRAMME_ACCOUNTS
from accounts.services.demo.stories import Story
from accounts.services.demo.vocabulary import PROGRAMMES, PROJETS
from crm.names import bare_words

OWN_PROJET_PERCENT = 55  # of the accounts with several affaires
PROGRAMME_PERCENT = 60  # of the groups with work below them


def projets_of(accounts: list[Account], stories: dict[str, Story], rng: Random) -> list[Projet]:
    """Unsaved projets, and the affaires of the stories told to follow them.

    A group's projet gathers affaires of accounts below it; others gather those of one account.
    """
    projets = []
    for group in accounts:
        if group.type == AccountType.GROUPE and (programme := _programme(group, accounts, stories, rng)):
            projets.append(programme)
    for account in accounts:
        free = [affaire for affaire in stories[account.name].affaires if affaire.projet is None]
        if len(free) > 1 and rng.randrange(100) < OWN_PROJET_PERCENT:
            projets.append(_projet(account, rng.choice(PROJETS), 1))
            for affaire in free:
                affaire.projet = projets[-1]
    return projets


def _programme(group: Account, accounts: list[Account], stories, rng: Random) -> Projet | None:
    below = [account for account in accounts if account.parent_id == group.pk]
    if group.name == "BNP Paribas":
        name, below = PROGRAMME, [account for account in below if account.name in PROGRAMME_ACCOUNTS]
    else:
        name = rng.choice(PROGRAMMES)
        if rng.randrange(100) >= PROGRAMME_PERCENT:
            return None
    affaires = [stories[account.name].affaires[0] for account in below if stories[account.name].affaires]
    if not affaires:
        return None
    projet = _projet(group, name, 0)
    for affaire in affaires[:3]:
        affaire.projet = projet
    return projet


def _projet(account: Account, name: str, number: int) -> Projet:
    words = [fold(word) for word in bare_words(account.name)]
    letters = "".join(word[0] for word in words) if len(words) > 1 else words[0][:3]
    code = f"{letters.upper()}-{number:02}"
    return Projet(
        account=account, espace_id=account.espace_id, owner_id=account.owner_id, name=name, code=code
    )
