"""« Historique » on the page of a row, and all of it on its own page."""

from datetime import date

import pytest
import time_machine
from django.db import models
from django.urls import reverse

from accounts.models import Account
from accounts.services.account import create_account, edit_account
from accounts.services.affaire import create_affaire, edit_affaire
from accounts.services.contact import create_contact, edit_contact
from accounts.services.history import ACTIONS, DOORS, VERBS, entries_of, in_words, latest
from accounts.services.history.names import kinds
from accounts.services.opportunite import close_opportunite, create_opportunite
from accounts.services.projet import create_projet
from accounts.services.trash import trash
from crm.actor import Actor, Door
from crm.journal import Action, Line, record
from crm.models import Espace, JournalEntry, Membership, User
from crm.services.espace import edit_espace
from tests.test_journal import NOON

TODAY = date(2025, 5, 31)


def rows_of(account: Account, by: Actor) -> dict[str, models.Model]:
    values = {"by": by, "espace": account.espace, "account": account.pk}
    return {
        "compte": account,
        "affaire": create_affaire(**values, name="Audit", starts_on=TODAY),
        "opportunite": create_opportunite(**values, today=TODAY, name="Refonte"),
        "projet": create_projet(**values, name="Programme"),
    }


def changes(line) -> dict[str, tuple]:
    return {change.label: (change.before, change.after) for change in line.changes}


def sentence(line) -> str:
    return " ".join(part for part in (line.who, line.verb, line.kind, line.name) if part)


# Words.


def test_line_in_words(atlas, victor, amina, account):
    affaire = create_affaire(
        by=Actor.of(victor),
        espace=atlas,
        account=account("Arval").pk,
        name="Audit",
        starts_on=TODAY,
        amount=12000,
    )
    edit_affaire(by=Actor.of(amina), affaire=affaire, amount="15000.50", ends_on=date(2025, 12, 1))
    edited, created = latest(atlas, affaire, 5)
    assert sentence(created) == "Victor Lemoine a créé l'affaire Audit"
    assert sentence(edited) == "Amina Haddad a modifié l'affaire Audit"
    assert changes(edited) == {
        "Fin": ("vide", "1er décembre 2025"),
        "Montant": ("12\u202f000\u202f€ HT", "15\u202f000,50\u202f€ HT"),
    }
    assert (edited.door, edited.at.hour) == ("Page", 12)  # ten o'clock in UTC, in Paris


def test_values_in_words(atlas, victor, sara, amina, account):
    groupe = account("BNP Paribas", type="groupe")
    arval = account("Arval", tags=["Banque", "Clé"])
    edit_account(
        by=Actor.of(amina),
        account=arval,
        today=TODAY,
        type="partenaire",
        parent=groupe.pk,
        owner=sara.pk,
        do_not_follow_up=True,
        tags=["Clé", "Mobilité", "Vert"],
        created_on=date(2024, 1, 1),
    )
    (line,) = latest(atlas, arval, 1)
    assert changes(line) == {
        "Type": ("Client", "Partenaire"),
        "Compte parent": ("vide", "BNP Paribas"),
        "Responsable": ("vide", "Sara Nguyen"),
        "Ne pas relancer": ("non", "oui"),
        "Entré au portefeuille le": ("31 mai 2025", "1er janvier 2024"),
        "Tags": ("vide", "vide"),
    }
    (tags,) = (change for change in line.changes if change.label == "Tags")
    assert (tags.gained, tags.lost) == (["Mobilité", "Vert"], ["Banque"])


def test_closed_opportunite_in_words(atlas, victor, account):
    opportunite = create_opportunite(
        by=Actor.of(victor), espace=atlas, today=TODAY, account=account("Arval").pk, name="Refonte"
    )
    close_opportunite(
        by=Actor.of(victor),
        opportunite=opportunite,
        today=TODAY,
        stage="perdue",
        closed_on=TODAY,
        lost_reason="Prix",
    )
    assert changes(latest(atlas, opportunite, 1)[0]) == {
        "Issue": ("En cours", "Perdue"),
        "Close le": ("vide", "31 mai 2025"),
        "Raison": ("vide", "Prix"),
    }


