"""Réglages of an espace: name, time zone, steps, delay, logos, second factor."""

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import Opportunite
from accounts.services.account import create_account
from accounts.services.opportunite import close_opportunite
from crm.actor import Actor
from crm.models import Espace
from tests.business import opportunite, said
from tests.conftest import TODAY
from tests.journal import length, told

PAGE = "/e/atlas/reglages/"
TYPED = {
    "name": "Atlas",
    "timezone": "Europe/Paris",
    "steps": "Qualification\nProposition\nNégociation",
    "relance_delay_days": "7",
    "fetches_logos": "on",
}


def test_settings_are_changed(sign_in, amina, atlas):
    before = length(atlas)
    typed = {
        "name": " Atlas  Conseil ",
        "timezone": "Indian/Reunion",
        "steps": "Contact\r\n\r\n Offre \r\nSignature",
        "relance_delay_days": "10",
    }
    response = sign_in(amina).post(PAGE, typed, follow=True)
    assert said(response) == ["Les réglages de l'espace sont enregistrés."]
    assert response.redirect_chain == [(PAGE, 302)]
    change = {
        "name": ["Atlas", "Atlas Conseil"],
        "timezone": ["Europe/Paris", "Indian/Reunion"],
        "steps": [["Qualification", "Proposition", "Négociation"], ["Contact", "Offre", "Signature"]],
        "relance_delay_days": [7, 10],
        "fetches_logos": [True, False],
    }
    assert told(atlas, before) == [("Amina", "changed", "espace", "Atlas Conseil", change)]
    atlas.refresh_from_db()
    assert (atlas.name, atlas.slug, atlas.steps) == (
        "Atlas Conseil",
        "atlas",
        ["Contact", "Offre", "Signature"],
    )


def test_settings_show_what_is_stored(sign_in, amina):
    form = sign_in(amina).get(PAGE).context["form"]
    assert {name: form[name].value() for name in ("name", "timezone", "relance_delay_days")} == {
        "name": "Atlas",
        "timezone": "Europe/Paris",
        "relance_delay_days": 7,
    }
    assert "\nQualification\nProposition\nNégociation</textarea>" in str(form["steps"])


def test_settings_saved_as_they_are_change_nothing(sign_in, amina, atlas):
    before = length(atlas)
    sign_in(amina).post(PAGE, TYPED)
    assert told(atlas, before) == []


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"name": " "}, {"name": ["Ce champ est obligatoire."]}),
        (
            {"timezone": "Europe/Lutèce"},
            {
                "timezone": [
                    "Le fuseau horaire « Europe/Lutèce » est inconnu : écrivez par exemple Europe/Paris."
                ]
            },
        ),
        ({"steps": " \n "}, {"steps": ["Ce champ est obligatoire."]}),
        ({"steps": "Offre\noffre"}, {"steps": ["Deux étapes ont le même nom."]}),
        (
            {"relance_delay_days": "0"},
            {"relance_delay_days": ["Assurez-vous que cette valeur est supérieure ou égale à 1."]},
        ),
        ({"relance_delay_days": "demain"}, {"relance_delay_days": ["Saisissez un nombre entier."]}),
    ],
)
def test_bad_settings_are_refused_by_the_field(sign_in, amina, atlas, typed, refusal):
    response = sign_in(amina).post(PAGE, TYPED | typed)
    assert (response.status_code, response.context["form"].errors) == (422, refusal)
    assert Espace.objects.get(pk=atlas.pk).steps == atlas.steps


def test_second_factor_is_required_only_by_who_has_one(sign_in, amina, atlas):
    client, typed = sign_in(amina), TYPED | {"requires_two_factor": "on"}
    response = client.post(PAGE, typed)
    assert response.context["form"].errors == {
        "requires_two_factor": ["Activez d'abord la vôtre : sinon vous ne pourriez plus entrer ici."]
    }
    Authenticator.objects.create(user=amina.user, type=Authenticator.Type.TOTP, data={})
    client.post(PAGE, typed)
    assert Espace.objects.get(pk=atlas.pk).requires_two_factor


def test_opportunites_left_at_a_step_that_was_taken_out_are_counted_and_moved(
    sign_in, amina, victor, atlas, account
):
    client, lcl = sign_in(amina), account("LCL")
    for name, step in (("Audit", "Proposition"), ("Refonte", "Proposition"), ("Cloud", "Qualification")):
        opportunite(victor, lcl, name, step=step)
    closed = opportunite(victor, lcl, "Perdue", step="Proposition")
    close_opportunite(by=Actor.of(victor), opportunite=closed, stage="perdue", closed_on=TODAY, today=TODAY)

    page = client.post(PAGE, TYPED | {"steps": "Qualification\nOffre"}, follow=True)
    assert page.context["left_behind"] == {"Proposition": 2}
    assert "?etape=Proposition" in page.content.decode()
    listed = client.get("/e/atlas/opportunites/?etape=Proposition")
    assert [row.name for row in listed.context["rows"]] == ["Audit", "Refonte"]

    before = length(atlas)
    moved = client.post("/e/atlas/reglages/etapes/", {"step": "Proposition", "to": "Offre"}, follow=True)
    assert said(moved) == ["2 opportunités à l'étape « Offre »."]
    assert moved.context["left_behind"] == {}
    assert list(Opportunite.objects.order_by("pk").values_list("name", "step", "version")) == [
        ("Audit", "Offre", 2),
        ("Refonte", "Offre", 2),
        ("Cloud", "Qualification", 1),
        ("Perdue", "Proposition", 2),  # closed: it keeps what it was
    ]
    assert [line[3:] for line in told(atlas, before)] == [
        ("Audit", {"step": ["Proposition", "Offre"]}),
        ("Refonte", {"step": ["Proposition", "Offre"]}),
    ]


@pytest.mark.parametrize(
    "typed", [{}, {"step": "Proposition", "to": "Rêve"}, {"step": "Qualification", "to": "Proposition"}]
)
def test_opportunites_are_moved_only_from_a_step_taken_out_to_one_there_is(
    sign_in, amina, victor, account, typed
):
    opportunite(victor, account("LCL"), step="Qualification")
    response = sign_in(amina).post("/e/atlas/reglages/etapes/", typed, follow=True)
    assert said(response) == ["Cette étape n'existe pas, ou plus."]
    assert Opportunite.objects.get().step == "Qualification"


def test_steps_of_another_espace_are_not_touched(sign_in, amina, otto, boreal):
    secret = create_account(by=Actor.of(otto), espace=boreal, today=TODAY, name="Secret", type="client")
    theirs = opportunite(otto, secret, step="Proposition")
    client = sign_in(amina)
    page = client.post(PAGE, TYPED | {"steps": "Qualification"}, follow=True)
    assert page.context["left_behind"] == {}
    client.post("/e/atlas/reglages/etapes/", {"step": "Proposition", "to": "Qualification"})
    theirs.refresh_from_db()
    assert theirs.step == "Proposition"
