"""What each row of a file means in an espace: an account that is there already, a new one, or a refusal."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from accounts.models import Account
from accounts.models.derived import fold
from accounts.services.importing.reading import Row
from crm.models import Espace, Membership

NAME_FOLD_MAX = Account._meta.get_field("name_fold").max_length
BATCH = 5000  # names asked for in one query
PATH = "›"  # « Groupe › Filiale » tells homonyms apart
SHOWN = 5  # names of a cycle that a sentence repeats


def plan_rows(rows: Iterable[Row], *, espace: Espace) -> list[Row]:
    """Settle every row: set `above`, `owner_id` and `is_there`, or add to `refusals`.

    A row is an account of the espace, or of another row, when name and parent agree, case and accents apart.
    Returns the rows that make new accounts, parents first. Side effects: none but on the rows.
    """
    _find_owners(rows, espace)
    firsts, doubles = _first_of_each([row for row in rows if row.name])
    known = KnownAccounts(espace, {name for row in firsts for name in (_key(row.name), *_names_above(row))})
    settled = []
    for row in _parents_first(firsts):
        _settle(row, known)
        settled.append(row)
    out = set(settled)
    _refuse_cycles([row for row in firsts if row not in out])
    for row, first in doubles:
        row.refusals = row.refusals or list(first.refusals)
        row.is_there = True
    return [row for row in settled if not row.refusals and not row.is_there]


class KnownAccounts:
    """The accounts that a name may mean: an id for one of the espace, a Row for one of the file."""

    def __init__(self, espace: Espace, names: Collection[str]):
        self.of_name = defaultdict(list)
        self.parent_of = {}
        self.at = {}  # by name and parent
        names = sorted(names)
        for n in range(0, len(names), BATCH):
            found = Account.objects.filter(espace=espace, name_fold__in=names[n : n + BATCH]).order_by("pk")
            for pk, name, parent in found.values_list("pk", "name_fold", "parent_id"):
                self.add(pk, name, parent)

    def add(self, ref, name: str, parent) -> None:
        self.of_name[name].append(ref)
        self.parent_of[ref] = parent
        self.at.setdefault((name, parent), ref)

    def add_refused(self, row: Row) -> None:
        """Keep a refused row's name, so that what was to go under it goes nowhere else."""
        self.of_name[_key(row.name)].append(row)
        self.parent_of[row] = None

    def meant_by(self, text: str) -> list:
        """Those of that name, or else of that path: the last name of it, below the others."""
        found = self.of_name.get(_key(text), [])
        if found or PATH not in text:
            return found
        first, *rest = _path(text)
        found = self.of_name.get(first, [])
        for name in rest:
            above = set(found)
            found = [ref for ref in self.of_name.get(name, []) if self.parent_of[ref] in above]
        return found


@lru_cache(maxsize=2**16)  # each name is asked for a dozen times
def _key(name: str) -> str:
    return fold(name)[:NAME_FOLD_MAX]


def _path(text: str) -> list[str]:
    return [name for part in text.split(PATH) if (name := _key(part))] or [_key(text)]


def _names_above(row: Row) -> set[str]:
    """All the names that its parent's cell may mean."""
    return {_key(row.parent), *_path(row.parent)} if row.parent else set()


def _find_owners(rows: Iterable[Row], espace: Espace) -> None:
    members = defaultdict(list)
    for member in Membership.objects.filter(espace=espace, is_active=True).select_related("user"):
        for text in {fold(member.user.email), fold(str(member))}:
            members[text].append(member.pk)
    for row in rows:
        if not row.owner:
            continue
        found = members[fold(row.owner)]
        if len(found) == 1:
            row.owner_id = found[0]
        elif found:
            row.refusals.append(
                f"{len(found)} membres s'appellent « {row.owner} » : écrivez l'adresse e-mail du responsable."
            )
        else:
            row.refusals.append(f"Le responsable « {row.owner} » n'est pas un membre actif de l'espace.")