def test_settings_of_the_espace_in_words(atlas, amina):
    edit_espace(by=Actor.of(amina), espace=atlas, relance_delay_days=10, steps=["Négociation", "Offre"])
    (line,) = latest(atlas, atlas, 1)
    assert sentence(line) == "Amina Haddad a modifié l'espace Atlas"
    delay, steps = sorted(line.changes, key=lambda change: change.label)
    assert (delay.label, delay.before, delay.after) == (
        "Délai de relance par défaut",
        "7\u202fjours",
        "10\u202fjours",
    )
    assert (steps.gained, steps.lost) == (["Offre"], ["Qualification", "Proposition"])


def test_steps_put_in_another_order_are_told_whole(atlas, amina):
    edit_espace(by=Actor.of(amina), espace=atlas, steps=["Négociation", "Qualification", "Proposition"])
    assert changes(latest(atlas, atlas, 1)[0]) == {
        "Étapes des opportunités": (
            "Qualification, Proposition, Négociation",
            "Négociation, Qualification, Proposition",
        )
    }


def test_what_vigie_does_by_itself_is_hers(atlas):
    record(by=Actor(Door.IMPORT), espace=atlas, lines=[Line(Action.CHANGED, atlas, {"name": ["A", "B"]})])
    line = latest(atlas, atlas, 1)[0]
    assert (sentence(line), line.door) == ("Vigie a modifié l'espace Atlas", "Import")


def test_row_that_is_gone_is_called_by_its_last_name(atlas, victor, amina, account, today):
    groupe = account("BNP", type="groupe")
    edit_account(by=Actor.of(victor), account=groupe, today=today, name="BNP Paribas")
    arval = account("Arval", parent=groupe)
    edit_account(by=Actor.of(victor), account=arval, today=today, parent=None)
    trash(by=Actor.of(amina), row=groupe, now=NOON)
    assert changes(latest(atlas, arval, 1)[0]) == {"Compte parent": ("BNP Paribas", "vide")}


def test_row_of_which_nothing_is_known_has_a_number(atlas, account):
    arval = account("Arval")
    gone = Line(Action.CHANGED, arval, {"parent": [4242, None], "owner": [None, 4242]})
    record(by=Actor(Door.COMMAND), espace=atlas, lines=[gone])
    assert changes(latest(atlas, arval, 1)[0]) == {
        "Compte parent": ("n° 4242", "vide"),
        "Responsable": ("vide", "n° 4242"),
    }


def test_row_of_another_espace_is_never_named(atlas, boreal, otto, account):
    theirs = create_account(by=Actor.of(otto), espace=boreal, today=TODAY, name="Secret", type="client")
    arval = account("Arval")
    line = Line(Action.CHANGED, arval, {"parent": [theirs.pk, None], "owner": [otto.pk, None]})
    record(by=Actor(Door.COMMAND), espace=atlas, lines=[line])
    assert changes(latest(atlas, arval, 1)[0]) == {
        "Compte parent": (f"n° {theirs.pk}", "vide"),
        "Responsable": (f"n° {otto.pk}", "vide"),
    }


def test_person_erased_has_no_name(atlas, victor, sara, account):
    arval = account("Arval", owner=sara.pk)
    Membership.objects.update(erased_at=NOON)
    (line,) = latest(atlas, arval, 1)
    assert sentence(line) == "Personne effacée a créé le compte Arval"
    assert changes(line)["Responsable"] == ("vide", "Personne effacée")


def test_superuser_without_membership_is_named(atlas, account):
    root = User.objects.create_superuser("racine@vigie.fr", first_name="Ada", last_name="Roux")
    arval = account("Arval")
    edit_account(by=Actor(Door.ADMIN, user=root), account=arval, today=TODAY, name="Arval SA")
    assert sentence(latest(atlas, arval, 1)[0]) == "Ada Roux a modifié le compte Arval SA"


