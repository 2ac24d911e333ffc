"""The catalogue of tags in Réglages: rename, colour, merge, delete, with counts."""

import pytest

from accounts.models import Account, AccountTag, Tag
from accounts.services.account import create_account, edit_account
from accounts.services.tag import create_tag, delete_tag, edit_tag, merge_tags
from crm.actor import Actor
from tests.business import said
from tests.conftest import TODAY
from tests.journal import length, told

PAGE = "/e/atlas/reglages/tags/"


def page_of(tag: Tag, action: str = "") -> str:
    return f"{PAGE}{tag.pk}/{action}"


def tags_of(account: Account) -> list[str]:
    return sorted(tag.name for tag in account.tags.all())


def version(account: Account) -> int:
    return Account.objects.get(pk=account.pk).version


@pytest.fixture
def catalogue(account, amina, today) -> dict[str, Account]:
    """Banque is on Arval and LCL, Banking on LCL and Natixis, Mobilité on nothing; Natixis is archived."""
    accounts = {
        "Arval": account("Arval", tags=["Banque"]),
        "LCL": account("LCL", tags=["Banking", "Banque", "Clé"]),
        "Natixis": account("Natixis", tags=["Banking"]),
    }
    create_tag(by=Actor.of(amina), espace=amina.espace, name="Mobilité")
    edit_account(by=Actor.of(amina), account=accounts["Natixis"], today=today, archived_on=today)
    return accounts


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def test_catalogue_counts_the_accounts_that_its_links_open(sign_in, amina, catalogue):
    client = sign_in(amina)
    found = client.get(PAGE)
    assert [(tag.name, tag.count, tag.archived_count, tag.total) for tag in found.context["tags"]] == [
        ("Banking", 1, 1, 2),
        ("Banque", 2, 0, 2),
        ("Clé", 1, 0, 1),
        ("Mobilité", 0, 0, 0),
    ]
    html = found.content.decode()
    for link, names in (
        ("/e/atlas/comptes/?tag=banking", ["LCL"]),
        ("/e/atlas/comptes/?tag=banking&archives=1", ["Natixis"]),
        ("/e/atlas/comptes/?tag=banque", ["Arval", "LCL"]),
    ):
        assert f'href="{link.replace("&", "&amp;")}"' in html
        assert [row.name for row in client.get(link).context["rows"]] == names


def test_tag_is_created(sign_in, amina, atlas):
    response = sign_in(amina).post(PAGE, {"name": " Grand  compte "}, follow=True)
    assert said(response) == ["Le tag « Grand compte » est créé."]
    assert list(atlas.tags.values_list("name", "slug", "tone")) == [("Grand compte", "grand-compte", "")]


def test_tag_is_renamed_and_coloured(sign_in, amina, atlas, catalogue):
    before = length(atlas)
    response = sign_in(amina).post(page_of(tag("Banque")), {"name": "Banques", "tone": "pink"}, follow=True)
    assert said(response) == ["Le tag « Banques » est enregistré."]
    assert told(atlas, before) == [
        ("Amina", "changed", "account", "Arval", {"tags": [["Banque"], ["Banques"]]}),
        (
            *("Amina", "changed", "account", "LCL"),
            {"tags": [["Banking", "Banque", "Clé"], ["Banking", "Banques", "Clé"]]},
        ),
        ("Amina", "changed", "tag", "Banques", {"name": ["Banque", "Banques"], "tone": ["", "pink"]}),
    ]
    assert tag("Banques").slug == "banque"  # its links still work
    assert tags_of(catalogue["Arval"]) == ["Banques"]


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"name": "BANQUE"}, {"name": ["Ce tag existe déjà."]}),
        ({"name": " "}, {"name": ["Ce champ est obligatoire."]}),
        ({"name": "\u0301"}, {"name": ["Donnez un nom à ce tag."]}),
        (
            {"name": "x" * 61},
            {"name": ["Assurez-vous que cette valeur comporte au plus 60 caractères (actuellement 61)."]},
        ),
        ({"tone": "doré"}, {"tone": ["Sélectionnez un choix valide. doré n’en fait pas partie."]}),
    ],
)
def test_tag_that_cannot_be_is_refused_by_the_field(sign_in, amina, catalogue, typed, refusal):
    client, typed = sign_in(amina), {"name": "Mobilités"} | typed
    edited = client.post(page_of(tag("Mobilité")), typed)
    assert (edited.status_code, edited.context["form"].errors) == (422, refusal)
    assert edited.context["form"]["name"].value() == typed["name"]
    if "tone" not in refusal:
        created = client.post(PAGE, typed)
        assert (created.status_code, created.context["form"].errors) == (422, refusal)
    assert Tag.objects.count() == 4


def test_chosen_tone_is_shown_wherever_the_tag_is(sign_in, amina, catalogue):
    client, arval = sign_in(amina), catalogue["Arval"]
    pages = ("/e/atlas/comptes/", f"/e/atlas/comptes/{arval.pk}/", PAGE)

    def shown(tone: str) -> list[int]:
        return [client.get(page).content.decode().count(f"tone-{tone}") for page in pages]

    before = shown("gray")  # which is never drawn
    edit_tag(by=Actor.of(amina), tag=tag("Banque"), tone="gray")
    assert [after - n for after, n in zip(shown("gray"), before, strict=True)] == [2, 1, 1]


# Merging.


