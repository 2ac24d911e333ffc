"""Django admin: for Administrateurs, in their own espaces, through the services."""

import re
from datetime import UTC, date, datetime

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.choices import Stage
from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance, Tag, TrashedRow
from accounts.services.account import create_account
from accounts.services.affaire import create_affaire
from accounts.services.contact import create_contact
from accounts.services.note import create_note
from accounts.services.opportunite import create_opportunite
from accounts.services.projet import create_projet
from accounts.services.relance import plan_relance
from accounts.services.tag import create_tag
from crm.actor import Actor
from crm.models import Espace, Membership, User
from crm.roles import Role, who_can
from crm.services.espace import edit_espace
from crm.services.member import add_member

TODAY = date(2025, 5, 31)
NOW = datetime(2025, 5, 31, 10, tzinfo=UTC)
# By Administrateurs, in Django admin.
TRASHABLE = [Account, Projet, Affaire, Opportunite, Contact, Note, Relance]
WRITTEN = [*TRASHABLE, Tag]
READ = [Membership, User]
MODELS = [Espace, *WRITTEN, *READ]


def address(model, page="changelist", *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def one_of_each(member, name: str) -> dict:
    """One row of each model in the member's espace, each of them named so."""
    by, espace = Actor.of(member), member.espace
    account = create_account(
        by=by, espace=espace, today=TODAY, name=name, type="client", tags=[name], owner=member.pk
    )
    opportunite = create_opportunite(
        by=by, espace=espace, today=TODAY, account=account.pk, name=name, owner=member.pk
    )
    projet = create_projet(by=by, espace=espace, account=account.pk, name=name, owner=member.pk)
    affaire = create_affaire(
        by=by,
        espace=espace,
        account=account.pk,
        projet=projet.pk,
        opportunite=opportunite.pk,
        name=name,
        starts_on=TODAY,
        owner=member.pk,
    )
    contact = create_contact(by=by, espace=espace, account=account.pk, last_name=name)
    about = {"subject": name, "due_on": TODAY, "contact": contact.pk, "assignee": member.pk}
    relance = plan_relance(by=by, espace=espace, today=TODAY, account=account.pk, **about)
    return {
        Account: account,
        Projet: projet,
        Affaire: affaire,
        Opportunite: opportunite,
        Contact: contact,
        Note: create_note(by=by, espace=espace, now=NOW, account=account.pk, contact=contact.pk, text=name),
        Relance: relance,
        Tag: account.tags.get(),
        Espace: espace,
        Membership: member,
        User: member.user,
    }


@pytest.fixture
def ours(amina) -> dict:
    return one_of_each(amina, "Notre fiche")


@pytest.fixture
def theirs(otto) -> dict:
    """A row of each model in Boréal, where only otto works; all of them say secret."""
    otto.user.first_name = otto.user.last_name = "Secret"
    otto.user.email = "secret@boreal.fr"
    otto.user.save()
    otto.espace.name = "Secret SA"
    otto.espace.save()
    return one_of_each(otto, "Secret")


@pytest.fixture
def mara(atlas, boreal) -> Membership:
    """Administrateur in Atlas and in Boréal; this is her membership in Atlas."""
    add_member(espace=boreal, email="mara@atlas.fr", role=Role.ADMINISTRATEUR)
    return add_member(espace=atlas, email="mara@atlas.fr", role=Role.ADMINISTRATEUR)


@pytest.fixture
def superuser(client, db):
    """A superuser without any membership, signed in."""
    user = User.objects.create_superuser("racine@vigie.fr")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def errors_of(response) -> dict:
    return response.context["adminform"].form.errors.get_json_data()


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def account_values(espace=None, **values) -> dict:
    return {
        "espace": espace.pk if espace else "",
        "name": "Arval",
        "type": "client",
        "seen_version": "1",
    } | values


# Coming in.


def test_administrateur_comes_in(sign_in, amina):
    response = sign_in(amina).get("/admin/")
    assert response.status_code == 200
    listed = {model["model"] for app in response.context["app_list"] for model in app["models"]}
    assert listed == set(MODELS)


def test_administrateur_signed_in_already_is_led_from_its_login_page_to_its_index(sign_in, amina):
    assert sign_in(amina).get("/admin/login/").url == "/admin/"


def test_anonymous_is_sent_to_sign_in_and_back(client, db):
    response = client.get("/admin/accounts/account/", follow=True)
    assert response.redirect_chain[-1] == ("/connexion/?next=/admin/accounts/account/", 302)


@pytest.mark.parametrize("who", ("sara", "victor"))
def test_standard_and_avance_are_refused_with_who_can(request, sign_in, who):
    client = sign_in(request.getfixturevalue(who))
    for page in ("/admin/", *map(address, MODELS)):
        response = client.get(page, follow=True)
        assert response.status_code == 403
        assert who_can("admin.enter") in response.content.decode()


def test_disabled_administrateur_is_refused(sign_in, amina):
    Membership.objects.update(is_active=False)
    assert sign_in(amina).get("/admin/", follow=True).status_code == 403


# Writing through the services.


def test_account_created_in_admin_has_its_parent_tags_and_status(sign_in, amina, atlas, account):
    group = account("BNP Paribas", type="groupe")
    values = account_values(atlas, parent=group.pk, website="arval.fr", tags="Banque, Clé", owner=amina.pk)
    response = sign_in(amina).post(address(Account, "add"), values)
    assert (response.status_code, response.url) == (302, address(Account))
    arval = Account.objects.get(name="Arval")
    assert (arval.espace, arval.parent, arval.owner) == (atlas, group, amina)
    assert (arval.website, arval.created_on) == ("https://arval.fr", TODAY)
    assert sorted(map(str, arval.tags.all())) == ["Banque", "Clé"]
    assert arval.periods.get(ends_before=date(2025, 8, 31)).status == "prospect"


def test_account_edited_in_admin(sign_in, amina, account):
    arval = account("Arval", tags=["Banque"])
    sign_in(amina).post(
        address(Account, "change", arval.pk),
        account_values(name="Arval SA", tags="Mobilité", siren="552 100 554"),
    )
    arval = Account.objects.get(pk=arval.pk)
    assert (arval.name, arval.siren, arval.created_on, arval.version) == ("Arval SA", "552100554", TODAY, 2)
    assert [str(tag) for tag in arval.tags.all()] == ["Mobilité"]


def test_account_dated_back_in_admin_changes_its_status(sign_in, amina, account):
    arval = account("Arval")
    sign_in(amina).post(address(Account, "change", arval.pk), account_values(created_on="31/12/2024"))
    assert Account.objects.with_status(TODAY).get().status == "delaisse"


def test_projet_affaire_opportunite_contact_and_note_are_created_and_edited_in_admin(
    sign_in, amina, atlas, account
):
    arval = account("Arval", created_on=date(2020, 1, 1))
    client = sign_in(amina)
    base = {"espace": atlas.pk, "account": arval.pk}
    values = base | {"name": "Audit", "stage": "en_cours", "step": "Offre", "amount": "12 500,50 €"}
    posted = {
        Projet: base | {"name": "Refonte"},
        Opportunite: values,
        Affaire: base | {"name": "Mission", "starts_on": "01/05/2025"},
        Contact: base | {"last_name": "Durand"},
        Note: base | {"text": "Vu hier", "happened_at_0": "30/05/2025", "happened_at_1": "09:00"},
    }
    for model, values in posted.items():
        assert client.post(address(model, "add"), values).status_code == 302
        row = model.objects.get()
        assert row.espace == atlas
        values |= {"name": "Cadrage", "last_name": "Martin", "text": "Revu", "seen_version": 1}
        assert client.post(address(model, "change", row.pk), values).status_code == 302
        assert model.objects.get().version == 2
    opportunite = Opportunite.objects.get()
    assert (opportunite.step, opportunite.opened_on) == ("Offre", TODAY)
    assert str(opportunite.amount) == "12500.50"
    assert Account.objects.with_status(TODAY).get().status == "actif"


def test_opportunite_closed_in_admin(sign_in, amina, ours):
    opportunite = ours[Opportunite]
    values = {
        "account": opportunite.account_id,
        "name": "Audit",
        "stage": "perdue",
        "closed_on": "31/05/2025",
    }
    sign_in(amina).post(address(Opportunite, "change", opportunite.pk), values)
    assert Opportunite.objects.get().stage == Stage.PERDUE


def test_tag_created_and_renamed_in_admin(sign_in, amina, atlas):
    client = sign_in(amina)
    client.post(address(Tag, "add"), {"espace": atlas.pk, "name": "Banque"})
    tag = Tag.objects.get()
    client.post(address(Tag, "change", tag.pk), {"name": "Banques de détail", "tone": "pink"})
    tag.refresh_from_db()
    assert (tag.name, tag.name_fold, tag.slug) == ("Banques de détail", "banques de detail", "banque")
    assert tag.tone == "pink"


def test_tag_that_exists_already_is_refused_in_admin(sign_in, amina, atlas):
    create_tag(by=Actor.of(amina), espace=atlas, name="Clé")
    other = create_tag(by=Actor.of(amina), espace=atlas, name="Banque")
    client = sign_in(amina)
    for response in (
        client.post(address(Tag, "add"), {"espace": atlas.pk, "name": "cle"}),
        client.post(address(Tag, "change", other.pk), {"name": "CLÉ"}),
    ):
        assert errors_of(response) == {"name": [{"message": "Ce tag existe déjà.", "code": ""}]}


def test_espace_is_set_in_admin(sign_in, amina, atlas):
    values = {"name": "Atlas Conseil", "timezone": "Pacific/Noumea", "steps": "Contact\n\n  Offre \n"}
    values |= {"relance_delay_days": "10"}
    response = sign_in(amina).post(address(Espace, "change", atlas.pk), values)
    assert response.status_code == 302
    atlas.refresh_from_db()
    assert (atlas.name, atlas.slug, atlas.timezone) == ("Atlas Conseil", "atlas", "Pacific/Noumea")
    assert atlas.steps == ["Contact", "Offre"]
    assert (atlas.relance_delay_days, atlas.fetches_logos) == (10, False)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        (
            {"timezone": "Paris"},
            {"timezone": "Le fuseau horaire « Paris » est inconnu : écrivez par exemple Europe/Paris."},
        ),
        ({"steps": "Offre\noffre"}, {"steps": "Deux étapes ont le même nom."}),
        ({"steps": "x" * 61}, {"steps": "« xxxxxxxxxxxxxxxxxxxx… » dépasse 60 caractères."}),
        ({"steps": " \n "}, {"steps": "Ce champ est obligatoire."}),
        ({"name": " "}, {"name": "Ce champ est obligatoire."}),
        (
            {"requires_two_factor": "on"},
            {"requires_two_factor": "Activez d'abord la vôtre : sinon vous ne pourriez plus entrer ici."},
        ),
    ],
)
def test_espace_refuses_what_it_cannot_be(sign_in, amina, atlas, values, refusal):
    posted = {
        "name": "Atlas",
        "timezone": "Europe/Paris",
        "steps": "Offre",
        "relance_delay_days": "7",
    } | values
    response = sign_in(amina).post(address(Espace, "change", atlas.pk), posted)
    assert {name: error["message"] for name, (error,) in errors_of(response).items()} == refusal
    atlas.refresh_from_db()
    assert (atlas.timezone, len(atlas.steps)) == ("Europe/Paris", 3)