def test_columns_and_models_that_are_no_more_are_told_all_the_same(atlas, account):
    arval = account("Arval")
    changed = {"old_column": ["a", 3], "created_on": ["pas une date", None], "type": ["ancien", "client"]}
    record(by=Actor(Door.COMMAND), espace=atlas, lines=[Line(Action.CHANGED, arval, changed)])
    assert changes(latest(atlas, arval, 1)[0]) == {
        "Old column": ("a", "3"),
        "Entré au portefeuille le": ("pas une date", "vide"),
        "Type": ("ancien", "Client"),
    }
    models.QuerySet(JournalEntry).update(model="facture", action="paid", door="fax")
    line = in_words(atlas, entries_of(atlas).order_by("-seq")[:1])[0]
    assert sentence(line) == "Vigie a fait « paid » le facture Arval"
    assert (line.door, line.exists) == ("fax", False)
    assert {change.label for change in line.changes} == {"Old column", "Created on", "Type"}


def test_every_action_and_door_has_its_words():
    assert set(VERBS) == set(ACTIONS) == set(Action)
    assert set(DOORS) == set(Door)


def test_every_kind_of_row_has_a_french_name():
    assert {"account", "affaire", "opportunite", "projet", "contact", "tag", "membership", "user"} <= set(
        kinds()
    )
    assert not {"journalentry", "statusperiod", "trashedrow", "accounttag", "creationkey"} & set(kinds())


# The panel.


def panel_of(client, pk: int, name="compte"):
    """In the page of a row; that of an account comes after its page."""
    if name == "compte":
        return client.get(f"/e/atlas/comptes/{pk}/historique/", headers={"HX-Request": "true"})
    return client.get(reverse(name, args=["atlas", pk]))


@pytest.mark.parametrize("name", ("compte", "affaire", "opportunite", "projet"))
def test_page_of_a_row_shows_its_last_lines_and_leads_to_all(sign_in, atlas, sara, victor, account, name):
    row = rows_of(account("Arval"), Actor.of(victor))[name]
    response = panel_of(sign_in(sara), row.pk, name)
    assert [line.verb for line in response.context["history"]["lines"]] == ["a créé"]
    page = response.content.decode()
    assert f'href="{reverse(f"{name}_historique", args=["atlas", row.pk])}"' in page
    assert '<time datetime="2025-05-31T12:00:00+02:00" title="le 31 mai 2025 à 12 h 00">' in page


def test_panel_shows_five_lines_the_latest_first(sign_in, victor, account):
    arval = account("Arval")
    for n in range(7):
        edit_account(by=Actor.of(victor), account=arval, today=TODAY, phone=str(n))
    lines = panel_of(sign_in(victor), arval.pk).context["history"]["lines"]
    assert [changes(line)["Téléphone"][1] for line in lines] == ["6", "5", "4", "3", "2"]


def test_panel_of_a_row_older_than_the_journal_says_so(sign_in, victor, account):
    arval = account("Arval")
    models.QuerySet(JournalEntry).filter(model="account").delete()
    page = panel_of(sign_in(victor), arval.pk).content.decode()
    assert "Rien n&#x27;a été noté" in page or "Rien n'a été noté" in page


def test_what_people_typed_is_escaped(sign_in, victor, account):
    arval = account("Arval")
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, phone="<b>", description="<script>" * 30)
    for path in (f"/e/atlas/comptes/{arval.pk}/", f"/e/atlas/comptes/{arval.pk}/historique/"):
        page = sign_in(victor).get(path).content.decode()
        assert "&lt;b&gt;" in page
        assert "<script>" not in page


def test_long_text_unfolds(sign_in, victor, account):
    text = "Bien.\n" + "mot " * 60
    arval = account("Arval")
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, description=text)
    page = panel_of(sign_in(victor), arval.pk).content.decode()
    assert '<details class="whole"><summary>Bien. mot mot' in page
    assert f'<p class="prose">{text}</p></details>' in page


# All of it.