def _first_of_each(rows: list[Row]) -> tuple[list[Row], list[tuple[Row, Row]]]:
    """The rows that differ by name or parent; and the others, each with the one it repeats.

    Of equal rows the first sound one counts: one that is refused for its type must not lose the next.
    """
    equals = defaultdict(list)
    for row in rows:
        equals[_key(row.name), _key(row.parent)].append(row)
    firsts, doubles = [], []
    for group in equals.values():
        first = next((row for row in group if not row.refusals), group[0])
        firsts.append(first)
        doubles += [(row, first) for row in group if row is not first]
    return firsts, doubles


def _parents_first(rows: list[Row]) -> Iterator[Row]:
    """Each row once all that its parent's name may mean are out; those on a cycle, or below one, never."""
    unsettled = Counter(_key(row.name) for row in rows)
    waiting = defaultdict(list)
    for row in rows:
        for name in _names_above(row):
            waiting[name].append(row)

    def is_ready(row):
        # A row does not wait for itself: « Bouygues » may go under another « Bouygues ».
        own = _key(row.name)
        return all(unsettled[name] == (1 if name == own else 0) for name in _names_above(row))

    ready = deque(row for row in rows if is_ready(row))
    queued = set(ready)
    while ready:
        row = ready.popleft()
        yield row
        name = _key(row.name)
        unsettled[name] -= 1
        if unsettled[name] <= 1:
            freed = [other for other in waiting[name] if other not in queued and is_ready(other)]
            queued.update(freed)
            ready.extend(freed)


def _settle(row: Row, known: KnownAccounts) -> None:
    name = _key(row.name)
    parents = known.meant_by(row.parent) if row.parent else [None]
    same = next((known.at[name, parent] for parent in parents if (name, parent) in known.at), None)
    if same is not None:
        row.is_there = True
        return
    if refusal := _refusal_of(parents, row):
        row.refusals.append(refusal)
    if row.refusals:
        known.add_refused(row)
        return
    row.above = parents[0]
    known.add(row, name, row.above)


def _refusal_of(parents: list, row: Row) -> str | None:
    if len(parents) > 1:
        return (
            f"Le compte parent « {row.parent} » est ambigu : {len(parents)} comptes s'appellent ainsi. "
            f"Écrivez son chemin, par exemple « Groupe {PATH} {row.parent} »."
        )
    if not parents and _key(row.name) == _path(row.parent)[-1]:
        return "Un compte ne peut pas être placé sous lui-même."
    if not parents:
        return f"Le compte parent « {row.parent} » est inconnu."
    if isinstance(parents[0], Row) and parents[0].refusals:
        return f"Son compte parent, ligne {parents[0].line}, est refusé."
    return None


def _refuse_cycles(rows: list[Row]) -> None:
    """Refuse what _parents_first() left: rows on a cycle, with its path, and rows below one."""
    of_name = defaultdict(list)
    for row in rows:
        of_name[_key(row.name)].append(row)

    def above(row):
        return next(o for name in sorted(_names_above(row)) for o in of_name[name] if o is not row)

    seen = set()
    for row in rows:
        walk = []
        while row not in seen:
            seen.add(row)
            walk.append(row)
            row = above(row)
        met_at = walk.index(row) if row in walk else len(walk)
        for below in walk[:met_at]:
            below.refusals.append(f"Son compte parent, ligne {above(below).line}, est refusé.")
        _refuse_cycle(walk[met_at:][::-1])


def _refuse_cycle(cycle: list[Row]) -> None:
    """cycle: each row's child follows it, and the first one is the last one's child."""
    for n, row in enumerate(cycle):
        names = [cycle[(n + step) % len(cycle)].name for step in range(min(len(cycle), SHOWN))]
        names += ["…"] if len(cycle) > SHOWN else []
        path = f" {PATH} ".join([*names, row.name])
        row.refusals.append(f"Un compte ne peut pas être placé sous lui-même : {path}.")
