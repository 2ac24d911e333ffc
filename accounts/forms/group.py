"""The list of groups as its address asks for it, and what is typed to move an account."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef
from django.http import QueryDict

from accounts.forms.filters import ListState
from accounts.forms.listing import SIZE
from accounts.forms.lossless import LosslessForm
from accounts.forms.picker import account_field
from accounts.forms.portfolio import sentences
from accounts.models import Account
from accounts.models.account import unarchived
from accounts.services import search
from accounts.services.group_table import Counted, Counts, left_behind, tree_counts
from accounts.services.ordering import page_of
from crm.models import Espace

DETACHING = "detacher"  # the button that takes an account out of its group


@dataclass(frozen=True)
class Group(Counted):
    """A group by its head. archived: whether the head is. counts: of the head and all below.

    left_behind: filiales Délaissées while the group is Actif.
    """

    head: Account
    archived: bool
    counts: Counts
    left_behind: int


class GroupListing:
    """A page of the groups by name: accounts with others below them and none above, in 2 queries.

    One whose head is archived is there while something below it is not.
    `errors` holds a sentence for each invalid value; then there are no groups.
    """

    def __init__(self, data: QueryDict, *, espace: Espace, today: date):
        state = ListState(data)
        state.full_clean()
        self.on = state.cleaned_data.get("au") or today
        self.read_only = self.on != today
        self.errors = sentences(state.errors)
        self.groups, self.previous, self.next = [], "", ""
        if not self.errors:
            self._read(espace, state.cleaned_data["suite"])

    def _read(self, espace: Espace, cursor: str) -> None:
        accounts = espace.accounts
        shown = accounts.with_status(self.on)
        below = shown.unarchived(self.on).filter(tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"))
        heads = shown.filter(unarchived(self.on) | Exists(below), parent=None, rght__gt=F("lft") + 1)
        try:
            rows, self.previous, self.next = page_of(heads, "nom", shown=shown, size=SIZE, cursor=cursor)
        except ValidationError as refusal:
            self.errors += refusal.messages
            return
        counts = tree_counts(accounts, [head.tree_id for head in rows], self.on)
        for head in rows:
            found = counts[head.tree_id]
            archived = head.is_archived(self.on)
            filiales = found if archived else found | {head.status: found[head.status] - 1}
            self.groups.append(Group(head, archived, found, left_behind(filiales, in_tree=found)))


class MoveForm(LosslessForm):
    """Asks for another place in the tree: under an account, or under none by a button of its own."""

    model = Account
    meant = True

    parent = account_field(label="Nouveau compte parent", required=False)

    def __init__(self, data: QueryDict | None = None, **context):
        self.is_detaching = data is not None and DETACHING in data
        if self.is_detaching:
            data = data.copy()
            data["parent"] = ""
        super().__init__(data, initial={"parent": None}, **context)
        self.fields["parent"].widget.src += "?pour=parent"
        self.fields["parent"].find = search.parents

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent is None and not self.is_detaching:
            raise ValidationError("Choisissez sous quel compte placer celui-ci.")
        return parent
