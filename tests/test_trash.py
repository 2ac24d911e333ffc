"""The Corbeille: deleted rows leave every list, count and status, and come back as they were."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from accounts.choices import Status
from accounts.models import (
    Account,
    AccountTag,
    Affaire,
    Contact,
    Opportunite,
    Projet,
    StatusPeriod,
    Tag,
    TrashedRow,
)
from accounts.services.account import create_account, edit_account, move_account
from accounts.services.affaire import edit_affaire
from accounts.services.contact import create_contact, edit_contact
from accounts.services.opportunite import edit_opportunite
from accounts.services.portrait import portrait
from accounts.services.similar import similar_accounts
from accounts.services.trash import KEPT_DAYS, companions, counted, purge_due, restore, trash
from accounts.services.tree import broken_trees
from crm.actor import Actor
from crm.journal import faults
from crm.models import JournalChain, JournalEntry, Membership
from crm.roles import who_can
from crm.writing import Stale
from tests.business import affaire, opportunite, projet, status_of
from tests.conftest import TODAY

NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)
TRADE = [Account, Projet, Opportunite, Affaire, Contact]
CACHES = {"tree_id", "lft", "rght", "level", "version"}  # a root that comes back gets a tree of its own


def contact(by, of: Account, last_name="Durand", **values) -> Contact:
    return create_contact(by=Actor.of(by), espace=by.espace, account=of.pk, last_name=last_name, **values)


def values() -> list[dict]:
    """All that is stored of the trade's rows, but their caches and versions; and the timelines."""
    rows = json.loads(serializers.serialize("json", [row for m in TRADE for row in m.objects.order_by("pk")]))
    for row in rows:
        row["fields"] = {name: value for name, value in row["fields"].items() if name not in CACHES}
    periods = StatusPeriod.objects.order_by("account", "starts_on")
    return [*rows, *periods.values("account", "espace", "status", "starts_on", "ends_before")]


def refusal_of(write) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        write()
    return refusal.value.messages


@pytest.fixture
def put(amina):
    """Put a row in the Corbeille as amina, Administrateur."""
    return lambda row, now=NOW: trash(by=Actor.of(amina), row=row, now=now)


@pytest.fixture
def back(amina):
    """Take a row out of the Corbeille as amina; returns what is said about it."""
    return lambda trashed: restore(by=Actor.of(amina), trashed=trashed).sentences


@pytest.fixture
def arval(account, amina, victor):
    """Arval, below BNP Paribas, with business of each kind and every column filled."""
    bnp = account("BNP Paribas", type="groupe")
    arval = account(
        "Arval « Été » 🚗",
        parent=bnp,
        tags=["Mobilité", "Clé"],
        website="arval.com",
        owner=victor.pk,
        created_on=date(2020, 2, 29),
        description="Deux\nlignes, « guillemets » et \\ barre",
        siren="662042449",
        city="Rueil-Malmaison",
        do_not_follow_up=True,
        do_not_follow_up_until=date(2026, 1, 1),
    )
    won = opportunite(
        victor, arval, "Audit", stage="gagnee", closed_on=TODAY, amount=Decimal("0.10"), probability=90
    )
    portail = projet(victor, arval, code="P-01")
    affaire(
        victor,
        arval,
        "Mission",
        starts_on=date(2024, 1, 1),
        ends_on=date(2025, 2, 28),
        amount=Decimal("9999999999.99"),
        projet=portail.pk,
        opportunite=won.pk,
        owner=amina.pk,
    )
    affaire(victor, arval, "Annulée", cancelled_on=date(2025, 4, 1))
    contact(victor, arval, first_name="Zoé", email="zoe@arval.com", is_main=True)
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, phone="01 02 03 04 05")
    return Account.objects.get(pk=arval.pk)


# An account and what goes with it.


