"""The pages of relances: planned from an account or an opportunité, done, put off, cancelled, undone."""

from datetime import date

import pytest

from accounts.models import Relance, TrashedRow
from accounts.services.contact import create_contact
from accounts.services.relance import do_relance, reopen_relance
from crm.actor import Actor
from crm.roles import who_can
from crm.services.espace import edit_espace
from tests.business import affaire, opportunite, relance, said
from tests.conftest import TODAY

NEW = "/e/atlas/relances/nouvelle/"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/e/atlas/comptes/?a_relancer=1"}


@pytest.fixture
def lcl(account):
    """An account that is Délaissé until 16 July."""
    return account("LCL", created_on=date(2025, 1, 15))


def address(row: Relance, verb: str) -> str:
    return f"/e/atlas/relances/{row.pk}/{verb}/"


def planned(of, **changes) -> dict:
    return {"account": of.pk, "subject": "Rappeler", "kind": "appel", "jour": "demain"} | changes


def stored() -> Relance:
    return Relance.objects.select_related("account", "assignee__user").get()


def test_relance_is_planned_from_the_page_of_an_account(sign_in, sara, atlas, lcl):
    contact = create_contact(by=Actor.of(sara), espace=atlas, account=lcl.pk, last_name="Roux")
    client = sign_in(sara)
    form = client.get(NEW, {"compte": lcl.pk}).context["form"]
    assert (form["subject"].value(), form["jour"].value()) == ("Reprendre contact", "delai")
    assert form.fields["jour"].choices == [
        ("demain", "Demain (dim. 1er juin)"),
        ("lundi", "Lundi (lun. 2 juin)"),
        ("delai", "Dans 7\xa0j (sam. 7 juin)"),
        ("bascule", "Avant la bascule (mar. 15 juil.)"),
        ("autre", "Un autre jour"),
    ]
    response = client.post(
        f"{NEW}?compte={lcl.pk}", planned(lcl, jour="bascule", contact=contact.pk), follow=True
    )
    assert response.redirect_chain == [(f"/e/atlas/comptes/{lcl.pk}/", 302)]
    assert said(response) == ["« Rappeler » est prévue le 15 juillet 2025."]
    row = stored()
    assert (row.due_on, row.contact, row.assignee, row.cause) == (
        date(2025, 7, 15),
        contact,
        sara,
        "delaisse",
    )


def test_relance_is_planned_about_an_opportunite_and_on_the_day_of_the_link(sign_in, victor, lcl):
    lead = opportunite(victor, lcl, "Refonte")
    client = sign_in(victor)
    form = client.get(NEW, {"opportunite": lead.pk, "jour": "2025-06-20"}).context["form"]
    assert (form["subject"].value(), form["jour"].value()) == ("Suivre « Refonte »", "autre")
    assert form["jour_le"].value() == date(2025, 6, 20)
    values = planned(lcl, jour="autre", jour_le="20/06/2025", opportunite=lead.pk)
    client.post(f"{NEW}?opportunite={lead.pk}", values)
    assert (stored().opportunite, stored().account, stored().due_on) == (lead, lcl, date(2025, 6, 20))


def test_delay_that_the_espace_has_chosen_is_offered(sign_in, amina, atlas, lcl):
    edit_espace(by=Actor.of(amina), espace=atlas, relance_delay_days=10)
    client = sign_in(amina)
    client.post(f"{NEW}?compte={lcl.pk}", planned(lcl, jour="delai"))
    assert stored().due_on == date(2025, 6, 10)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"subject": " "}, {"subject": ["Ce champ est obligatoire."]}),
        ({"jour": ""}, {"jour": ["Ce champ est obligatoire."]}),
        ({"jour": "autre"}, {"jour_le": ["Choisissez un jour."]}),
        (
            {"jour": "autre", "jour_le": "2025-05-30"},
            {"jour_le": ["Ce jour est passé : choisissez aujourd'hui ou plus tard."]},
        ),
        (
            {"jour": "autre", "jour_le": "bientôt"},
            {"jour_le": ["Écrivez une date, par exemple 30/06/2026."]},
        ),
        ({"account": ""}, {"account": ["Ce champ est obligatoire."]}),
    ],
)
def test_refused_plan_saves_nothing_and_keeps_what_was_typed(sign_in, victor, lcl, changes, errors):
    values = planned(lcl, **changes)
    response = sign_in(victor).post(NEW, values)
    form = response.context["form"]
    assert (response.status_code, form.errors) == (422, errors)
    assert {name: str(form[name].value()) for name in values} == {n: str(v) for n, v in values.items()}
    assert Relance.objects.count() == 0