def test_all_the_history_of_a_row_by_pages_of_fifty(sign_in, victor, account):
    arval = account("Arval")
    for n in range(120):
        edit_account(by=Actor.of(victor), account=arval, today=TODAY, phone=str(n))
    account("Natixis")
    client, address = sign_in(victor), f"/e/atlas/comptes/{arval.pk}/historique/"

    def phones(page):
        return [dict(changes(line)).get("Téléphone", ("", "créé"))[1] for line in page.lines]

    first = client.get(address).context["page"]
    second = client.get(address, {"suite": first.older}).context["page"]
    third = client.get(address, {"suite": second.older}).context["page"]
    assert phones(first) == [str(n) for n in range(119, 69, -1)]
    assert phones(second) == [str(n) for n in range(69, 19, -1)]
    assert phones(third) == [*(str(n) for n in range(19, -1, -1)), "créé"]
    assert (first.newer, third.older) == (None, None)
    back = client.get(address, {"suite": third.newer}).context["page"]
    assert (phones(back), back.older) == (phones(second), second.older)
    assert phones(client.get(address, {"suite": back.newer}).context["page"]) == phones(first)


@pytest.mark.parametrize("suite", ("", "x", "1.5", "9" * 30, "-1", "0", "-0", "²"))
def test_odd_cursors_are_pages_all_the_same(sign_in, victor, account, suite):
    address = f"/e/atlas/comptes/{account('Arval').pk}/historique/"
    assert sign_in(victor).get(address, {"suite": suite}).status_code == 200


def test_lines_are_under_their_day_in_the_time_zone_of_the_espace(sign_in, atlas, amina, account):
    arval = account("Arval")
    with time_machine.travel("2025-06-01T22:30:00+00:00", tick=False):  # past midnight in Paris
        edit_account(by=Actor.of(amina), account=arval, today=TODAY, phone="01")
        page = sign_in(amina).get(f"/e/atlas/comptes/{arval.pk}/historique/").content.decode()
    assert '<h2 id="jour-2025-06-02">2 juin 2025 <span class="count">aujourd&#x27;hui</span></h2>' in page
    assert ">00:30</time>" in page
    assert '<h2 id="jour-2025-05-31">31 mai 2025 <span class="count">il y a 2 j</span></h2>' in page


def test_history_of_a_row_of_another_espace_does_not_exist(sign_in, atlas, amina, boreal, otto):
    theirs = create_account(by=Actor.of(otto), espace=boreal, today=TODAY, name="Secret", type="client")
    assert sign_in(amina).get(f"/e/atlas/comptes/{theirs.pk}/historique/").status_code == 404


def test_history_of_a_contact_comes_for_free(atlas, victor, account):
    contact = create_contact(
        by=Actor.of(victor), espace=atlas, account=account("Arval").pk, first_name="Léa", last_name="Roy"
    )
    edit_contact(by=Actor.of(victor), contact=contact, today=TODAY, is_main=True)
    assert sentence(latest(atlas, contact, 1)[0]) == "Victor Lemoine a modifié le contact Léa Roy"


# Speed.


@pytest.mark.parametrize("name", ("compte", "affaire", "opportunite", "projet"))
def test_history_takes_as_many_queries_for_one_line_as_for_fifty(
    sign_in, atlas, amina, victor, sara, account, name, django_assert_num_queries
):
    row = rows_of(account("Arval"), Actor.of(victor))[name]
    client, address = sign_in(amina), reverse(f"{name}_historique", args=["atlas", row.pk])
    client.get(address)
    with django_assert_num_queries(6):  # session, user, member, row, lines, names
        client.get(address)
    for n in range(60):
        owner = [amina, victor, sara][n % 3]
        line = Line(Action.CHANGED, row, {"owner": [sara.pk, owner.pk], "name": [str(n), "Autre"]})
        record(by=Actor.of(owner), espace=atlas, lines=[line])
    with django_assert_num_queries(6):
        assert len(client.get(address).context["page"].lines) == 50


def test_panel_takes_two_queries(atlas, victor, amina, sara, account, django_assert_num_queries):
    groupe = account("BNP Paribas", type="groupe")
    arval = account("Arval", owner=victor.pk)
    edit_account(by=Actor.of(amina), account=arval, today=TODAY, owner=sara.pk, parent=groupe.pk)
    espace = Espace.objects.get()
    with django_assert_num_queries(2):
        assert len(latest(espace, arval, 5)) == 2