def test_account_goes_with_its_business_and_comes_back_as_it_was(put, back, arval, amina):
    before, status = values(), status_of(arval)
    trashed = put(arval)
    assert [row.name for row in Account.objects.all()] == ["BNP Paribas"]
    assert [model.objects.count() for model in (*TRADE[1:], AccountTag)] == [0, 0, 0, 0, 0]
    assert (trashed.name, trashed.trashed_by, trashed.trashed_at) == ("Arval « Été » 🚗", amina, NOW)
    assert broken_trees() == ([], 1)

    assert back(trashed) == []
    assert values() == before
    assert (status_of(arval), status) == (Status.ACTIF, Status.ACTIF)
    assert not TrashedRow.objects.exists()
    assert broken_trees() == ([], 1)


def test_what_went_along_is_counted_in_words(put, arval):
    assert sorted(counted(companions(put(arval))).split(", ")) == [
        "1 contact",
        "1 opportunité",
        "1 projet",
        "2 affaires",
    ]


def test_versions_rise_so_that_a_form_opened_before_meets_the_return(put, back, arval, victor):
    opened = arval.version
    back(put(arval))
    arval.refresh_from_db()
    assert arval.version == opened + 1
    values = {"by": Actor.of(victor), "account": arval, "today": TODAY, "version": opened}
    with pytest.raises(Stale):
        edit_account(**values, name="Arval SA")
    assert edit_account(**values, name=arval.name, tags=["Clé", "Mobilité"]).version == opened + 1


def test_journal_tells_all_that_each_row_held_when_it_went_and_came_back(put, back, arval):
    seq = JournalChain.objects.get(espace=arval.espace).length
    back(put(arval))
    lines = JournalEntry.objects.filter(chain__espace=arval.espace, seq__gt=seq).order_by("seq")
    told = [(line.action, line.model) for line in lines]
    went = [model for action, model in told if action == "trashed"]
    came = [model for action, model in told if action == "restored"]
    assert (len(told), went[-1], came[0]) == (12, "account", "account")
    assert (
        sorted(went) == sorted(came) == ["account", "affaire", "affaire", "contact", "opportunite", "projet"]
    )
    gone, returned = (
        lines.get(action="trashed", model="account"),
        lines.get(action="restored", model="account"),
    )
    assert gone.payload["changes"]["name"] == ["Arval « Été » 🚗", None]
    assert gone.payload["changes"]["tags"] == [["Clé", "Mobilité"], None]
    assert returned.payload["changes"] == {
        name: [None, pair[0]] for name, pair in gone.payload["changes"].items()
    }
    assert (gone.version, returned.version) == (arval.version, arval.version + 1)
    assert list(faults(JournalChain.objects.get(espace=arval.espace))) == []


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        (["Arval"], "« BNP » a un sous-compte (Arval) : déplacez-le d'abord."),
        (["Cetelem", "Arval"], "« BNP » a 2 sous-comptes (Arval, Cetelem) : déplacez-les d'abord."),
        ("EDBAC", "« BNP » a 5 sous-comptes (A, B, C et 2 de plus) : déplacez-les d'abord."),
    ],
)
def test_account_with_sub_accounts_is_refused_until_they_are_moved(put, account, amina, names, refusal):
    bnp = account("BNP", type="groupe")
    below = [account(name, parent=bnp) for name in names]
    assert refusal_of(lambda: put(bnp)) == [refusal]
    for child in below:
        move_account(by=Actor.of(amina), account=child, parent=None)
    put(bnp)
    assert sorted(Account.objects.values_list("name", flat=True)) == sorted(names)


def test_account_whose_parent_is_gone_comes_back_at_the_top(put, back, arval):
    bnp = arval.parent
    trashed, group = put(arval), put(bnp)
    assert back(trashed) == [
        "« Arval « Été » 🚗 » revient sans son compte parent « BNP Paribas », qui est dans la Corbeille."
    ]
    assert Account.objects.get().parent is None
    back(group)
    assert broken_trees() == ([], 2)


