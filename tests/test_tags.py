"""Tags: one catalogue for each espace, whichever way an account gets its tags."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account, AccountTag, Tag
from accounts.services.account import create_account, edit_account
from accounts.services.tag import create_tag, edit_tag
from crm.actor import Actor

TYPED = {"type": "client"}


@pytest.fixture
def arval(account) -> Account:
    return account("Arval")


@pytest.fixture
def theirs(boreal, otto, today) -> Account:
    """An account of Boréal with the tags Banque and Secret."""
    values = {"name": "Secret SA", "tags": ["Banque", "Secret"]} | TYPED
    return create_account(by=Actor.of(otto), espace=boreal, today=today, **values)


def names(account: Account) -> list[str]:
    return sorted(tag.name for tag in account.tags.all())


def links_between_espaces() -> list[AccountTag]:
    links = AccountTag.objects.select_related("tag", "content_object")
    return [link for link in links if link.tag.espace_id != link.content_object.espace_id]


def test_account_is_created_with_tags_and_edited(account, victor, today):
    arval = account("Arval", tags=["Banque", "Mobilité"])
    assert names(arval) == ["Banque", "Mobilité"]
    edit_account(by=Actor.of(victor), account=arval, today=today, tags=["Mobilité", "Grand compte"])
    assert names(arval) == ["Grand compte", "Mobilité"]
    edit_account(by=Actor.of(victor), account=arval, today=today, name="Arval SA")
    assert names(arval) == ["Grand compte", "Mobilité"]
    edit_account(by=Actor.of(victor), account=arval, today=today, tags=[])
    assert names(arval) == []
    assert Tag.objects.count() == 3  # the catalogue keeps them


def test_case_accents_and_blanks_make_no_other_tag(account, atlas):
    account("Arval", tags=["Énergie", "  énergie ", "ENERGIE", "Cœur  de cible"])
    account("LCL", tags=["energie", "coeur de cible"])
    assert [(tag.name, tag.links.count()) for tag in atlas.tags.order_by("name_fold")] == [
        ("Cœur de cible", 2),
        ("Énergie", 2),
    ]


def test_slugs_are_told_apart_and_never_empty(account, atlas):
    account("Arval", tags=["C", "C++", "C#", "+++", "日本", "Aucun"])
    assert dict(atlas.tags.values_list("name", "slug")) == {
        "C": "c",
        "C++": "c-2",
        "C#": "c-3",
        "+++": "tag",
        "日本": "tag-2",
        "Aucun": "aucun-2",  # ?tag=aucun asks for accounts without tags
    }


def test_two_espaces_have_the_same_tag_each_for_itself(account, theirs):
    account("Arval", tags=["Banque"])
    assert list(Tag.objects.filter(name="Banque").values_list("espace__name", "slug").order_by("pk")) == [
        ("Boréal", "banque"),
        ("Atlas", "banque"),
    ]


@pytest.mark.parametrize(
    "door",
    [
        lambda tags: tags.add("banque", "Secret"),
        lambda tags: tags.add("Banque", tag_kwargs={"name": "Banque"}),
        lambda tags: tags.set(["Banque", "SECRET"]),
        lambda tags: tags.set(["Banque", "Secret"], clear=True),
        lambda tags: (tags.add("Banque"), tags.remove("banque"), tags.add("Secret")),
        lambda tags: (tags.set(["Secret"]), tags.clear(), tags.set(["Banque"])),
    ],
    ids=["add", "add with tag_kwargs", "set", "set with clear", "remove", "clear"],
)
def test_names_given_to_taggits_manager_stay_in_the_espace(arval, theirs, door):
    door(arval.tags)
    assert names(arval) != []
    assert links_between_espaces() == []
    assert names(theirs) == ["Banque", "Secret"]


@pytest.mark.parametrize(
    "door",
    [
        lambda tags, tag: tags.add(tag),
        lambda tags, tag: tags.set([tag]),
        lambda tags, tag: tags.set([tag], clear=True),
        lambda tags, tag: tags.set(["Mobilité", tag]),
    ],
    ids=["add", "set", "set with clear", "set among names"],
)
def test_tag_of_another_espace_given_to_taggits_manager_is_an_error(account, theirs, door):
    arval = account("Arval", tags=["Mobilité"])
    secret = theirs.tags.get(name="Secret")
    with pytest.raises(ValueError, match="a tag of another espace"):
        door(arval.tags, secret)
    assert links_between_espaces() == []


def test_tag_of_another_espace_is_not_removed_from_there(arval, theirs):
    arval.tags.remove("Secret", theirs.tags.get(name="Banque"))
    assert names(theirs) == ["Banque", "Secret"]


@pytest.mark.parametrize("page", ["/e/atlas/comptes/nouveau/", "/admin/accounts/account/add/"])
def test_names_typed_in_a_form_stay_in_the_espace(sign_in, amina, atlas, theirs, page):
    values = {
        "espace": atlas.pk,
        "name": "Arval",
        "tags": "Banque, secret",
        "created_on": "2025-05-31",
    } | TYPED
    sign_in(amina).post(page, values)
    assert names(Account.objects.get(name="Arval")) == ["Banque", "secret"]
    assert links_between_espaces() == []


@pytest.mark.parametrize("page", ["/e/atlas/comptes/{}/modifier/", "/admin/accounts/account/{}/change/"])
def test_names_typed_in_an_edit_form_stay_in_the_espace(sign_in, amina, arval, theirs, page):
    sign_in(amina).post(
        page.format(arval.pk), {"name": "Arval", "tags": "SECRET", "created_on": "2025-05-31"} | TYPED
    )
    assert names(arval) == ["SECRET"]
    assert links_between_espaces() == []


def test_name_that_is_too_long_is_refused(account):
    with pytest.raises(ValidationError) as refusal:
        account("Arval", tags=["x" * 61])
    assert refusal.value.message_dict == {"tags": [f"Le tag « {'x' * 60}… » dépasse 60 caractères."]}
    assert not Account.objects.exists()


def test_name_whose_fold_is_longer_than_a_name_is_one_tag(account):
    """« œ » folds to « oe », so that sixty of them fold to more than the column holds."""
    for name in ("Arval", "LCL"):
        account(name, tags=["œ" * 60])
    assert Tag.objects.get().links.count() == 2


def test_catalogue_refuses_a_tag_that_exists_or_says_nothing(amina, atlas):
    by = Actor.of(amina)
    cle = create_tag(by=by, espace=atlas, name="Clé")
    banque = create_tag(by=by, espace=atlas, name="  Banque  privée ")
    assert (banque.name, banque.slug) == ("Banque privée", "banque-privee")
    refusals = []
    for attempt in (
        lambda: create_tag(by=by, espace=atlas, name="CLE"),
        lambda: create_tag(by=by, espace=atlas, name=" \t"),
        lambda: edit_tag(by=by, tag=banque, name="clé"),
        lambda: edit_tag(by=by, tag=banque, name=""),
    ):
        with pytest.raises(ValidationError) as refusal:
            attempt()
        refusals.append(refusal.value.message_dict)
    exists, empty = {"name": ["Ce tag existe déjà."]}, {"name": ["Donnez un nom à ce tag."]}
    assert refusals == [exists, empty, exists, empty]
    assert edit_tag(by=by, tag=cle, name="CLÉ").name == "CLÉ"  # the same tag, written otherwise


def test_account_deleted_leaves_the_catalogue(account, amina):
    arval = account("Arval", tags=["Banque"])
    arval.delete()
    assert (Tag.objects.count(), AccountTag.objects.count()) == (1, 0)