def test_a_date_that_does_not_count_cannot_be_wrong(sign_in, victor, lcl):
    sign_in(victor).post(NEW, planned(lcl, jour="lundi", jour_le="?"))
    assert stored().due_on == date(2025, 6, 2)


def test_only_those_who_may_assign_are_asked_to_whom(sign_in, sara, victor, lcl):
    assert "assignee" not in sign_in(sara).get(NEW, {"compte": lcl.pk}).context["form"].fields
    sign_in(sara).post(NEW, planned(lcl, assignee=sara.pk))
    assert stored().assignee == sara
    client = sign_in(victor)
    assert client.get(NEW, {"compte": lcl.pk}).context["form"]["assignee"].value() == victor.pk
    client.post(NEW, planned(lcl, subject="Pour Sara", assignee=sara.pk))
    assert Relance.objects.get(subject="Pour Sara").assignee == sara


def test_standard_who_posts_somebody_else_is_refused_rather_than_rewritten(sign_in, sara, victor, lcl):
    row, client = relance(sara, lcl), sign_in(sara)
    before = list(Relance.objects.values())
    edited = {"kind": "email", "due_on": "2025-06-05", "subject": "Écrire", "version": 1}
    for other in (victor.pk, "990001", "zut"):
        for where, values in ((NEW, planned(lcl)), (address(row, "modifier"), edited)):
            response = client.post(where, values | {"assignee": other})
            assert response.status_code == 403
            assert who_can("relance.assign") in response.content.decode()
    assert list(Relance.objects.values()) == before
    client.post(address(row, "modifier"), edited | {"assignee": sara.pk})
    assert (stored().subject, stored().assignee) == ("Écrire", sara)
    sign_in(victor).post(address(row, "modifier"), edited | {"assignee": victor.pk, "version": 2})
    assert stored().assignee == victor