def test_service_refusals_are_shown_by_the_field(sign_in, amina, account):
    group = account("BNP Paribas", type="groupe")
    arval = account("Arval", parent=group)
    client, page = sign_in(amina), address(Account, "change", group.pk)
    refusals = [
        errors_of(client.post(page, account_values(name="BNP Paribas") | values))
        for values in (
            {"type": "groupe", "parent": arval.pk},
            {"type": "client"},
            {"type": "groupe", "created_on": "01/06/2025"},
            {"type": "groupe", "website": "pas un site"},
        )
    ]
    assert [{name: error["message"] for name, (error,) in refusal.items()} for refusal in refusals] == [
        {"parent": "Un compte ne peut pas être placé sous lui-même : BNP Paribas › Arval › BNP Paribas."},
        {"type": "« BNP Paribas » a 1 sous-compte : il reste un Groupe tant qu'ils n'ont pas été déplacés."},
        {"created_on": "Cette date est dans le futur."},
        {"website": "« pas un site » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr."},
    ]
    group.refresh_from_db()
    assert (group.version, group.type, group.parent) == (1, "groupe", None)


def test_edit_of_what_somebody_changed_meanwhile_is_refused_then_meant(sign_in, amina, account):
    arval = account("Arval")
    page = address(Account, "change", arval.pk)
    client = sign_in(amina)
    client.post(page, account_values(name="Arval SA", city="Lyon"))
    refused = client.post(page, account_values(name="Arval SAS", city=""))
    assert [error["code"] for error in errors_of(refused)["__all__"]] == ["stale"]
    assert Account.objects.get().name == "Arval SA"
    form = refused.context["adminform"].form
    assert form.errors["name"] == ["Enregistré entre-temps : Arval SA."]
    held = {name: form[name].value() for name in ("name", "city", "seen_version")}
    assert held == {"name": "Arval SAS", "city": "Lyon", "seen_version": 2}
    client.post(page, account_values(**held))
    assert Account.objects.values_list("name", "city").get() == ("Arval SAS", "Lyon")