def test_account_of_a_parent_deleted_for_good_comes_back_at_the_top(put, back, arval):
    trashed = put(arval, NOW)
    put(arval.parent, NOW - timedelta(days=KEPT_DAYS))
    purge_due(now=NOW)
    assert back(trashed) == ["« Arval « Été » 🚗 » revient sans son compte parent, qui n'existe plus."]


def test_account_comes_back_under_its_parent_wherever_that_one_is_now(put, back, arval, account, amina):
    trashed = put(arval)
    holding = account("Holding", type="groupe")
    move_account(by=Actor.of(amina), account=Account.objects.get(pk=arval.parent_id), parent=holding.pk)
    assert back(trashed) == []
    assert [up.name for up in Account.objects.get(pk=arval.pk).get_ancestors()] == ["Holding", "BNP Paribas"]
    assert broken_trees() == ([], 1)


def test_status_is_that_of_the_day_on_which_the_account_comes_back(put, back, account, atlas):
    """Three months later, an account created on the day is Délaissé, in the Corbeille or not."""
    trashed = put(account("LCL"))
    atlas.status_day = date(2025, 8, 31)
    atlas.save()
    back(trashed)
    assert Account.objects.get().today_status == Status.DELAISSE


# Tags.


def test_tag_renamed_meanwhile_keeps_its_new_name(put, back, arval):
    trashed = put(arval)
    Tag.objects.filter(name="Clé").update(name="Stratégique", name_fold="strategique")
    back(trashed)
    assert sorted(map(str, Account.objects.get(pk=arval.pk).tags.all())) == ["Mobilité", "Stratégique"]
    assert Tag.objects.count() == 2


def test_tag_deleted_meanwhile_is_made_again(put, back, arval):
    trashed = put(arval)
    Tag.objects.filter(name="Clé").delete()
    back(trashed)
    assert sorted(map(str, Account.objects.get(pk=arval.pk).tags.all())) == ["Clé", "Mobilité"]


# Business alone.


def test_affaire_makes_no_status_while_it_is_in_the_corbeille(put, back, account, victor):
    lcl = account("LCL", created_on=date(2020, 1, 1))
    mission = affaire(victor, lcl, ends_on=date(2025, 5, 20))
    assert status_of(lcl) == Status.ACTIF
    trashed = put(mission)
    assert status_of(lcl) == Status.INACTIF
    back(trashed)
    assert status_of(lcl) == Status.ACTIF


def test_opportunite_makes_no_status_while_it_is_in_the_corbeille(put, back, account, victor):
    lcl = account("LCL", created_on=date(2020, 1, 1))
    trashed = put(opportunite(victor, lcl, opened_on=date(2025, 1, 1)))
    assert status_of(lcl) == Status.INACTIF
    back(trashed)
    assert status_of(lcl) == Status.PROSPECT


def mission_of(arval) -> Affaire:
    return Affaire.objects.get(name="Mission")


@pytest.mark.parametrize(("column", "model"), [("projet", Projet), ("opportunite", Opportunite)])
def test_affaire_loses_what_is_deleted_and_gets_it_back(put, back, arval, column, model):
    deleted = model.objects.get()
    trashed = put(deleted)
    mission = mission_of(arval)
    assert (getattr(mission, column), mission.version) == (None, 2)
    line = JournalEntry.objects.filter(model="affaire", row_id=mission.pk).latest("seq")
    assert (line.action, line.payload["changes"]) == ("changed", {column: [deleted.pk, None]})
    assert back(trashed) == []
    mission = mission_of(arval)
    assert (getattr(mission, column), mission.version) == (deleted, 3)


def test_affaire_that_found_another_projet_meanwhile_keeps_it(put, back, arval, victor):
    trashed = put(Projet.objects.get())
    other = projet(victor, arval, "Autre")
    edit_affaire(by=Actor.of(victor), affaire=mission_of(arval), projet=other.pk)
    back(trashed)
    assert mission_of(arval).projet == other


