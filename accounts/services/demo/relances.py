from datetime import date, timedelta

from accounts.choices import AccountType, RelanceKind, Status
from accounts.models import Account, Contact, Opportunite, Relance
from accounts.services.demo.scenes import SCENES
from accounts.services.demo.stories import Story, Storyteller
from accounts.services.demo.vocabulary import OUTCOMES, SUBJECTS, SUBJECTS_OF_LEADS
from accounts.services.relance.reason import NO_REASON, Reason
from crm.models import Membership

OF_EACH_KIND = dict(zip(RelanceKind, (50, 30, 15, 5), strict=True))  # weights
FOLLOWED_PERCENT = {Status.ACTIF: 12, Status.PROSPECT: 30, Status.DELAISSE: 35, Status.INACTIF: 4}
DONE_PERCENT = 30  # of the Clients and Groupes, within the last months
CLOSED_THEMSELVES = 3
FIRST_DAYS = (-6, -2, 0, 0, 1, 2)  # from today, of the first ones: late, due, soon
TO_STANDARD = 9  # one in so many is a Standard's


def relances_of(
    accounts: list[Account],
    stories: dict[str, Story],
    contacts: list[Contact],
    reasons: dict[int, Reason],
    members: list[Membership],
    teller: Storyteller,
) -> list[Relance]:
    """Unsaved relances: some late, some due today or soon, some done, a few that closed themselves.

    accounts: with `status`. The accounts whose story is written have none, so that the worklist shows them.
    """
    if not members:
        return []
    plan = _Plan(teller, members, reasons, {c.account_id: c for c in reversed(contacts) if not c.left_on})
    kinds = (AccountType.CLIENT, AccountType.GROUPE)
    followed = [account for account in accounts if account.type in kinds and account.name not in SCENES]
    for account in followed:
        lead = next((o for o in stories[account.name].opportunites if o.is_open), None)
        if account.status and teller.chance(FOLLOWED_PERCENT[Status(account.status)]):
            plan.to_do(account, lead)
        if teller.chance(DONE_PERCENT):
            plan.done(account)
        elif lead and teller.ago(60) <= lead.opened_on and plan.closed < CLOSED_THEMSELVES:
            plan.closed_itself(account, lead)
    return plan.relances


class _Plan:
    def __init__(self, teller, members, reasons, main_contacts):
        self.teller, self.members, self.reasons, self.main_contacts = teller, members, reasons, main_contacts
        self.relances: list[Relance] = []
        self.closed = self.planned = 0

    def to_do(self, account: Account, lead: Opportunite | None) -> None:
        days = FIRST_DAYS[self.planned] if self.planned < len(FIRST_DAYS) else self.teller.rng.randint(-8, 21)
        self.planned += 1
        due_on = self.teller.today + timedelta(days=days)
        subject = self.teller.rng.choice(SUBJECTS_OF_LEADS if lead else SUBJECTS)
        self._add(account, subject, due_on if days == 0 else _weekday(due_on), opportunite=lead)

    def done(self, account: Account) -> None:
        done_on = _weekday(self.teller.ago(self.teller.rng.randint(1, 90)))
        due_on = _weekday(done_on - timedelta(days=self.teller.rng.choice((0, 0, 0, 1, 3))))
        outcome = self.teller.rng.choice(OUTCOMES)
        self._add(account, self.teller.rng.choice(SUBJECTS), due_on, done_on=done_on, outcome=outcome)

    def closed_itself(self, account: Account, lead: Opportunite) -> None:
        self.closed += 1
        told = f"Close d'elle-même : l'opportunité « {lead} » est arrivée."
        due_on = _weekday(lead.opened_on + timedelta(days=9))
        values = {"cause": Status.DELAISSE, "done_on": lead.opened_on, "closed_itself": True, "outcome": told}
        self._add(account, "Reprendre contact avant la bascule", due_on, **values)

    def _add(self, account: Account, subject: str, due_on: date, **values) -> None:
        rng = self.teller.rng
        standards = self.members[1:]
        nth = len(self.relances) if "done_on" in values else self.planned  # so that some are to do
        mine = nth % TO_STANDARD == 1 and standards
        reason = NO_REASON if "done_on" in values else self.reasons.get(account.pk, NO_REASON)
        cause = {"cause": reason.status, "cause_until": reason.until} | values
        self.relances.append(
            Relance(
                espace_id=account.espace_id,
                account=account,
                contact=self.main_contacts.get(account.pk),
                assignee=rng.choice(standards) if mine else account.owner or self.members[0],
                kind=rng.choices(list(OF_EACH_KIND), list(OF_EACH_KIND.values()))[0],
                subject=subject,
                due_on=due_on,
                **cause,
            )
        )


def _weekday(day: date) -> date:
    """The day, or the Friday before a week-end."""
    return day - timedelta(days=max(0, day.weekday() - 4))