@pytest.mark.parametrize("model", TRASHABLE)
def test_row_deleted_in_admin_goes_to_the_corbeille(sign_in, amina, ours, model):
    client, page = sign_in(amina), address(model, "delete", ours[model].pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"post": "yes"}).url == address(model)
    assert not model.objects.exists()
    trashed = TrashedRow.objects.get()
    assert (trashed.model, trashed.row_id) == (model._meta.model_name, ours[model].pk)
    assert trashed.trashed_by == amina


def test_row_deleted_in_admin_by_one_of_two_administrateurs_is_told_of_the_one_who_did(
    sign_in, amina, mara, account
):
    arval = account("Arval")
    sign_in(mara).post(address(Account, "delete", arval.pk), {"post": "yes"})
    assert TrashedRow.objects.get().trashed_by == mara


def test_account_with_sub_accounts_is_not_deleted_and_the_page_says_why(sign_in, amina, account):
    group = account("BNP Paribas", type="groupe")
    account("Arval", parent=group)
    response = sign_in(amina).post(address(Account, "delete", group.pk), {"post": "yes"}, follow=True)
    assert messages_of(response) == ["« BNP Paribas » a un sous-compte (Arval) : déplacez-le d'abord."]
    assert Account.objects.count() == 2


def test_other_rows_cannot_be_deleted(sign_in, amina, ours):
    client = sign_in(amina)
    for model in (Espace, Tag, *READ):
        page = address(model, "delete", ours[model].pk)
        assert [client.get(page).status_code, client.post(page).status_code] == [403, 403]
        assert model.objects.filter(pk=ours[model].pk).exists()