def test_affaire_that_left_for_another_account_does_not_get_its_projet_back(
    put, back, arval, account, victor
):
    portail, audit = put(Projet.objects.get()), put(Opportunite.objects.get())
    edit_affaire(by=Actor.of(victor), affaire=mission_of(arval), account=account("LCL").pk)
    back(portail)
    back(audit)
    mission = mission_of(arval)
    assert (mission.projet, mission.opportunite) == (None, None)


def test_affaire_that_comes_back_before_its_projet_gets_it_back_with_it(put, back, arval):
    mission, portail = put(mission_of(arval)), put(Projet.objects.get())
    assert back(mission) == ["« Mission » revient sans son projet « Portail », qui est dans la Corbeille."]
    assert mission_of(arval).projet is None
    back(portail)
    assert mission_of(arval).projet.name == "Portail"


def test_affaire_whose_projet_is_deleted_for_good_comes_back_without_it(put, back, arval):
    mission = put(mission_of(arval))
    put(Projet.objects.get(), NOW - timedelta(days=KEPT_DAYS))
    purge_due(now=NOW)
    assert back(mission) == ["« Mission » revient sans son projet, qui n'existe plus."]


def test_affaire_whose_account_left_the_group_comes_back_without_the_projet_of_the_group(
    put, back, arval, amina, victor
):
    group_projet = projet(victor, arval.parent, "Groupe")
    edit_affaire(by=Actor.of(victor), affaire=mission_of(arval), projet=group_projet.pk)
    mission = put(mission_of(arval))
    move_account(by=Actor.of(amina), account=arval, parent=None)
    assert back(mission) == ["« Mission » revient sans son projet, que son compte n'a plus."]


def test_many_affaires_that_lost_the_same_projet_are_told_in_one_sentence(put, back, arval, victor):
    group_projet = projet(victor, arval.parent, "Groupe")
    for row in Affaire.objects.all():
        edit_affaire(by=Actor.of(victor), affaire=row, projet=group_projet.pk)
    trashed = put(arval)
    put(group_projet)
    assert back(trashed) == ["2 affaires reviennent sans leur projet « Groupe », qui est dans la Corbeille."]


@pytest.mark.parametrize("model", [Projet, Affaire, Opportunite, Contact])
def test_row_whose_account_is_in_the_corbeille_waits_for_it(put, back, arval, model):
    row = model.objects.earliest("pk")
    trashed, of_account = put(row), put(arval)
    assert refusal_of(lambda: back(trashed)) == [
        f"Restaurez d'abord le compte « Arval « Été » 🚗 » : « {row} » y était."
    ]
    back(of_account)
    assert not model.objects.filter(pk=row.pk).exists()
    back(trashed)
    assert model.objects.get(pk=row.pk).account == arval


@pytest.mark.parametrize("model", [Projet, Affaire, Opportunite, Contact])
def test_row_whose_account_is_deleted_for_good_cannot_come_back(put, back, arval, model):
    row = model.objects.earliest("pk")
    trashed = put(row)
    put(arval, NOW - timedelta(days=KEPT_DAYS))
    purge_due(now=NOW)
    assert refusal_of(lambda: back(trashed)) == [f"« {row} » ne peut pas revenir : son compte n'existe plus."]
    assert TrashedRow.objects.get() == trashed


def test_main_contact_comes_back_as_an_ordinary_one_when_there_is_another(put, back, arval, victor):
    zoe = Contact.objects.get()
    trashed = put(zoe)
    other = contact(victor, arval, "Roux", is_main=True)
    assert back(trashed) == ["« Zoé Durand » n'est plus le contact principal : le compte en a un autre."]
    assert list(Contact.objects.order_by("pk").values_list("pk", "is_main")) == [
        (zoe.pk, False),
        (other.pk, True),
    ]
    edit_contact(by=Actor.of(victor), contact=other, today=TODAY, is_main=False)
    assert not Contact.objects.filter(is_main=True).exists()