def test_contacts_offered_are_those_of_the_account_who_have_not_left(sign_in, victor, atlas, account, lcl):
    by = Actor.of(victor)
    for last_name, of, left_on in (("Roux", lcl, None), ("Parti", lcl, TODAY), ("Autre", account("A"), None)):
        create_contact(by=by, espace=atlas, account=of.pk, last_name=last_name, left_on=left_on)
    form = sign_in(victor).get(NEW, {"compte": lcl.pk}).context["form"]
    assert [label for _, label in form.fields["contact"].choices] == ["Personne en particulier", "Roux"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_once_an_account_is_chosen_the_form_offers_its_contacts_and_its_bascule(
    sign_in, victor, atlas, account, lcl, headers
):
    contact = create_contact(by=Actor.of(victor), espace=atlas, account=lcl.pk, last_name="Roux")
    client = sign_in(victor)
    before = client.get(NEW, headers=headers)
    form = before.context["form"]
    assert "hx-post=" in before.content.decode()
    assert "Continuer avec ce compte" in before.content.decode()
    assert "bascule" not in form.days
    typed = planned(lcl, subject="Écrire", kind="email", jour="lundi", cle=form["cle"].value())
    again = client.post(NEW, typed | {"chercher": "account"}, headers=headers)
    form = again.context["form"]
    assert (again.status_code, Relance.objects.count()) == (200, 0)
    assert {name: str(form[name].value()) for name in typed} == {n: str(v) for n, v in typed.items()}
    assert form.days["bascule"] == date(2025, 7, 15)
    assert f'<option value="{contact.pk}">Roux</option>' in again.content.decode()
    client.post(NEW, typed | {"jour": "bascule", "contact": contact.pk}, headers=headers)
    assert (stored().due_on, stored().contact) == (date(2025, 7, 15), contact)
    running = account("En cours")
    affaire(victor, running)
    other = {"account": running.pk, "jour": "bascule", "contact": contact.pk, "chercher": "account"}
    form = client.post(NEW, typed | other, headers=headers).context["form"]
    assert ("bascule" in form.days, form["jour"].value()) == (False, "delai")
    assert [label for _, label in form.fields["contact"].choices] == ["Personne en particulier"]


def test_relance_is_planned_once_by_a_double_click(sign_in, victor, lcl):
    client = sign_in(victor)
    key = client.get(NEW, {"compte": lcl.pk}).context["form"]["cle"].value()
    for _ in range(2):
        client.post(NEW, planned(lcl, cle=key))
    assert Relance.objects.count() == 1


# In a dialog.


def test_dialog_holds_the_form_alone_and_leads_back_to_where_it_was_opened(sign_in, victor, lcl):
    client = sign_in(victor)
    page = client.get(NEW, {"compte": lcl.pk}, headers=HTMX).content.decode()
    assert page.lstrip().startswith('<header class="dialog-head">')
    assert "autofocus" in page
    refused = client.post(NEW, planned(lcl, subject=""), headers=HTMX)
    assert (refused.status_code, "<html" in refused.content.decode()) == (422, False)
    response = client.post(NEW, planned(lcl), headers=HTMX)
    assert response.headers["HX-Redirect"] == "/e/atlas/comptes/?a_relancer=1"


def test_dialog_opened_elsewhere_leads_to_no_other_site(sign_in, victor, lcl):
    elsewhere = HTMX | {"HX-Current-URL": "https://ailleurs.fr/piege/"}
    response = sign_in(victor).post(NEW, planned(lcl), headers=elsewhere)
    assert response.headers["HX-Redirect"] == f"/e/atlas/comptes/{lcl.pk}/"


# Done, put off, cancelled, undone.


def test_relance_is_done_with_the_next_one_in_the_same_form(sign_in, sara, lcl):
    row = relance(sara, lcl, due_on=TODAY)
    values = {
        "outcome": "Intéressée",
        "suivante": "on",
        "suivante_objet": "Envoyer l'offre",
        "suivante_genre": "email",
        "jour": "lundi",
    }
    response = sign_in(sara).post(address(row, "faire"), values, follow=True)
    assert said(response) == ["« Rappeler » est faite. La suivante est prévue le 2 juin 2025."]
    row.refresh_from_db()
    assert (row.done_on, row.outcome) == (TODAY, "Intéressée")
    following = Relance.objects.open().get()
    assert (following.subject, following.kind, following.due_on) == (
        "Envoyer l'offre",
        "email",
        date(2025, 6, 2),
    )


NEXT = {
    "outcome": "",
    "suivante": "on",
    "suivante_objet": "Encore",
    "suivante_genre": "email",
    "jour": "lundi",
}


def test_toast_undoes_what_was_done_and_the_next_one_with_it(sign_in, sara, lcl):
    row, client = relance(sara, lcl), sign_in(sara)
    (message,) = client.post(address(row, "faire"), NEXT, follow=True).context["messages"]
    assert Relance.objects.count() == 2
    assert said(client.post(message.extra_tags, follow=True)) == [
        "« Rappeler » est de nouveau à faire. La suivante est retirée."
    ]
    assert stored().is_open
    assert TrashedRow.objects.get().name == "Encore"


def test_next_relance_that_changed_since_stays_when_the_first_one_is_undone(sign_in, sara, lcl):
    row, client = relance(sara, lcl), sign_in(sara)
    (message,) = client.post(address(row, "faire"), NEXT, follow=True).context["messages"]
    following = Relance.objects.get(subject="Encore")
    client.post(address(following, "reporter"), {"jour": "demain"})
    assert said(client.post(message.extra_tags, follow=True))[-1:] == [
        "« Rappeler » est de nouveau à faire. La suivante a changé depuis, et reste."
    ]
    assert Relance.objects.open().count() == 2


def test_undoing_takes_away_nothing_of_others_and_nothing_by_a_forged_reference(sign_in, sara, victor, lcl):
    row, client = relance(sara, lcl), sign_in(sara)
    (message,) = client.post(address(row, "faire"), NEXT, follow=True).context["messages"]
    following = Relance.objects.get(subject="Encore")
    forged = message.extra_tags[:-3] + "abc"
    assert said(client.post(forged, follow=True)) == [
        "Ce qui a été planifié ne peut plus être annulé d'ici : faites-le un à un."
    ]
    Relance.objects.filter(pk=following.pk).update(assignee=victor.pk)
    response = client.post(message.extra_tags)
    assert (response.status_code, who_can("relance.assign") in response.content.decode()) == (403, True)
    row.refresh_from_db()
    assert (row.done_on, Relance.objects.count()) == (TODAY, 2)


def test_next_relance_that_is_not_wanted_cannot_be_wrong(sign_in, sara, lcl):
    row = relance(sara, lcl)
    sign_in(sara).post(address(row, "faire"), {"outcome": "", "jour": "autre", "jour_le": "?"})
    assert stored().done_on == TODAY


def test_next_relance_that_is_wrong_is_refused_with_all_that_was_typed(sign_in, sara, lcl):
    row = relance(sara, lcl)
    values = {"outcome": "Bien", "suivante": "on", "suivante_objet": "", "suivante_genre": "email"}
    response = sign_in(sara).post(address(row, "faire"), values)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["suivante_objet", "jour"]
    assert response.context["form"]["outcome"].value() == "Bien"
    assert stored().is_open


def test_relance_is_put_off_and_the_toast_brings_its_day_back_were_it_past(sign_in, sara, lcl):
    row = relance(sara, lcl)
    Relance.objects.update(due_on=date(2025, 5, 20))
    client = sign_in(sara)
    response = client.post(address(row, "reporter"), {"jour": "lundi"}, follow=True)
    assert said(response) == ["« Rappeler » est reportée au 2 juin 2025."]
    assert stored().due_on == date(2025, 6, 2)
    (message,) = response.context["messages"]
    client.post(message.extra_tags)
    assert stored().due_on == date(2025, 5, 20)


@pytest.mark.parametrize(("verb", "word"), [("faire", "faite"), ("annuler", "annulée")])
def test_toast_undoes_what_was_done(sign_in, sara, lcl, verb, word):
    row, client = relance(sara, lcl), sign_in(sara)
    response = client.post(address(row, verb), {"outcome": "Fusion en cours"}, follow=True)
    assert said(response) == [f"« Rappeler » est {word}."]
    assert (stored().is_open, stored().outcome) == (False, "Fusion en cours")
    (message,) = response.context["messages"]
    assert message.extra_tags == address(row, "retablir")
    assert said(client.post(message.extra_tags, follow=True)) == ["« Rappeler » est de nouveau à faire."]
    assert stored().is_open


@pytest.mark.parametrize("verb", ["faire", "reporter", "annuler"])
def test_what_was_done_meanwhile_is_not_done_again(sign_in, sara, lcl, verb):
    row = relance(sara, lcl)
    do_relance(by=Actor.of(sara), relance=row, today=TODAY, outcome="Par ailleurs")
    response = sign_in(sara).post(address(row, verb), {"outcome": "Encore", "jour": "demain"})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Cette relance est déjà faite : rétablissez-la d'abord."
    ]
    assert stored().outcome == "Par ailleurs"