def test_nothing_is_done_in_bulk(sign_in, amina, ours):
    client = sign_in(amina)
    for model in MODELS:
        values = {"action": "delete_selected", "_selected_action": ours[model].pk, "post": "yes"}
        assert client.post(address(model), values).context["action_form"] is None
        assert model.objects.filter(pk=ours[model].pk).exists()


@pytest.mark.parametrize("model", READ)
def test_people_are_only_looked_at(sign_in, amina, ours, model):
    client, page = sign_in(amina), address(model, "change", ours[model].pk)
    assert client.get(page).status_code == 200
    values = {"role": "standard", "is_active": "", "email": "autre@atlas.fr", "is_superuser": "on"}
    assert client.post(page, values).status_code == 403
    assert client.get(address(model, "add")).status_code == 403


def test_row_stays_in_its_espace(sign_in, mara, boreal, account):
    arval = account("Arval")
    sign_in(mara).post(address(Account, "change", arval.pk), account_values(boreal, name="Arval SA"))
    arval = Account.objects.get()
    assert (arval.name, arval.espace.name) == ("Arval SA", "Atlas")


# One's own espaces only.


def test_lists_show_the_rows_of_ones_own_espaces(sign_in, amina, ours, theirs):
    client = sign_in(amina)
    for model in MODELS:
        assert list(client.get(address(model)).context["cl"].queryset) == [ours[model]]


@pytest.mark.parametrize("page", ("change", "history", "delete"))
def test_row_of_another_espace_is_as_unknown_as_one_that_never_was(sign_in, amina, theirs, page):
    client = sign_in(amina)
    for model in MODELS:
        paths = [address(model, page, pk) for pk in (theirs[model].pk, 999_999, "x")]
        found = {(client.get(path).status_code, client.post(path).status_code) for path in paths}
        # 403 for what may be done to no row at all, of any espace.
        may_get = page != "delete" or model in TRASHABLE
        may_post = page == "history" or model in WRITTEN or (page == "change" and model is Espace)
        assert found == {(404 if may_get else 403, 404 if may_get and may_post else 403)}, model