# What was kept, and the columns of today.


def test_column_added_since_has_its_default_and_one_dropped_since_is_lost(put, back, arval):
    trashed = put(mission_of(arval))
    values = trashed.rows[0]["values"]
    del values["cancelled_on"], values["owner_id"]
    values["colour"] = "bleu"
    trashed.save()
    back(trashed)
    mission = mission_of(arval)
    assert (mission.cancelled_on, mission.owner, mission.amount) == (None, None, Decimal("9999999999.99"))


def test_values_that_the_database_admits_no_more_are_refused_and_kept(put, back, arval):
    trashed = put(mission_of(arval))
    trashed.rows[0]["values"]["ends_on"] = "2020-01-01"
    trashed.save()
    assert refusal_of(lambda: back(trashed)) == [
        "« Mission » ne peut pas revenir : ses valeurs ne sont plus admises."
    ]
    assert TrashedRow.objects.get() == trashed


def test_row_is_put_there_once_and_comes_back_once(put, back, arval):
    mission = mission_of(arval)
    trashed = put(mission)
    assert refusal_of(lambda: put(mission)) == ["« Mission » a été supprimé entre-temps."]
    back(trashed)
    assert refusal_of(lambda: back(trashed)) == ["« Mission » n'est plus dans la Corbeille."]


# Who may.


@pytest.mark.parametrize(
    ("model", "victor_may"),
    [(Account, False), (Projet, True), (Affaire, True), (Opportunite, True), (Contact, True)],
)
def test_row_is_deleted_and_restored_by_those_who_may(arval, amina, victor, sara, otto, model, victor_may):
    row = model.objects.latest("pk")
    action = f"{model._meta.model_name}.delete"
    for member in (amina, victor, sara, otto):
        by = Actor.of(member)
        if member == amina or (member == victor and victor_may):
            trashed = trash(by=by, row=model.objects.get(pk=row.pk), now=NOW)
            restore(by=by, trashed=trashed)
            continue
        with pytest.raises(PermissionDenied, match=who_can(action)):
            trash(by=by, row=row, now=NOW)
        trashed = trash(by=Actor.of(amina), row=row, now=NOW)
        with pytest.raises(PermissionDenied, match=who_can(action)):
            restore(by=by, trashed=trashed)
        restore(by=Actor.of(amina), trashed=trashed)
    assert model.objects.filter(pk=row.pk).exists()


# Nowhere while it is there.


def test_trashed_account_is_in_no_list_search_choice_count_or_status(
    put, sign_in, amina, victor, account, arval, atlas
):
    everywhere = [
        "/e/atlas/comptes/",
        "/e/atlas/comptes/?q=arval",
        f"/e/atlas/comptes/?groupe={arval.parent_id}",
        "/e/atlas/comptes/?tag=mobilite",
        "/e/atlas/comptes/?statut=actif",
        f"/e/atlas/comptes/{arval.parent_id}/",
        "/e/atlas/comptes/choix/?q=arval",
        "/e/atlas/projets/",
        "/e/atlas/projets/choix/?q=portail",
        "/e/atlas/affaires/?etat=toutes",
        "/e/atlas/opportunites/?etat=toutes",
        "/e/atlas/opportunites/choix/?q=audit",
        "/admin/accounts/account/",
        "/admin/accounts/account/?q=arval",
        "/admin/accounts/affaire/",
        "/admin/accounts/contact/",
        "/admin/accounts/contact/?q=durand",
    ]
    names = ("Arval", "Mission", "Portail", "Audit", "Durand")
    client = sign_in(amina)

    def seen() -> set[str]:
        """The addresses whose answer names something of Arval's."""
        found = set()
        for path in everywhere:
            answer = client.get(path)
            assert answer.status_code == 200
            body = (
                json.dumps(answer.json(), ensure_ascii=False) if "choix" in path else answer.content.decode()
            )
            asked = path.partition("?")[2].casefold()
            if any(f">{name}" in body or f'"{name}' in body for name in names if name.casefold() != asked):
                found.add(path)
        return found

    assert seen() == set(everywhere)
    counts = {"actif": 1, "prospect": 1, "delaisse": 0, "inactif": 0}
    assert atlas.accounts.status_counts(TODAY) == counts
    assert client.get("/e/atlas/tags/choix/?q=mob").json()["results"] != []
    assert similar_accounts(espace=atlas, name="", website="arval.com") == [arval]
    put(arval)
    assert seen() == set()
    assert similar_accounts(espace=atlas, name="Arval", website="arval.com") == []
    assert atlas.accounts.status_counts(TODAY) == counts | {"actif": 0}
    assert atlas.accounts.with_status(date(2026, 1, 1)).filter(pk=arval.pk).first() is None
    assert portrait(Account.objects.get(pk=arval.parent_id), TODAY).tree == []
    assert {tag.name: tag.links.count() for tag in Tag.objects.all()} == {"Mobilité": 0, "Clé": 0}


