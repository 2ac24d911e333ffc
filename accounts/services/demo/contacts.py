from accounts.choices import AccountType
from accounts.models import Account, Contact
from accounts.models.derived import fold
from accounts.services.demo.stories import Storyteller
from accounts.services.demo.vocabulary import FIRST_NAMES, JOB_TITLES, LAST_NAMES

HOW_MANY = {  # contacts of an account by type, with their weights
    AccountType.CLIENT: ((0, 1, 2, 3), (8, 37, 35, 20)),
    AccountType.GROUPE: ((1, 2, 3), (40, 40, 20)),
    AccountType.PARTENAIRE: ((0, 1, 2), (20, 60, 20)),
    AccountType.CONCURRENT: ((0, 1), (85, 15)),
    AccountType.INTERNE: ((0,), (1,)),
}
LEFT_PERCENT = 8  # of those who are not the main contact


def contacts_of(account: Account, teller: Storyteller) -> list[Contact]:
    """Unsaved contacts of an account, the main one first."""
    rng = teller.rng
    numbers, weights = HOW_MANY[account.type]
    n = rng.choices(numbers, weights)[0]
    people = zip(
        rng.sample(FIRST_NAMES.split(), n),
        rng.sample(LAST_NAMES.split(), n),
        rng.sample(JOB_TITLES, n),
        strict=True,
    )
    return [
        Contact(
            account=account,
            espace_id=account.espace_id,
            first_name=first.replace("Thi-Mai", "Thi Mai"),
            last_name=last.replace("-", " "),
            job_title=job_title,
            email=f"{_part(first)}.{_part(last)}@{account.domain}" if account.domain else "",
            phone=_phone(teller),
            is_main=order == 0,
            left_on=teller.ago(rng.randint(20, 400)) if order and teller.chance(LEFT_PERCENT) else None,
        )
        for order, (first, last, job_title) in enumerate(people)
    ]


def _part(name: str) -> str:
    return fold(name).replace("'", "")


def _phone(teller: Storyteller) -> str:
    """A number that the French regulator keeps for fiction: 01 99 00 and 06 39 98 reach nobody."""
    start = teller.rng.choice(("01 99 00", "06 39 98"))
    return f"{start} {teller.rng.randrange(100):02} {teller.rng.randrange(100):02}"
