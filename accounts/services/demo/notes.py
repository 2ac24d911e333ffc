from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.choices import AccountType
from accounts.models import Account, Contact, Note
from accounts.services.demo.stories import Storyteller
from accounts.services.demo.vocabulary import NOTES, NOTES_WITH

HOW_MANY = {  # notes of an account by type, with their weights
    AccountType.CLIENT: ((0, 1, 2, 3, 5), (30, 30, 22, 12, 6)),
    AccountType.GROUPE: ((0, 1, 2), (40, 40, 20)),
    AccountType.PARTENAIRE: ((0, 1), (60, 40)),
    AccountType.CONCURRENT: ((0, 1), (85, 15)),
    AccountType.INTERNE: ((0,), (1,)),
}
WITHIN_DAYS = 420
WITH_SOMEBODY_PERCENT = 75  # where there is somebody


def notes_of(accounts: list[Account], contacts: list[Contact], teller: Storyteller) -> list[Note]:
    """Unsaved notes of the accounts' owners, within working hours of days before today."""
    people = defaultdict(list)
    for contact in contacts:
        if contact.left_on is None:
            people[contact.account_id].append(contact)
    notes = []
    for account in accounts:
        numbers, weights = HOW_MANY[account.type]
        number = teller.rng.choices(numbers, weights)[0] if account.owner_id else 0
        texts = teller.rng.sample(NOTES, number)
        notes += [_note(account, people[account.pk], text, teller) for text in texts]
    return notes


def _note(account: Account, people: list[Contact], text: str, teller: Storyteller) -> Note:
    contact = None
    if people and teller.chance(WITH_SOMEBODY_PERCENT):
        contact = teller.rng.choice(people)
        text = teller.rng.choice(NOTES_WITH).format(contact) + "\n" + text
    earliest = max(account.created_on, teller.ago(WITHIN_DAYS))
    day = teller.between(min(earliest, teller.ago(1)), teller.ago(1))
    day -= timedelta(days=max(0, day.weekday() - 4))  # the Friday before a week-end
    hour = time(teller.rng.randint(9, 17), teller.rng.choice((0, 15, 30, 45)))
    return Note(
        account=account,
        espace_id=account.espace_id,
        contact=contact,
        author_id=account.owner_id,
        happened_at=datetime.combine(day, hour, ZoneInfo(account.espace.timezone)),
        text=text,
    )
