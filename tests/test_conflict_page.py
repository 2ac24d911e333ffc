"""A save over somebody else's change: the form is shown again with both values, and nothing is lost."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Account, Affaire, Opportunite, Projet
from accounts.services.account import edit_account
from accounts.services.affaire import edit_affaire, end_affaire, resume_affaire
from accounts.services.opportunite import close_opportunite, edit_opportunite, reopen_opportunite
from accounts.services.projet import edit_projet
from crm.actor import Actor
from crm.journal import redact
from crm.models import JournalEntry, Membership
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member
from tests.business import affaire, opportunite, projet, said
from tests.conftest import TODAY


@pytest.fixture
def arval(account) -> Account:
    return account("Arval", phone="01 00 00 00 00", tags=["Banque"])


@pytest.fixture
def amina_edits(amina):
    """What amina saves meanwhile."""
    return lambda row, **values: edit_account(by=Actor.of(amina), account=row, today=TODAY, **values)


def address(row) -> str:
    return f"/e/atlas/comptes/{row.pk}/modifier/"


def typed(row: Account, **changes) -> dict:
    """What the edit form sends, as opened when the row was read."""
    columns = ("name", "type", "website", "phone", "city", "description", "siren")
    return {
        **{column: getattr(row, column) for column in columns},
        "tags": ", ".join(map(str, row.tags.all())),
        "version": row.version,
    } | changes


def shown(form) -> dict:
    """Each contested field: its label, then the two values in words."""
    return {
        clash.name: (clash.choice.label, *[words for _, _, words in clash.options]) for clash in form.clashes
    }


def again(form, **changes) -> dict:
    """What the page that was shown sends when one goes on from it."""
    sent = {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, False) and not name.startswith("choix-")
    }
    state = {"conflit": form.contested, "depuis": form.sent.get("depuis", "")}
    sent = {name: ", ".join(value) if isinstance(value, list) else value for name, value in sent.items()}
    return sent | state | changes


def test_changes_of_two_editors_to_one_field_are_shown_and_one_is_chosen(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03", description="Ma note")
    amina_edits(arval, phone="02")
    response = client.post(address(arval), mine)
    form = response.context["form"]
    assert response.status_code == 422
    assert shown(form) == {"phone": ("Téléphone", "03", "02")}
    assert form.conflict_sentence == (
        "Amina Haddad a modifié cette fiche à 12 h 00 pendant que vous l'éditiez."
    )
    assert [whose for _, whose, _ in form.clashes[0].options] == ["La vôtre", "La sienne"]
    assert "Rien n&#x27;est perdu : choisissez." not in response.content.decode()
    assert "Rien n'est perdu : choisissez." in response.content.decode()
    assert Account.objects.get().phone == "02"

    response = client.post(address(arval), again(form, **{"choix-phone": "mienne"}), follow=True)
    assert said(response) == ["Arval est enregistré."]
    assert Account.objects.values_list("phone", "description").get() == ("03", "Ma note")


def test_who_was_erased_from_other_espaces_is_named_here(sign_in, victor, arval, boreal, atlas):
    zoe = {"email": "zoe@vigie.fr", "role": Role.AVANCE, "first_name": "Zoé", "last_name": "Faure"}
    espaces = [boreal, atlas, create_espace(name="Corail")]  # where she came before, and after
    before, here, after = (add_member(espace=espace, **zoe) for espace in espaces)
    Membership.objects.filter(pk__in=[before.pk, after.pk]).update(erased_at=timezone.now())
    by = Actor.of(here)
    client, mine = sign_in(victor), typed(arval, phone="03")
    edit_account(by=by, account=arval, today=TODAY, phone="02")
    form = client.post(address(arval), mine).context["form"]
    assert form.conflict_sentence.startswith("Zoé Faure a modifié cette fiche ")
    assert "Zoé Faure" in client.get(f"/e/atlas/comptes/{arval.pk}/historique/").content.decode()


def test_choosing_theirs_puts_what_is_stored(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03", city="Lyon")
    amina_edits(arval, phone="02")
    form = client.post(address(arval), mine).context["form"]
    client.post(address(arval), again(form, **{"choix-phone": "sienne"}))
    assert Account.objects.values_list("phone", "city").get() == ("02", "Lyon")


def test_a_third_value_may_be_typed(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03")
    amina_edits(arval, phone="02")
    form = client.post(address(arval), mine).context["form"]
    client.post(address(arval), again(form, phone="04", **{"choix-phone": "mienne"}))
    assert Account.objects.get().phone == "04"


def test_nothing_is_chosen_beforehand_and_a_missing_choice_is_asked_for(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03", description="Ma note")
    amina_edits(arval, phone="02")
    first = client.post(address(arval), mine)
    radios = re.findall('<input type="radio"[^>]*>', first.content.decode())
    assert [" checked" in radio for radio in radios] == [False, False]

    response = client.post(address(arval), again(first.context["form"]))
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"choix-phone": ["Choisissez l'une des deux."]}
    assert shown(form) == {"phone": ("Téléphone", "03", "02")}
    assert (form["phone"].value(), form["description"].value()) == ("03", "Ma note")
    assert form.conflict_sentence.startswith("Amina Haddad a modifié cette fiche à 12 h 00")
    assert Account.objects.get().phone == "02"


def test_a_choice_is_kept_while_something_else_is_mended(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03")
    amina_edits(arval, phone="02")
    form = client.post(address(arval), mine).context["form"]
    form = client.post(address(arval), again(form, name="", **{"choix-phone": "sienne"})).context["form"]
    assert form.errors == {"name": ["Ce champ est obligatoire."]}
    assert form["choix-phone"].value() == "sienne"
    assert shown(form) == {"phone": ("Téléphone", "03", "02")}


def test_choosing_theirs_forgives_what_is_wrong_in_mine(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, siren="542 044 524")
    amina_edits(arval, siren="552100554")
    form = client.post(address(arval), mine).context["form"]
    assert shown(form) == {"siren": ("SIREN", "542044524", "552100554")}
    wrong = again(form, siren="1", **{"choix-siren": "sienne"})
    assert client.post(address(arval), wrong).status_code == 302
    assert Account.objects.get().siren == "552100554"


def test_a_further_change_shows_the_page_again(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03", city="Lyon")
    amina_edits(arval, phone="02")
    form = client.post(address(arval), mine).context["form"]
    amina_edits(arval, phone="04", city="Nice")
    form = client.post(address(arval), again(form, **{"choix-phone": "mienne"})).context["form"]
    assert shown(form) == {"phone": ("Téléphone", "03", "04"), "city": ("Ville", "Lyon", "Nice")}
    assert (form["choix-phone"].value(), form["choix-city"].value()) == (None, None)
    client.post(address(arval), again(form, **{"choix-phone": "sienne", "choix-city": "mienne"}))
    assert Account.objects.values_list("phone", "city", "version").get() == ("04", "Lyon", 4)


def test_theirs_once_chosen_stays_when_the_page_is_shown_again(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03", city="Lyon")
    amina_edits(arval, phone="02")
    form = client.post(address(arval), mine).context["form"]
    amina_edits(arval, city="Nice")
    form = client.post(address(arval), again(form, **{"choix-phone": "sienne"})).context["form"]
    assert form["phone"].value() == "02"
    client.post(address(arval), again(form, **{"choix-city": "mienne"}))
    assert Account.objects.values_list("phone", "city").get() == ("02", "Lyon")


def test_what_they_alone_changed_is_taken_and_told(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03")
    amina_edits(arval, phone="02", city="Lyon", tags=["Banque", "Auto"])
    response = client.post(address(arval), mine)
    form = response.context["form"]
    assert (form["city"].value(), form["tags"].value()) == ("Lyon", "Auto, Banque")
    assert "Tags et Ville : repris de sa modification." in response.content.decode()
    client.post(address(arval), again(form, **{"choix-phone": "mienne"}))
    row = Account.objects.get()
    assert (row.phone, row.city, sorted(map(str, row.tags.all()))) == ("03", "Lyon", ["Auto", "Banque"])


def test_changes_to_different_fields_merge_and_the_message_tells(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, city="Lyon")
    amina_edits(arval, phone="02")
    response = client.post(address(arval), mine, follow=True)
    assert said(response) == [
        "Arval est enregistré. "
        "Amina Haddad a modifié Téléphone entre-temps : les deux changements sont gardés."
    ]
    assert Account.objects.values_list("phone", "city").get() == ("02", "Lyon")


def test_lines_as_browsers_end_them_are_no_change(sign_in, victor, arval, amina_edits):
    amina_edits(arval, description="une\ndeux")
    arval.refresh_from_db()
    client, mine = sign_in(victor), typed(arval, description="une\r\ndeux")
    client.post(address(arval), mine)
    assert Account.objects.get().version == 2
    amina_edits(arval, description="trois")
    client.post(address(arval), mine | {"city": "Lyon"})
    assert Account.objects.values_list("description", "city").get() == ("trois", "Lyon")


def test_several_people_are_told_apart(sign_in, victor, arval, amina, account):
    client, mine = sign_in(victor), typed(arval, city="Lyon", website="arval.fr")
    edit_account(by=Actor.of(amina), account=arval, today=TODAY, phone="02")
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, description="Note")
    response = client.post(address(arval), mine, follow=True)
    assert said(response) == [
        "Arval est enregistré. Vous avez modifié Description, Amina Haddad a modifié Téléphone "
        "entre-temps : tous les changements sont gardés."
    ]


def test_a_conflict_with_several_people_names_them(sign_in, victor, arval, amina):
    mine = typed(arval, city="Lyon", phone="03")
    edit_account(by=Actor.of(amina), account=arval, today=TODAY, phone="02")
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, city="Nice")
    form = sign_in(victor).post(address(arval), mine).context["form"]
    assert form.conflict_sentence == (
        "Cette fiche a été modifiée par vous-même à 12 h 00 et par Amina Haddad à 12 h 00 "
        "pendant que vous l'éditiez."
    )


def test_a_conflict_with_oneself_says_so(sign_in, victor, arval):
    mine = typed(arval, phone="03")
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, phone="02")
    form = sign_in(victor).post(address(arval), mine).context["form"]
    assert form.conflict_sentence == "Vous avez modifié cette fiche à 12 h 00 dans une autre fenêtre."
    assert [whose for _, whose, _ in form.clashes[0].options] == ["La vôtre", "L'autre"]


def test_a_conflict_that_the_journal_no_longer_tells_of_is_shown_all_the_same(
    sign_in, victor, amina, arval, amina_edits
):
    mine = typed(arval, phone="03")
    amina_edits(arval, phone="02")
    line = JournalEntry.objects.get(row_id=arval.pk, model="account", version=2)
    redact(by=Actor.of(amina), espace=arval.espace, payloads={line.pk: {}}, words="")
    form = sign_in(victor).post(address(arval), mine).context["form"]
    assert form.conflict_sentence == "Quelqu'un a modifié cette fiche pendant que vous l'éditiez."
    assert shown(form) == {"phone": ("Téléphone", "03", "02")}


def test_somebody_erased_from_the_espace_has_no_name_there(sign_in, victor, arval, amina, amina_edits):
    mine = typed(arval, phone="03")
    amina_edits(arval, phone="02")
    amina.erased_at = "2025-05-31T10:00Z"
    amina.save()
    form = sign_in(victor).post(address(arval), mine).context["form"]
    assert form.conflict_sentence.startswith("Personne effacée a modifié cette fiche")


def test_values_are_shown_in_words(sign_in, victor, amina, arval, account, amina_edits):
    axa = account("AXA", type="groupe")
    mine = typed(
        arval,
        type="partenaire",
        owner=victor.pk,
        parent="",
        do_not_follow_up="on",
        do_not_follow_up_until="2025-07-01",
        description="a\nb",
    )
    amina_edits(arval, type="concurrent", owner=amina.pk, do_not_follow_up_until=date(2026, 1, 1))
    amina_edits(arval, parent=axa.pk, do_not_follow_up=True, description="c")
    form = sign_in(victor).post(address(arval), mine).context["form"]
    assert shown(form) == {
        "type": ("Type", "Partenaire", "Concurrent"),
        "owner": ("Responsable", "Victor Lemoine", "Amina Haddad"),
        "description": ("Description", "a\nb", "c"),
        "do_not_follow_up_until": ("Jusqu'au", "1er juillet 2025", "1er janvier 2026"),
    }
    assert form["parent"].value() == axa.pk


def test_an_error_of_one_s_own_comes_first_and_loses_nothing(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03", website="pas un site")
    amina_edits(arval, phone="02", website="arval.com")
    form = client.post(address(arval), mine).context["form"]
    assert sorted(form.errors) == ["website"]
    form = client.post(address(arval), again(form, website="arval.fr")).context["form"]
    assert sorted(shown(form)) == ["phone", "website"]


def test_searching_without_javascript_keeps_the_conflict(sign_in, victor, arval, amina_edits):
    client, mine = sign_in(victor), typed(arval, phone="03")
    amina_edits(arval, phone="02")
    form = client.post(address(arval), mine).context["form"]
    search = {"chercher": "parent", "parent_q": "axa", "choix-phone": "mienne"}
    form = client.post(address(arval), again(form, **search)).context["form"]
    assert shown(form) == {"phone": ("Téléphone", "03", "02")}
    assert (form["choix-phone"].value(), form["version"].value()) == ("mienne", "2")
    client.post(address(arval), again(form, **{"choix-phone": "mienne"}))
    assert Account.objects.get().phone == "03"


def test_what_is_made_up_is_harmless(sign_in, victor, arval):
    client = sign_in(victor)
    for made_up in (
        {"conflit": ["espace", "choix-phone", "version", "x"], "depuis": "9" * 5000, "choix-x": "sienne"},
        {"conflit": ["phone"], "choix-phone": "autre", "depuis": "-1"},
        {"version": "9" * 30},
        {"version": "x"},
    ):
        assert client.post(address(arval), typed(arval, phone="03", **made_up)).status_code in (302, 422)


# The other forms.


def test_conflict_on_an_affaire(sign_in, victor, amina, account):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1), amount=Decimal(10_000))
    mine = {"account": row.account_id, "name": "Audit", "starts_on": "2025-01-01", "version": 1}
    edit_affaire(by=Actor.of(amina), affaire=row, amount=12_500, ends_on=date(2025, 6, 1), name="Audit 2")
    client, page = sign_in(victor), f"/e/atlas/affaires/{row.pk}/modifier/"
    form = client.post(page, mine | {"amount": "9 800,50", "ends_on": "2025-07-01"}).context["form"]
    assert shown(form) == {
        "ends_on": ("Fin", "1er juillet 2025", "1er juin 2025"),
        "amount": ("Montant", "9\u202f800,50\u202f€", "12\u202f500,00\u202f€"),
    }
    assert form["name"].value() == "Audit 2"
    client.post(page, again(form, **{"choix-ends_on": "sienne", "choix-amount": "mienne"}))
    assert Affaire.objects.values_list("name", "ends_on", "amount").get() == (
        "Audit 2",
        date(2025, 6, 1),
        Decimal("9800.50"),
    )


def test_what_becomes_wrong_by_merging_is_told_by_the_field_with_what_is_merged(
    sign_in, victor, amina, account
):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1), ends_on=date(2025, 6, 30))
    edit_affaire(by=Actor.of(amina), affaire=row, starts_on=date(2025, 5, 1))
    mine = {"account": row.account_id, "name": "Audit", "starts_on": "2025-01-01", "version": 1}
    client, page = sign_in(victor), f"/e/atlas/affaires/{row.pk}/modifier/"
    response = client.post(page, mine | {"ends_on": "2025-03-31"})
    form = response.context["form"]
    assert form.errors == {"ends_on": ["La fin ne peut pas précéder le début."]}
    assert (form["starts_on"].value(), form["ends_on"].value()) == (date(2025, 5, 1), "2025-03-31")
    assert "Début : repris de sa modification." in response.content.decode()
    client.post(page, again(form, ends_on="2025-05-31"))
    assert Affaire.objects.values_list("starts_on", "ends_on").get() == (date(2025, 5, 1), TODAY)


def test_what_if_and_the_message_count_with_what_is_merged(sign_in, victor, amina, account):
    row = affaire(victor, account("LCL", created_on=date(2020, 1, 1)), starts_on=date(2024, 1, 1))
    mine = {"account": row.account_id, "name": "Audit 2", "starts_on": "2024-01-01", "ends_on": ""}
    mine["version"] = 1
    end_affaire(by=Actor.of(amina), affaire=row, ends_on=date(2025, 2, 27))
    client = sign_in(victor)
    what_if = client.post(f"/e/atlas/affaires/et-si/?affaire={row.pk}", mine).content.decode()
    assert "LCL restera Délaissé" in what_if
    response = client.post(f"/e/atlas/affaires/{row.pk}/modifier/", mine, follow=True)
    assert said(response) == [
        "L'affaire « Audit 2 » est enregistrée. LCL reste Délaissé, et deviendra Inactif le 28 août 2025. "
        "Amina Haddad a modifié Fin entre-temps : les deux changements sont gardés."
    ]


def test_conflict_on_the_end_of_an_affaire(sign_in, victor, amina, account):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1), ends_on=TODAY)
    edit_affaire(by=Actor.of(amina), affaire=row, ends_on=date(2025, 8, 31))
    client, page = sign_in(victor), f"/e/atlas/affaires/{row.pk}/terminer/"
    form = client.post(page, {"ends_on": "2025-05-31", "version": 1}).context["form"]
    assert shown(form) == {"ends_on": ("Dernier jour travaillé", "31 mai 2025", "31 août 2025")}
    client.post(page, again(form, **{"choix-ends_on": "mienne"}))
    assert Affaire.objects.get().ends_on == TODAY


def test_a_cancellation_undone_meanwhile_is_a_choice(sign_in, victor, amina, account):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1), cancelled_on=date(2025, 5, 1))
    mine = {"account": row.account_id, "name": "Audit", "starts_on": "2025-01-01", "version": 1}
    resume_affaire(by=Actor.of(amina), affaire=row)
    client, page = sign_in(victor), f"/e/atlas/affaires/{row.pk}/modifier/"
    form = client.post(page, mine | {"cancelled_on": "2025-05-02"}).context["form"]
    assert shown(form) == {"cancelled_on": ("Annulée le", "2 mai 2025", "rien")}
    client.post(page, again(form, name="Audit 2", **{"choix-cancelled_on": "sienne"}))
    assert Affaire.objects.values_list("name", "cancelled_on").get() == ("Audit 2", None)


def test_an_account_made_in_the_same_step_is_one_side_of_the_choice(sign_in, victor, amina, account):
    row = affaire(victor, account("LCL"), starts_on=date(2025, 1, 1))
    edit_affaire(by=Actor.of(amina), affaire=row, account=account("Arval").pk)
    mine = {"account": "", "compte-name": "AXA", "compte-type": "client", "name": "Audit"}
    client, page = sign_in(victor), f"/e/atlas/affaires/{row.pk}/modifier/"
    form = client.post(page, mine | {"starts_on": "2025-01-01", "version": 1}).context["form"]
    assert shown(form) == {"account": ("Compte", "AXA", "Arval")}
    client.post(page, again(form, **{"choix-account": "sienne"}))
    assert Affaire.objects.get().account.name == "Arval"
    assert not Account.objects.filter(name="AXA").exists()
    client.post(page, again(form, **{"choix-account": "mienne"}))
    assert Affaire.objects.get().account.name == "AXA"


def test_conflict_on_an_opportunite(sign_in, victor, amina, account):
    row = opportunite(victor, account("LCL"), amount=12_000)
    mine = {"account": row.account_id, "name": "Mon nom", "opened_on": "2025-05-31", "amount": "12 000"}
    edit_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY, name="Son nom", probability=40)
    client, page = sign_in(victor), f"/e/atlas/opportunites/{row.pk}/modifier/"
    form = client.post(page, mine | {"step": row.step, "version": 1}).context["form"]
    assert shown(form) == {"name": ("Nom de l'opportunité", "Mon nom", "Son nom")}
    client.post(page, again(form, **{"choix-name": "mienne"}))
    assert Opportunite.objects.values_list("name", "probability").get() == ("Mon nom", 40)


def test_an_opportunite_closed_meanwhile_stays_closed(sign_in, victor, amina, account):
    row = opportunite(victor, account("LCL"))
    mine = {"account": row.account_id, "name": "Mon nom", "opened_on": "2025-05-31", "step": row.step}
    close_opportunite(
        by=Actor.of(amina), opportunite=row, stage="perdue", closed_on=TODAY, today=TODAY, lost_reason="Prix"
    )
    sign_in(victor).post(f"/e/atlas/opportunites/{row.pk}/modifier/", mine | {"version": 1})
    assert Opportunite.objects.values_list("name", "stage", "closed_on", "lost_reason").get() == (
        "Mon nom",
        "perdue",
        TODAY,
        "Prix",
    )


def test_an_opportunite_reopened_meanwhile_asks_what_to_do_of_its_closing(sign_in, victor, amina, account):
    row = opportunite(
        victor, account("LCL"), opened_on=date(2025, 1, 1), stage="perdue", closed_on=date(2025, 5, 1)
    )
    mine = {"account": row.account_id, "name": "Mon nom", "opened_on": "2025-01-01", "step": row.step}
    reopen_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY)
    client, page = sign_in(victor), f"/e/atlas/opportunites/{row.pk}/modifier/"
    form = client.post(page, mine | {"closed_on": "2025-05-02", "version": 1}).context["form"]
    assert shown(form) == {"closed_on": ("Close le", "2 mai 2025", "rien")}
    refused = client.post(page, again(form, **{"choix-closed_on": "mienne"})).context["form"]
    assert sorted(refused.errors) == ["closed_on"]
    client.post(page, again(form, **{"choix-closed_on": "sienne"}))
    assert Opportunite.objects.values_list("name", "closed_on").get() == ("Mon nom", None)


def test_a_closing_merges_with_other_changes(sign_in, victor, amina, account):
    row = opportunite(victor, account("LCL"))
    edit_opportunite(by=Actor.of(amina), opportunite=row, today=TODAY, name="Son nom")
    lost = {"stage": "perdue", "closed_on": "2025-05-31", "lost_reason": "Prix", "version": 1}
    sign_in(victor).post(f"/e/atlas/opportunites/{row.pk}/clore/", lost)
    assert Opportunite.objects.values_list("name", "stage", "lost_reason").get() == (
        "Son nom",
        "perdue",
        "Prix",
    )


def test_conflict_on_a_projet(sign_in, victor, amina, account):
    row = projet(victor, account("LCL"))
    edit_projet(by=Actor.of(amina), projet=row, code="A-1", description="x" * 300)
    client, page = sign_in(victor), f"/e/atlas/projets/{row.pk}/modifier/"
    mine = {"account": row.account_id, "name": "Portail", "code": "V-1", "description": "y", "version": 1}
    response = client.post(page, mine)
    form = response.context["form"]
    assert shown(form) == {"code": ("Code", "V-1", "A-1"), "description": ("Description", "y", "x" * 300)}
    assert response.content.decode().count('class="conflict-value" tabindex="0"') == 1
    client.post(page, again(form, **{"choix-code": "mienne", "choix-description": "sienne"}))
    assert Projet.objects.values_list("code", "description").get() == ("V-1", "x" * 300)


@pytest.mark.parametrize("changes", (1, 3))
def test_conflict_page_query_count(sign_in, victor, arval, amina_edits, changes, django_assert_num_queries):
    columns = ("phone", "city", "street")[:changes]
    mine = typed(arval, **dict.fromkeys(columns, "3"))
    for column in columns:
        amina_edits(arval, **{column: "2"})
    client = sign_in(victor)
    client.get("/e/atlas/comptes/")  # moves the espace to today
    with django_assert_num_queries(9):
        client.post(address(arval), mine)