@pytest.mark.parametrize("model", MODELS)
def test_no_page_names_what_is_in_another_espace(sign_in, amina, ours, theirs, model):
    client = sign_in(amina)
    pages = [address(model), address(model, "add")]
    pages += [address(model, page, ours[model].pk) for page in ("change", "history", "delete")]
    for page in pages:
        response = client.get(page)
        assert response.status_code in {200, 302, 403, 404}
        assert "secret" not in response.content.decode().casefold()


RELATIONS = [
    (model, field.name)
    for model in [*WRITTEN, Membership]
    for field in model._meta.fields
    if field.is_relation and not (model is Tag or field.name == "espace")
]


def test_choices_searched_are_in_ones_own_espaces(sign_in, amina, ours, theirs):
    client = sign_in(amina)
    for model, field in RELATIONS:
        asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        asked |= {"field_name": field}
        found = [
            [
                row["id"]
                for row in client.get(reverse("admin:autocomplete"), asked | {"term": term}).json()["results"]
            ]
            for term in ("", "secret")
        ]
        assert found == [[str(ours[model._meta.get_field(field).related_model].pk)], []], (model, field)


def test_raw_pk_of_another_espace_is_refused_as_one_that_does_not_exist(sign_in, amina, ours, theirs):
    client = sign_in(amina)
    values = account_values(ours[Espace], account=ours[Account].pk, last_name="Durand")
    values |= {"stage": "en_cours", "starts_on": "01/05/2025"}
    values |= {"text": "Vu hier", "happened_at_0": "30/05/2025", "happened_at_1": "09:00"}
    values |= {"subject": "Rappeler", "kind": "appel", "due_on": "31/05/2025", "assignee": amina.pk}
    # Who writes a note is who acts: no form asks.
    written = [(model, field) for model, field in RELATIONS if model in WRITTEN and field != "author"]
    for model, field in [*written, *((model, "espace") for model in WRITTEN)]:
        foreign = theirs[model._meta.get_field(field).related_model].pk
        refusals = [
            errors_of(client.post(address(model, "add"), values | {field: pk})) for pk in (foreign, 999_999)
        ]
        assert refusals[0] == refusals[1]
        assert list(refusals[0]) == [field], model
        assert model.objects.count() == 2


@pytest.mark.parametrize("field", ("parent", "owner"))
def test_relation_between_two_espaces_is_refused_to_an_administrateur_of_both(
    sign_in, mara, ours, theirs, field
):
    theirs_pk = theirs[Account._meta.get_field(field).related_model].pk
    response = sign_in(mara).post(address(Account, "add"), account_values(ours[Espace], **{field: theirs_pk}))
    (error,) = errors_of(response)[field]
    assert re.fullmatch(r"Ce choix n'existe pas : (compte|membre) inconnu\.", error["message"])
    assert Account.objects.count() == 2


def test_administrateur_of_two_espaces_creates_in_either(sign_in, mara, atlas, boreal):
    client = sign_in(mara)
    for espace in (atlas, boreal):
        client.post(address(Account, "add"), account_values(espace, name=f"Chez {espace}"))
    assert list(Account.objects.order_by("pk").values_list("name", "espace")) == [
        ("Chez Atlas", atlas.pk),
        ("Chez Boréal", boreal.pk),
    ]


def test_avance_elsewhere_sees_and_creates_nothing_there(sign_in, amina, boreal, theirs):
    add_member(espace=boreal, email="amina@atlas.fr", role=Role.AVANCE)
    client = sign_in(amina)
    assert list(client.get(address(Account)).context["cl"].queryset) == []
    response = client.post(address(Account, "add"), account_values(boreal))
    assert list(errors_of(response)) == ["espace"]


def test_filters_offer_only_ones_own_and_find_nothing_elsewhere(sign_in, amina, victor, ours, theirs, otto):
    client = sign_in(amina)
    page = client.get(address(Account))
    owners = next(spec for spec in page.context["cl"].filter_specs if spec.title == "responsable")
    assert owners.lookup_choices == [(amina.pk, "Amina Haddad"), (victor.pk, "Victor Lemoine")]
    filtered = client.get(address(Account), {"owner__id__exact": otto.pk})
    assert list(filtered.context["cl"].queryset) == []


