"""The catalogue of tags. Accounts get and lose tags through accounts.services.account."""

from django.core.exceptions import ValidationError

from accounts.models import Tag
from accounts.models.derived import fold
from accounts.models.tag import NAME_MAX_LENGTH, tags_named
from accounts.services.writing import check, reread, writing
from crm.actor import Actor
from crm.models import Espace


def create_tag(*, by: Actor, espace: Espace, name: str) -> Tag:
    """Add a tag to the catalogue. Raises ValidationError by field. Side effects: one Tag."""
    with writing(by, "tag.edit", espace.pk) as espace:
        _check_free(espace.pk, name)
        (tag,) = tags_named([name], espace_id=espace.pk)
        return tag


def rename_tag(*, by: Actor, tag: Tag, name: str) -> Tag:
    """Call a tag something else; its slug stays, so that addresses that name it still work.

    Raises ValidationError by field. Side effects: the Tag.
    """
    with writing(by, "tag.edit", tag.espace_id) as espace:
        tag = reread(Tag.objects.all(), tag)
        _check_free(espace.pk, name, but=tag.pk)
        tag.name = " ".join(name.split())
        check(tag)
        tag.save()
        return tag


def _check_free(espace_id: int, name: str, *, but: int | None = None) -> None:
    key = fold(name)[:NAME_MAX_LENGTH]
    if not key:
        raise ValidationError({"name": "Donnez un nom à ce tag."})
    if Tag.objects.filter(espace_id=espace_id, name_fold=key).exclude(pk=but).exists():
        raise ValidationError({"name": "Ce tag existe déjà."})