def test_tags_are_merged(sign_in, amina, atlas, catalogue):
    before = length(atlas)
    versions = {name: version(account) for name, account in catalogue.items()}
    banking = tag("Banking")
    response = sign_in(amina).post(page_of(banking, "fusionner/"), {"into": tag("Banque").pk}, follow=True)
    assert said(response) == ["Le tag « Banking » est fusionné : 2 comptes changent."]
    assert {name: tags_of(account) for name, account in catalogue.items()} == {
        "Arval": ["Banque"],
        "LCL": ["Banque", "Clé"],
        "Natixis": ["Banque"],
    }
    assert {name: version(account) - versions[name] for name, account in catalogue.items()} == {
        "Arval": 0,
        "LCL": 1,
        "Natixis": 1,
    }
    assert told(atlas, before) == [
        ("Amina", "changed", "account", "LCL", {"tags": [["Banking", "Banque", "Clé"], ["Banque", "Clé"]]}),
        ("Amina", "changed", "account", "Natixis", {"tags": [["Banking"], ["Banque"]]}),
        ("Amina", "purged", "tag", "Banking", {"name": ["Banking", None]}),
    ]
    last = atlas.journal.entries.latest("seq")
    assert last.payload["words"] == "Fusionné avec « Banque »."
    assert not Tag.objects.filter(pk=banking.pk).exists()


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda by: merge_tags(by=by, tag=tag("Banking"), into=tag("Banque").pk), ["Banque", "Clé"]),
        (lambda by: edit_tag(by=by, tag=tag("Banking"), name="Finance"), ["Banque", "Clé", "Finance"]),
        (lambda by: delete_tag(by=by, tag=tag("Banking")), ["Banque", "Clé"]),
    ],
    ids=["merge", "rename", "delete"],
)
def test_form_opened_before_a_change_of_the_catalogue_does_not_undo_it(
    amina, victor, catalogue, today, change, left
):
    """Its tags are what they were when it was opened: the change stands, and so does what was typed."""
    lcl = Account.objects.get(pk=catalogue["LCL"].pk)
    change(Actor.of(amina))
    typed = {"phone": "01 02 03 04 05", "tags": ["Banking", "Banque", "Clé"]}
    edit_account(by=Actor.of(victor), account=lcl, today=today, version=lcl.version, **typed)
    assert tags_of(lcl) == left
    assert Account.objects.get(pk=lcl.pk).phone == "01 02 03 04 05"
    assert Tag.objects.filter(name="Banking").count() == 0


@pytest.mark.parametrize(
    "into",
    [
        lambda banking, theirs: "",
        lambda banking, theirs: banking.pk,
        lambda banking, theirs: theirs.pk,
        lambda banking, theirs: 0,
    ],
    ids=["nothing", "itself", "a tag of another espace", "no tag"],
)
def test_tag_is_merged_only_into_another_of_its_espace(sign_in, amina, otto, boreal, catalogue, into):
    theirs = create_tag(by=Actor.of(otto), espace=boreal, name="Secret")
    banking = tag("Banking")
    response = sign_in(amina).post(page_of(banking, "fusionner/"), {"into": into(banking, theirs)})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["into"])
    assert "Secret" not in response.content.decode()
    assert tags_of(catalogue["Natixis"]) == ["Banking"]


# Deleting.


def test_tag_is_deleted_from_its_accounts(sign_in, amina, atlas, catalogue):
    client, before, banking = sign_in(amina), length(atlas), tag("Banking")
    assert "<strong>2 comptes</strong>" in client.get(page_of(banking, "supprimer/")).content.decode()
    response = client.post(page_of(banking, "supprimer/"), follow=True)
    assert said(response) == ["Le tag « Banking » est supprimé : 2 comptes changent."]
    assert (tags_of(catalogue["LCL"]), tags_of(catalogue["Natixis"])) == (["Banque", "Clé"], [])
    assert told(atlas, before) == [
        ("Amina", "changed", "account", "LCL", {"tags": [["Banking", "Banque", "Clé"], ["Banque", "Clé"]]}),
        ("Amina", "changed", "account", "Natixis", {"tags": [["Banking"], []]}),
        ("Amina", "purged", "tag", "Banking", {"name": ["Banking", None]}),
    ]


def test_unused_tag_is_deleted(sign_in, amina, catalogue):
    response = sign_in(amina).post(page_of(tag("Mobilité"), "supprimer/"), follow=True)
    assert said(response) == ["Le tag « Mobilité » est supprimé : aucun compte ne l'avait."]
    assert (Tag.objects.count(), AccountTag.objects.count()) == (3, 5)


def test_tag_of_another_espace_is_not_found(sign_in, amina, otto, boreal):
    secret = create_account(
        by=Actor.of(otto), espace=boreal, today=TODAY, name="Secret SA", type="client", tags=["Secret"]
    )
    client = sign_in(amina)
    for action in ("", "fusionner/", "supprimer/"):
        assert client.get(page_of(secret.tags.get(), action)).status_code == 404
        assert client.post(page_of(secret.tags.get(), action), {"name": "Vu"}).status_code == 404
    assert tags_of(secret) == ["Secret"]
    assert "Secret" not in client.get(PAGE).content.decode()


# Many.


@pytest.mark.parametrize("rows", (1, 500))
def test_catalogue_query_count(sign_in, amina, atlas, rows, django_assert_num_queries):
    Tag.objects.bulk_create([Tag(espace=atlas, name=f"Tag {n}", slug=f"tag-{n}") for n in range(rows)])
    client = sign_in(amina)
    client.get(PAGE)
    with django_assert_num_queries(4):  # session, user, member, tags with their counts
        client.get(PAGE)


@pytest.mark.parametrize("rows", (1, 30))
def test_dropping_a_tag_takes_as_many_queries_for_many_accounts(
    amina, account, rows, django_assert_max_num_queries
):
    for n in range(rows):
        account(f"Compte {n}", tags=["Banque", "Clé"])
    with django_assert_max_num_queries(20):
        delete_tag(by=Actor.of(amina), tag=tag("Clé"))
    assert AccountTag.objects.count() == rows