# The end of the thirty days.


def test_row_is_deleted_for_good_after_thirty_days(put, arval, atlas):
    trashed = put(arval)
    assert purge_due(now=NOW + timedelta(days=KEPT_DAYS, seconds=-1)) == 0
    assert TrashedRow.objects.get() == trashed
    assert purge_due(now=NOW + timedelta(days=KEPT_DAYS)) == 1
    assert not TrashedRow.objects.exists()
    line = JournalEntry.objects.latest("pk")
    assert (line.action, line.door, line.user) == ("purged", "worker", None)
    assert (line.model, line.row_id, line.version) == ("account", arval.pk, arval.version)
    assert line.payload["label"] == "Arval « Été » 🚗"
    assert line.payload["words"].startswith("et 1 ")
    assert purge_due(now=NOW + timedelta(days=KEPT_DAYS)) == 0


@pytest.mark.django_db(transaction=True)
def test_worker_purges_what_is_due(put, account):
    put(account("Arval"), NOW - timedelta(days=KEPT_DAYS))
    kept = put(account("LCL"), NOW - timedelta(days=KEPT_DAYS - 1))
    call_command("work", once=True)
    assert TrashedRow.objects.get() == kept


def test_purge_goes_through_every_espace_batch_after_batch(monkeypatch, put, account, amina, otto, boreal):
    monkeypatch.setattr("accounts.services.trash.BATCH", 2)
    for name in "ABCDE":
        put(account(name))
    by = Actor.of(otto)
    theirs = create_account(by=by, espace=boreal, today=TODAY, name="Secret", type="client")
    trash(by=by, row=theirs, now=NOW)
    assert purge_due(now=NOW + timedelta(days=31)) == 6
    for espace, count in ((amina.espace, 5), (boreal, 1)):
        assert JournalEntry.objects.filter(chain__espace=espace, action="purged").count() == count
    assert all(list(faults(chain)) == [] for chain in JournalChain.objects.all())


def test_member_who_deleted_it_may_have_left_since(put, back, arval, amina, atlas):
    trashed = put(arval)
    Membership.objects.filter(user__email="victor@atlas.fr").update(is_active=False)
    back(trashed)
    assert Account.objects.get(pk=arval.pk).owner.user.email == "victor@atlas.fr"


def test_opportunite_is_edited_after_it_came_back(put, back, arval, victor):
    """Its id is not given to another meanwhile, and the next new row has one of its own."""
    audit = Opportunite.objects.get()
    back(put(audit))
    edit_opportunite(by=Actor.of(victor), opportunite=audit, today=TODAY, name="Audit 2")
    assert opportunite(victor, arval, "Suite").pk != audit.pk
