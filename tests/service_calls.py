"""An example of each service at work: who may call it, and a call that changes something.

A new service takes one entry in EXAMPLES, keyed by the function itself. test_rights asks each example's right
of every kind of actor; test_journal_every_write compares all that it writes with what the journal tells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from allauth.mfa.models import Authenticator

from accounts.models import (
    Account,
    Affaire,
    Contact,
    Note,
    Opportunite,
    Projet,
    Relance,
    SavedView,
    Tag,
    TrashedRow,
)
from accounts.services import importing
from accounts.services.account import (
    archive_account,
    create_account,
    edit_account,
    move_account,
    unarchive_account,
)
from accounts.services.affaire import (
    cancel_affaire,
    create_affaire,
    edit_affaire,
    end_affaire,
    resume_affaire,
)
from accounts.services.agenda import close_agenda, open_agenda
from accounts.services.contact import create_contact, edit_contact
from accounts.services.demo import fill_demo
from accounts.services.digest import choose_rhythm
from accounts.services.handover import disable_and_hand_over, hand_over
from accounts.services.logo import files
from accounts.services.logo.decoding import SIZES, Encoded, Look
from accounts.services.logo.keeping import add_logo, ask_again, remove_logo
from accounts.services.note import create_note, edit_note, may_change, require_own
from accounts.services.opportunite import (
    close_opportunite,
    create_opportunite,
    edit_opportunite,
    move_opportunite,
    reopen_opportunite,
)
from accounts.services.personal.erasing import erase_contact, erase_member
from accounts.services.personal.exporting import export_contact, export_member
from accounts.services.projet import create_projet, edit_projet
from accounts.services.relance import (
    cancel_relance,
    check_own,
    do_relance,
    edit_relance,
    may_touch,
    plan_relance,
    postpone_relance,
    reopen_relance,
)
from accounts.services.relance.many import plan_relances
from accounts.services.relance.undoing import reference_to, take_back, undo_relance
from accounts.services.saved_view import (
    create_view,
    delete_view,
    edit_view,
    move_view,
    require_change,
)
from accounts.services.step import move_step
from accounts.services.tag import create_tag, delete_tag, edit_tag, merge_tags
from accounts.services.trash import check_may_delete, restore, trash
from crm.actor import SYSTEM, Actor
from crm.models import Espace, Invitation, Membership
from crm.roles import Role
from crm.services.espace import create_espace, edit_espace, open_espace
from crm.services.espace_deletion import delete_espace, restore_espace
from crm.services.invitation import accept, invite, link_token, resend, revoke
from crm.services.member import add_member, change_role, disable_member, enable_member
from crm.services.person import edit_person, remove_two_factor
from crm.services.refusal import note_refusal
from tests.pictures import png

TODAY = date(2025, 5, 31)
NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)
STANDARD, AVANCE, ADMINISTRATEUR = Role
EVERYONE, AVANCE_AND_ABOVE, ADMINISTRATEURS = set(Role), {AVANCE, ADMINISTRATEUR}, {ADMINISTRATEUR}

MADE = "made"
PICTURE = png((64, 64))
CALL = {"subject": "Rappeler", "due_on": TODAY}
Rows = dict  # by model: see rows_of()


@dataclass(frozen=True)
class Example:
    """call(by, rows) calls the service on rows of one espace.

    roles: who may, of that espace; None when it is no role that opens it. label: which of several examples.
    made: what the call needs besides, made beforehand; the call finds it as rows[MADE].
    writes: False for a service that changes nothing that the journal tells.
    """

    call: Callable[[Actor, Rows], object]
    roles: set[Role] | None = None
    label: str = ""
    made: Callable[[Rows], object] | None = None
    writes: bool = True

    def prepared(self, rows: Rows) -> Rows:
        return rows | {MADE: self.made(rows)} if self.made else rows


def rows_of(member: Membership) -> Rows:
    """One row of each model, made by a member in their espace."""
    by, espace = Actor.of(member), member.espace
    about = {"name": "Arval", "type": "client", "tags": ["Clé"], "website": "arval.fr"}
    account = create_account(by=by, espace=espace, today=TODAY, **about)
    account.logo = files.write(espace.pk, a_logo(espace.slug))
    account.save(update_fields=["logo"])
    values = {"by": by, "espace": espace, "account": account.pk}
    invited = {"by": by, "espace": espace, "email": "lea@x.fr", "role": STANDARD, "now": NOW}
    contact = create_contact(**values, last_name="Durand")
    lead = create_opportunite(**values, today=TODAY, name="Audit")
    about = {"contact": contact.pk, "opportunite": lead.pk}
    call = {"subject": "Rappeler", "due_on": TODAY, "contact": contact.pk}
    return {
        Account: account,
        Tag: account.tags.get(),
        Membership: member,
        Invitation: invite(**invited),
        Projet: create_projet(**values, name="Refonte"),
        Affaire: create_affaire(**values, name="Mission", starts_on=TODAY),
        Opportunite: lead,
        Contact: contact,
        Note: create_note(**values, **about, now=NOW, text="Rappeler en juin."),
        Relance: plan_relance(**values, **call, today=TODAY),
        SavedView: create_view(by=by, espace=espace, name="Clients", query="type=client", shared=True),
        TrashedRow: trash(by=by, row=create_contact(**values, last_name="Roux"), now=NOW),
    }


def a_logo(content: str) -> Encoded:
    """As a decoder would give it, but for the bytes, which nothing here looks at."""
    return Encoded(Look(64, 64, True, False, ""), {side: f"{content} {side}".encode() for side in SIZES})


# What examples need, made beforehand.


def espace_of(rows: Rows) -> Espace:
    return rows[Membership].espace


def colleague(rows: Rows) -> Membership:
    """Another member of the espace, who owns the account."""
    espace = espace_of(rows)
    person = {"email": f"noe@{espace.slug}.fr", "first_name": "Noé", "last_name": "Durand-Roy"}
    member = add_member(espace=espace, role=STANDARD, **person)
    values = {"owner": member.pk, "description": "Vu par Noé Durand-Roy"}
    edit_account(by=SYSTEM, account=rows[Account], today=TODAY, **values)
    return member


def with_codes(rows: Rows) -> Membership:
    """A member who has recovery codes."""
    Authenticator.objects.create(user=rows[Membership].user, type=Authenticator.Type.RECOVERY_CODES, data={})
    return rows[Membership]


def disabled(rows: Rows) -> Membership:
    return disable_member(by=SYSTEM, member=colleague(rows))


def group(rows: Rows) -> int:
    espace = espace_of(rows)
    return create_account(by=SYSTEM, espace=espace, today=TODAY, name="BNP Paribas", type="groupe").pk


def other_tag(rows: Rows) -> int:
    return create_tag(by=SYSTEM, espace=espace_of(rows), name="Autre").pk


def a_second_view(rows: Rows) -> SavedView:
    return create_view(by=SYSTEM, espace=espace_of(rows), name="Autre", shared=True)


def note_of_nobody(rows: Rows) -> Note:
    values = {"espace": espace_of(rows), "account": rows[Account].pk}
    return create_note(by=SYSTEM, now=NOW, text="D'un autre", **values)


def archived(rows: Rows) -> Account:
    return archive_account(by=SYSTEM, account=rows[Account], today=TODAY)


def logo_by_hand(rows: Rows) -> Account:
    return add_logo(by=SYSTEM, account=rows[Account], content=PICTURE)


def cancelled(rows: Rows) -> Affaire:
    return cancel_affaire(by=SYSTEM, affaire=rows[Affaire], cancelled_on=TODAY)


def closed(rows: Rows) -> Opportunite:
    opportunite = rows[Opportunite]
    close_opportunite(by=SYSTEM, opportunite=opportunite, today=TODAY, closed_on=TODAY, stage="perdue")
    return opportunite


def done(rows: Rows) -> Relance:
    do_relance(by=SYSTEM, relance=rows[Relance], today=TODAY, outcome="Vue")
    return rows[Relance]


def done_with_the_next_one(rows: Rows) -> str:
    following = do_relance(by=SYSTEM, relance=rows[Relance], today=TODAY, following=CALL)
    return reference_to([following])


def forgotten(rows: Rows) -> Account:
    """An account that is Délaissé, with a relance because of it."""
    account = create_account(
        by=SYSTEM,
        espace=espace_of(rows),
        today=TODAY,
        name="LCL",
        type="client",
        created_on=date(2025, 1, 15),
        owner=rows[Membership].pk,
    )
    plan_relance(by=SYSTEM, espace=espace_of(rows), today=TODAY, account=account.pk, **CALL)
    return account


def at_a_forgotten_account(create: Callable, **values) -> Callable:
    return lambda by, rows: create(by=by, espace=espace_of(rows), account=rows[MADE].pk, **values)


def plan_for_oneself(by: Actor, rows: Rows) -> Relance:
    """Who is no member plans for one."""
    assignee = None if by.membership else rows[Membership].pk
    about = {"espace": espace_of(rows), "account": rows[Account].pk, "assignee": assignee}
    return plan_relance(by=by, today=TODAY, **about, **CALL)


def at_an_old_step(rows: Rows) -> Espace:
    edit_opportunite(by=SYSTEM, opportunite=rows[Opportunite], today=TODAY, step="Rêve")
    return espace_of(rows)


def deleted(rows: Rows) -> Espace:
    espace = espace_of(rows)
    return delete_espace(by=SYSTEM, espace=espace, name=espace.name, now=NOW)


# Examples in short.


def edit_of(edit: Callable, row: str, model: type | str, /, **values) -> Callable:
    return lambda by, rows: edit(by=by, **{row: rows[model]}, **values)


def creation(create: Callable, **values) -> Callable:
    return lambda by, rows: create(by=by, espace=espace_of(rows), account=rows[Account].pk, **values)


def inside(service: Callable, **values) -> Callable:
    return lambda by, rows: service(by=by, espace=espace_of(rows), **values)


def trashing(model: type | str) -> Callable:
    return lambda by, rows: trash(by=by, row=rows[model], now=NOW)


FILE = "nom;type;site_web;compte_parent;tags\nNatixis;client;;Arval;Clé, Banque\nArval;client;;;\n".encode()

EXAMPLES: dict[Callable, Example | list[Example]] = {
    create_account: Example(
        inside(create_account, today=TODAY, name="Natixis", type="client", tags=["Clé", "Banque"]),
        AVANCE_AND_ABOVE,
    ),
    edit_account: [
        Example(
            edit_of(edit_account, "account", Account, today=TODAY, name="Natixis", tags=["Banque"]),
            AVANCE_AND_ABOVE,
        ),
        Example(
            edit_of(edit_account, "account", Account, today=TODAY, created_on=date(2024, 1, 1)),
            ADMINISTRATEURS,
            "its created_on",
        ),
    ],
    move_account: Example(
        lambda by, rows: move_account(by=by, account=rows[Account], parent=rows[MADE]),
        AVANCE_AND_ABOVE,
        made=group,
    ),
    archive_account: Example(edit_of(archive_account, "account", Account, today=TODAY), AVANCE_AND_ABOVE),
    unarchive_account: Example(edit_of(unarchive_account, "account", MADE), AVANCE_AND_ABOVE, made=archived),
    ask_again: Example(edit_of(ask_again, "account", Account, now=NOW), AVANCE_AND_ABOVE, writes=False),
    add_logo: Example(edit_of(add_logo, "account", Account, content=PICTURE), AVANCE_AND_ABOVE),
    remove_logo: Example(edit_of(remove_logo, "account", MADE), AVANCE_AND_ABOVE, made=logo_by_hand),
    importing.import_accounts: Example(
        inside(importing.import_accounts, content=FILE, today=TODAY), AVANCE_AND_ABOVE
    ),
    importing.dry_run: Example(
        inside(importing.dry_run, content=FILE, today=TODAY), AVANCE_AND_ABOVE, writes=False
    ),
    fill_demo: Example(
        lambda by, rows: fill_demo(by=SYSTEM, espace=create_espace(name="Démo"), today=TODAY, seed=1)
    ),
    create_projet: Example(creation(create_projet, name="Refonte"), AVANCE_AND_ABOVE),
    edit_projet: Example(edit_of(edit_projet, "projet", Projet, name="Refonte 2"), AVANCE_AND_ABOVE),
    create_affaire: [
        Example(creation(create_affaire, name="Mission", starts_on=TODAY), AVANCE_AND_ABOVE),
        Example(
            at_a_forgotten_account(create_affaire, name="Mission", starts_on=TODAY),
            AVANCE_AND_ABOVE,
            "which closes a relance",
            made=forgotten,
        ),
    ],
    edit_affaire: Example(
        edit_of(edit_affaire, "affaire", Affaire, name="Mission 2", amount="12.50"), AVANCE_AND_ABOVE
    ),
    end_affaire: Example(edit_of(end_affaire, "affaire", Affaire, ends_on=TODAY), AVANCE_AND_ABOVE),
    cancel_affaire: Example(
        edit_of(cancel_affaire, "affaire", Affaire, cancelled_on=TODAY), AVANCE_AND_ABOVE
    ),
    resume_affaire: Example(edit_of(resume_affaire, "affaire", MADE), AVANCE_AND_ABOVE, made=cancelled),
    create_opportunite: [
        Example(creation(create_opportunite, today=TODAY, name="Audit"), AVANCE_AND_ABOVE),
        Example(
            at_a_forgotten_account(create_opportunite, today=TODAY, name="Audit"),
            AVANCE_AND_ABOVE,
            "which closes a relance",
            made=forgotten,
        ),
    ],
    edit_opportunite: Example(
        edit_of(edit_opportunite, "opportunite", Opportunite, today=TODAY, name="Audit 2"), AVANCE_AND_ABOVE
    ),
    move_opportunite: Example(
        edit_of(move_opportunite, "opportunite", Opportunite, today=TODAY, step="Négociation"),
        AVANCE_AND_ABOVE,
    ),
    close_opportunite: [
        Example(
            edit_of(
                close_opportunite, "opportunite", Opportunite, today=TODAY, closed_on=TODAY, stage="perdue"
            ),
            AVANCE_AND_ABOVE,
        ),
        Example(
            edit_of(
                close_opportunite,
                "opportunite",
                Opportunite,
                today=TODAY,
                closed_on=TODAY,
                stage="gagnee",
                affaire={"name": "Audit", "starts_on": TODAY},
            ),
            AVANCE_AND_ABOVE,
            "with its affaire",
        ),
    ],
    reopen_opportunite: Example(
        edit_of(reopen_opportunite, "opportunite", MADE, today=TODAY), AVANCE_AND_ABOVE, made=closed
    ),
    create_note: Example(creation(create_note, now=NOW, text="Un appel"), EVERYONE),
    edit_note: [
        Example(edit_of(edit_note, "note", Note, now=NOW, text="Un rendez-vous"), EVERYONE, "one's own"),
        Example(
            edit_of(edit_note, "note", MADE, now=NOW, text="Un rendez-vous"),
            AVANCE_AND_ABOVE,
            "somebody's",
            made=note_of_nobody,
        ),
    ],
    require_own: Example(
        edit_of(require_own, "note", MADE), AVANCE_AND_ABOVE, writes=False, made=note_of_nobody
    ),
    may_change: Example(edit_of(may_change, "note", Note), writes=False),
    plan_relance: Example(plan_for_oneself, EVERYONE),
    edit_relance: Example(
        edit_of(edit_relance, "relance", Relance, today=TODAY, subject="Écrire"), AVANCE_AND_ABOVE
    ),
    do_relance: [
        Example(edit_of(do_relance, "relance", Relance, today=TODAY, outcome="Vue"), AVANCE_AND_ABOVE),
        Example(
            edit_of(do_relance, "relance", Relance, today=TODAY, following=CALL),
            AVANCE_AND_ABOVE,
            "with the next one",
        ),
    ],
    postpone_relance: Example(
        edit_of(postpone_relance, "relance", Relance, today=TODAY, due_on=date(2025, 6, 10)), AVANCE_AND_ABOVE
    ),
    cancel_relance: Example(edit_of(cancel_relance, "relance", Relance, today=TODAY), AVANCE_AND_ABOVE),
    reopen_relance: Example(edit_of(reopen_relance, "relance", MADE), AVANCE_AND_ABOVE, made=done),
    plan_relances: Example(
        lambda by, rows: plan_relances(
            by=by,
            espace=espace_of(rows),
            today=TODAY,
            accounts=[rows[MADE], rows[Account].pk],
            assignee=rows[Membership].pk,
            **CALL,
        ),
        AVANCE_AND_ABOVE,
        made=group,
    ),
    take_back: Example(
        lambda by, rows: take_back(by=by, espace=espace_of(rows), planned=rows[MADE], now=NOW),
        AVANCE_AND_ABOVE,
        made=lambda rows: reference_to([rows[Relance]]),
    ),
    undo_relance: Example(
        lambda by, rows: undo_relance(by=by, relance=rows[Relance], planned=rows[MADE], now=NOW),
        AVANCE_AND_ABOVE,
        made=done_with_the_next_one,
    ),
    open_agenda: Example(lambda by, rows: open_agenda(by=by, member=rows[Membership])),
    close_agenda: Example(
        lambda by, rows: close_agenda(by=by, member=rows[Membership]),
        made=lambda rows: open_agenda(by=SYSTEM, member=rows[Membership]),
    ),
    choose_rhythm: Example(
        lambda by, rows: choose_rhythm(by=by, member=rows[Membership], rhythm="quotidien", now=NOW)
    ),
    check_own: Example(edit_of(check_own, "relance", Relance), AVANCE_AND_ABOVE, writes=False),
    may_touch: Example(edit_of(may_touch, "relance", Relance), writes=False),
    create_contact: Example(creation(create_contact, last_name="Martin"), EVERYONE),
    edit_contact: Example(
        edit_of(edit_contact, "contact", Contact, today=TODAY, last_name="Martin"), AVANCE_AND_ABOVE
    ),
    create_tag: Example(inside(create_tag, name="Banque"), ADMINISTRATEURS),
    edit_tag: Example(edit_of(edit_tag, "tag", Tag, name="Clés", tone="red"), ADMINISTRATEURS),
    merge_tags: Example(
        lambda by, rows: merge_tags(by=by, tag=rows[Tag], into=rows[MADE]), ADMINISTRATEURS, made=other_tag
    ),
    delete_tag: Example(edit_of(delete_tag, "tag", Tag), ADMINISTRATEURS),
    create_view: Example(inside(create_view, name="Prospects", shared=True), AVANCE_AND_ABOVE),
    edit_view: Example(edit_of(edit_view, "view", SavedView, query="statut=actif"), AVANCE_AND_ABOVE),
    move_view: Example(
        edit_of(move_view, "view", SavedView, down=True), AVANCE_AND_ABOVE, made=a_second_view
    ),
    delete_view: Example(edit_of(delete_view, "view", SavedView), AVANCE_AND_ABOVE),
    require_change: Example(edit_of(require_change, "view", SavedView), AVANCE_AND_ABOVE, writes=False),
    move_step: Example(
        edit_of(move_step, "espace", MADE, step="Rêve", to="Qualification"),
        ADMINISTRATEURS,
        made=at_an_old_step,
    ),
    trash: [
        Example(trashing(Account), ADMINISTRATEURS, "an account"),
        Example(trashing(Projet), AVANCE_AND_ABOVE, "a projet"),
        Example(trashing(Affaire), AVANCE_AND_ABOVE, "an affaire"),
        Example(trashing(Opportunite), AVANCE_AND_ABOVE, "an opportunité"),
        Example(trashing(Contact), AVANCE_AND_ABOVE, "a contact"),
        Example(trashing(Note), EVERYONE, "one's own note"),
        Example(trashing(MADE), AVANCE_AND_ABOVE, "somebody's note", made=note_of_nobody),
        Example(trashing(Relance), AVANCE_AND_ABOVE, "somebody else's relance"),
    ],
    check_may_delete: [
        Example(edit_of(check_may_delete, "row", Account), ADMINISTRATEURS, "an account", writes=False),
        Example(edit_of(check_may_delete, "row", Relance), AVANCE_AND_ABOVE, "a relance", writes=False),
    ],
    restore: Example(edit_of(restore, "trashed", TrashedRow), AVANCE_AND_ABOVE),
    export_contact: Example(edit_of(export_contact, "contact", Contact), ADMINISTRATEURS, writes=False),
    export_member: Example(edit_of(export_member, "member", Membership), ADMINISTRATEURS, writes=False),
    erase_contact: Example(edit_of(erase_contact, "contact", Contact), ADMINISTRATEURS),
    erase_member: [
        Example(edit_of(erase_member, "member", MADE, now=NOW), ADMINISTRATEURS, "at work", made=colleague),
        Example(edit_of(erase_member, "member", MADE, now=NOW), ADMINISTRATEURS, "gone", made=disabled),
    ],
    hand_over: Example(
        lambda by, rows: hand_over(by=by, giver=rows[MADE], taker=rows[Membership].pk),
        ADMINISTRATEURS,
        made=colleague,
    ),
    disable_and_hand_over: Example(
        lambda by, rows: disable_and_hand_over(by=by, member=rows[MADE], taker=rows[Membership].pk),
        ADMINISTRATEURS,
        made=colleague,
    ),
    create_espace: Example(lambda by, rows: create_espace(by=by, name="Cap Ouest")),
    open_espace: Example(lambda by, rows: open_espace(by=Actor.of(rows[Membership]), name="Cap Ouest")),
    edit_espace: Example(
        inside(edit_espace, name="Atlas 2", timezone="Indian/Reunion", steps=["Offre"]), ADMINISTRATEURS
    ),
    delete_espace: Example(
        lambda by, rows: delete_espace(by=by, espace=espace_of(rows), name=espace_of(rows).name, now=NOW),
        ADMINISTRATEURS,
    ),
    restore_espace: Example(edit_of(restore_espace, "espace", MADE, now=NOW), ADMINISTRATEURS, made=deleted),
    add_member: Example(lambda by, rows: colleague(rows)),
    change_role: Example(edit_of(change_role, "member", MADE, role=AVANCE), ADMINISTRATEURS, made=colleague),
    disable_member: Example(edit_of(disable_member, "member", MADE), ADMINISTRATEURS, made=colleague),
    enable_member: Example(edit_of(enable_member, "member", MADE), ADMINISTRATEURS, made=disabled),
    invite: Example(inside(invite, email="noe@x.fr", role=STANDARD, now=NOW), ADMINISTRATEURS),
    resend: Example(edit_of(resend, "invitation", Invitation, now=NOW), ADMINISTRATEURS, writes=False),
    revoke: Example(edit_of(revoke, "invitation", Invitation, now=NOW), ADMINISTRATEURS),
    accept: Example(
        lambda by, rows: accept(
            token=link_token(rows[Invitation]), now=NOW, first_name="Léa", last_name="Roy", password="x"
        )
    ),
    edit_person: Example(
        lambda by, rows: edit_person(
            by=SYSTEM, user=rows[Membership].user, first_name="Amina", last_name="Haddad-Roy"
        )
    ),
    remove_two_factor: Example(
        lambda by, rows: remove_two_factor(by=SYSTEM, user=rows[MADE].user), made=with_codes, writes=False
    ),
    note_refusal: Example(inside(note_refusal, words="GET /e/atlas/comptes/nouveau/ : non"), writes=False),
}


def examples() -> dict[str, Example]:
    """All the examples, each by a name fit for a test."""
    found = {}
    for service, several in EXAMPLES.items():
        for example in several if isinstance(several, list) else [several]:
            found[", ".join(filter(None, [service.__name__, example.label]))] = example
    return found
