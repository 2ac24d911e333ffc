from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from taggit.managers import _TaggableManager
from taggit.models import ItemBase

from accounts.choices import Tone
from accounts.models.derived import FoldField, fold
from crm.models import Espace

NAME_MAX_LENGTH = 60
NO_TAG = "aucun"  # what ?tag= says for accounts without tags, so never a slug


class Tag(models.Model):
    """A free label of an espace. Two that differ only by case or accents are the same."""

    espace = models.ForeignKey(Espace, models.CASCADE, related_name="tags")
    name = models.CharField("nom", max_length=NAME_MAX_LENGTH)
    name_fold = FoldField(max_length=NAME_MAX_LENGTH, source="name")
    slug = models.SlugField(max_length=70, editable=False)
    tone = models.CharField("couleur", max_length=10, choices=Tone, blank=True)  # blank: drawn from the slug

    class Meta:
        verbose_name = "tag"
        constraints = [
            models.UniqueConstraint(
                fields=["espace", "name_fold"],
                name="tag_name_unique",
                violation_error_code="name",
                violation_error_message="Ce tag existe déjà.",
            ),
            models.UniqueConstraint(fields=["espace", "slug"], name="tag_slug_unique"),
        ]

    def __str__(self):
        return self.name


class AccountTag(ItemBase):
    # The indexes below begin with either: ones of a column alone would be chosen in their place.
    content_object = models.ForeignKey(
        "accounts.Account", models.CASCADE, related_name="tag_links", db_index=False
    )
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="links", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="accounttag_unique"),
        ]
        indexes = [models.Index(fields=["tag", "content_object"], name="accounttag_list_by_tag")]


def tags_named(names, *, espace_id: int) -> list[Tag]:
    """The espace's tags of these names, in order and without doubles; those unknown are not saved yet.

    The caller holds the espace's lock. Raises ValidationError for a name that is too long.
    """
    by_fold: dict[str, str] = {}
    for name in (" ".join(name.split()) for name in names):
        if len(name) > NAME_MAX_LENGTH:
            raise ValidationError(
                {"tags": f"Le tag « {name[:NAME_MAX_LENGTH]}… » dépasse {NAME_MAX_LENGTH} caractères."}
            )
        if key := fold(name)[:NAME_MAX_LENGTH]:  # as stored: a fold may be longer than its name (œ gives oe)
            by_fold.setdefault(key, name)
    found = {tag.name_fold: tag for tag in Tag.objects.filter(espace_id=espace_id, name_fold__in=by_fold)}
    missing = [key for key in by_fold if key not in found]
    if missing:
        taken = {NO_TAG, *Tag.objects.filter(espace_id=espace_id).values_list("slug", flat=True)}
        for key in missing:
            slug = _free_slug(by_fold[key], taken)
            taken.add(slug)
            found[key] = Tag(espace_id=espace_id, name=by_fold[key], name_fold=key, slug=slug)
    return [found[key] for key in by_fold]


def _free_slug(name: str, taken: set[str]) -> str:
    """« C++ » gives c, and « C# » then c-2."""
    base = slugify(name)[:60] or "tag"
    n, slug = 1, base
    while slug in taken:
        n += 1
        slug = f"{base}-{n}"
    return slug


class EspaceTags(_TaggableManager):
    """taggit's manager, kept inside the account's own espace.

    By itself taggit looks a name up in every espace, and attaches whichever tag it finds.
    """

    def _to_tag_model_instances(self, tags, tag_kwargs):
        espace_id = self.instance.espace_id
        if any(isinstance(tag, Tag) and tag.espace_id != espace_id for tag in tags):
            raise ValueError("a tag of another espace")
        found = tags_named([str(tag) for tag in tags], espace_id=espace_id)
        for tag in found:
            if tag.pk is None:
                tag.save()
        return found