def test_relance_is_edited_and_edits_that_meet_are_merged(sign_in, victor, sara, lcl):
    row, client = relance(victor, lcl), sign_in(victor)
    values = {"kind": "appel", "due_on": "2025-06-05", "assignee": victor.pk, "version": 1, "contact": ""}
    client.post(address(row, "modifier"), values | {"subject": "Écrire"})
    response = client.post(
        address(row, "modifier"),
        values | {"subject": "Rappeler", "kind": "email", "assignee": sara.pk},
        follow=True,
    )
    row = stored()
    assert (row.subject, row.kind, row.assignee, row.version) == ("Écrire", "email", sara, 3)
    assert "« Écrire » est enregistrée." in said(response)[0]


def test_edits_of_the_same_field_ask_which_one_is_kept(sign_in, victor, lcl):
    row, client = relance(victor, lcl), sign_in(victor)
    values = {"kind": "appel", "due_on": "2025-06-05", "assignee": victor.pk, "version": 1}
    client.post(address(row, "modifier"), values | {"subject": "Écrire"})
    response = client.post(address(row, "modifier"), values | {"subject": "Rencontrer"})
    assert (response.status_code, response.context["form"].contested) == (422, ["subject"])
    assert stored().subject == "Écrire"


def test_outcome_is_edited_once_there_is_one(sign_in, sara, lcl):
    row, client = relance(sara, lcl), sign_in(sara)
    assert "outcome" not in client.get(address(row, "modifier")).context["form"].fields
    do_relance(by=Actor.of(sara), relance=row, today=TODAY, outcome="Vue")
    values = {"kind": "appel", "due_on": "2025-06-05", "subject": "Rappeler", "version": 2}
    client.post(address(row, "modifier"), values | {"outcome": "Vue, intéressée"})
    assert stored().outcome == "Vue, intéressée"