def test_lookups_that_no_filter_offers_are_refused(sign_in, amina, ours):
    client = sign_in(amina)
    for model, lookup in (
        (User, "password__startswith"),
        (User, "is_superuser__exact"),
        (Membership, "user__password__startswith"),
        (Account, "owner__user__password__startswith"),
        (Account, "espace__memberships__user__email__startswith"),
        (Account, "today_status__exact"),
    ):
        assert client.get(address(model), {lookup: "a"}).status_code == 400, lookup


def test_search_ignores_case_and_accents(sign_in, amina, account, theirs):
    generale = account("Société Générale")
    account("BNP Paribas")
    response = sign_in(amina).get(address(Account), {"q": "societe GENERALE"})
    assert list(response.context["cl"].queryset) == [generale]
    assert list(sign_in(amina).get(address(Account), {"q": "secret"}).context["cl"].queryset) == []


def test_history_is_the_page_of_the_espace_and_django_keeps_none(sign_in, amina, atlas, account):
    arval = account("Arval")
    client = sign_in(amina)
    values = account_values(name="Arval SA", created_on="31/05/2025")
    client.post(address(Account, "change", arval.pk), values)
    client.post(address(Account, "add"), account_values(atlas, name="Natixis"))
    page = reverse("compte_historique", args=["atlas", arval.pk])
    response = client.get(address(Account, "history", arval.pk))
    assert (response.status_code, response.url) == (302, page)
    assert (
        f'href="{page}" class="historylink"'
        in client.get(address(Account, "change", arval.pk)).content.decode()
    )
    assert "historylink" not in client.get(address(Espace, "change", atlas.pk)).content.decode()
    assert client.get(address(Espace, "history", atlas.pk)).status_code == 404
    assert list(LogEntry.objects.all()) == []


# Superusers.


def test_superuser_without_membership_sees_all(client, superuser, ours, theirs):
    for model in MODELS:
        assert set(client.get(address(model)).context["cl"].queryset) == set(model.objects.all())


def test_superuser_without_membership_writes_anywhere(client, superuser, ours, theirs):
    client.post(address(Account, "add"), account_values(theirs[Espace]))
    assert Account.objects.get(name="Arval").espace == theirs[Espace]


def test_superuser_who_is_a_standard_member_writes_all_the_same(sign_in, sara, atlas):
    User.objects.filter(pk=sara.user_id).update(is_superuser=True)
    sign_in(sara).post(address(Account, "add"), account_values(atlas))
    assert Account.objects.get().espace == atlas


def test_superuser_who_was_disabled_as_administrateur_writes_all_the_same(client, superuser, atlas):
    disabled = add_member(espace=atlas, email=superuser.email, role=Role.ADMINISTRATEUR)
    Membership.objects.filter(pk=disabled.pk).update(is_active=False)
    client.post(address(Account, "add"), account_values(atlas))
    assert Account.objects.get().espace == atlas


def test_libraries_own_tables_are_not_there(client, superuser):
    assert {model._meta.label for model in admin.site._registry} == {model._meta.label for model in MODELS}


# Weight.


def grow(member, n: int) -> None:
    """Every list of the member's espace gets n rows more, each with an owner of its own."""
    for i in range(n):
        owner = add_member(espace=member.espace, email=f"{i}@atlas.fr", role=Role.AVANCE, first_name=str(i))
        one_of_each(owner, f"Fiche {i}")


@pytest.mark.parametrize("model", [model for model in MODELS if model is not Espace])
def test_list_takes_as_many_queries_for_one_row_as_for_four(
    sign_in, amina, ours, model, django_assert_max_num_queries
):
    client = sign_in(amina)
    with django_assert_max_num_queries(20) as one:
        client.get(address(model))
    grow(amina, 3)
    with django_assert_max_num_queries(20) as four:
        assert len(client.get(address(model)).context["cl"].result_list) == 4
    assert len(four) == len(one)


@pytest.mark.parametrize("model", WRITTEN)
def test_form_does_not_grow_with_the_espace(sign_in, amina, ours, model):
    client, page = sign_in(amina), address(model, "change", ours[model].pk)
    before = len(client.get(page).content)
    grow(amina, 3)
    assert len(client.get(page).content) == before


def test_edit_of_an_espace_keeps_the_day_its_statuses_are_of(amina, atlas):
    Espace.objects.update(status_day=TODAY)
    edit_espace(by=Actor.of(amina), espace=atlas, name="Atlas", timezone="Europe/Paris", steps=["Offre"])
    assert Espace.objects.get().status_day == TODAY
