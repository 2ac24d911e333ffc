"""Django admin in a real browser: the content security policy holds on each of its pages."""

import pytest

from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Tag
from crm.models import Espace, Membership, User

MODELS = [Account, Affaire, Contact, Note, Opportunite, Projet, Tag, Espace, Membership, User]


@pytest.mark.parametrize("model", MODELS)
def test_pages_run_without_anything_inline(page, amina, account, model):
    account("Arval", tags=["Banque"], owner=amina.pk)
    folder = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    opened = page(folder, member=amina)
    assert opened.title().endswith(" · Administration de Vigie")
    if row := model.objects.first():
        for last in ("change", "history", "delete") if model is Account else ("change", "history"):
            opened.goto(f"{folder}{row.pk}/{last}/")
    if model in {Account, Affaire, Contact, Note, Opportunite, Projet, Tag}:
        opened.goto(f"{folder}add/")
        assert opened.get_by_role("button", name="Enregistrer", exact=True).count() == 1


def test_account_is_created_with_a_parent_searched(page, amina, account):
    group = account("BNP Paribas", type="groupe")
    opened = page("/admin/accounts/account/add/", member=amina)
    opened.get_by_label("Espace").select_option("Atlas")
    opened.get_by_label("Nom", exact=False).first.fill("Arval")
    opened.get_by_label("Type").select_option("client")
    opened.locator(".field-parent .select2-selection").click()
    opened.get_by_role("searchbox").last.fill("bnp")
    opened.get_by_role("option", name="BNP Paribas").click()
    opened.get_by_role("button", name="Enregistrer", exact=True).click()
    opened.get_by_text("a été ajouté").wait_for()
    assert Account.objects.get(name="Arval").parent == group