# Whose they are.


@pytest.mark.parametrize("verb", ["modifier", "faire", "reporter", "annuler", "retablir", "supprimer"])
def test_standard_sees_somebody_elses_relance_and_touches_nothing(sign_in, sara, victor, lcl, verb):
    row, client = relance(victor, lcl), sign_in(sara)
    if verb == "retablir":
        do_relance(by=Actor.of(victor), relance=row, today=TODAY)
    page = client.get(f"/e/atlas/relances/{row.pk}/")
    assert (page.status_code, address(row, verb) in page.content.decode()) == (200, False)
    before = Relance.objects.values().get()
    if verb != "retablir":
        assert client.get(address(row, verb)).status_code == 403
    response = client.post(address(row, verb), {"jour": "demain"})
    assert (response.status_code, who_can("relance.assign") in response.content.decode()) == (403, True)
    assert Relance.objects.values().get() == before
    assert address(row, verb) in sign_in(victor).get(f"/e/atlas/relances/{row.pk}/").content.decode()


def test_standard_deletes_their_own_and_an_avance_brings_it_back(sign_in, sara, victor, lcl):
    row, client = relance(sara, lcl), sign_in(sara)
    response = client.post(address(row, "supprimer"), follow=True)
    assert said(response) == ["« Rappeler » est dans la Corbeille pour 30 jours."]
    assert [message.extra_tags for message in response.context["messages"]] == [""]  # no Corbeille for sara
    assert Relance.objects.count() == 0
    sign_in(victor).post(f"/e/atlas/corbeille/{TrashedRow.objects.get().pk}/restaurer/")
    assert stored() == row


def test_relance_of_another_espace_is_not_found(sign_in, otto, victor, lcl):
    row = relance(victor, lcl)
    for verb in ("", "modifier/", "faire/", "historique/"):
        assert sign_in(otto).get(f"/e/boreal/relances/{row.pk}/{verb}").status_code == 404
    assert sign_in(otto).get(f"/e/boreal/relances/nouvelle/?compte={lcl.pk}").status_code == 404


def test_anonymous_is_sent_to_sign_in(client, victor, lcl):
    assert client.get(address(relance(victor, lcl), "faire")).status_code == 302


# The page of a relance.


def test_page_of_a_relance_about_an_open_opportunite_does_not_say_that_it_will_close_itself(
    sign_in, sara, victor, lcl
):
    about = relance(victor, lcl, opportunite=opportunite(victor, lcl).pk)
    plain = relance(victor, lcl)
    Relance.objects.update(cause="delaisse")
    pages = [sign_in(sara).get(f"/e/atlas/relances/{row.pk}/").content.decode() for row in (about, plain)]
    assert ["Elle se clora" in page for page in pages] == [False, True]


def test_page_says_what_called_for_it_and_what_came_of_it(sign_in, sara, victor, lcl):
    row = relance(sara, lcl)
    page = sign_in(sara).get(f"/e/atlas/relances/{row.pk}/").content.decode().replace("&#x27;", "'")
    assert "Le compte était Délaissé, jusqu'au 16 juillet 2025." in page
    opportunite(victor, lcl, "Refonte")
    page = sign_in(sara).get(f"/e/atlas/relances/{row.pk}/").content.decode().replace("&#x27;", "'")
    assert "Close d'elle-même : l'opportunité « Refonte » est arrivée." in page
    reopen_relance(by=Actor.of(sara), relance=row)
    Relance.objects.update(due_on=date(2025, 5, 28))
    page = sign_in(sara).get(f"/e/atlas/relances/{row.pk}/").content.decode()
    assert "Relance en retard de 3 j" in page


@pytest.mark.parametrize("rows", (1, 3))
def test_relance_page_query_count(sign_in, victor, lcl, rows, django_assert_num_queries):
    first, *_ = [relance(victor, lcl, f"Relance {n}") for n in range(rows)]
    client = sign_in(victor)
    client.get(f"/e/atlas/relances/{first.pk}/")
    with django_assert_num_queries(8):
        client.get(f"/e/atlas/relances/{first.pk}/")
