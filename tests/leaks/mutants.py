"""The code with one guard taken out: an espace's filter, or a right's check."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from crm.models import Espace
from crm.roles import EVERYONE, RIGHTS

CODE = ("crm", "accounts")
LEFT_ALONE = {"migrations", "management", "demo", "backups"}  # what no member reaches
LOOKUPS = {"filter", "exclude", "get", "Q", "get_object_or_404"}
OF_ESPACE = re.compile(r"(\w+__)?espace(_id)?(__\w+)?")
OF_MEMBER = {"is_active", "role__in", "user"}
ANYBODY = "espace.see"  # a right that every role has
OF_ONE_ROW = "un identifiant n'est que d'une fiche, donc d'un espace"
OF_ONE_TREE = "un arbre n'est que d'un espace"
FILTERED = "ces lignes-là sont parmi celles du filtre"
ASKED_BELOW = "ce qu'il appelle demande le même droit"
# Guards that nothing can notice, by how their names begin without the line; each with the reason.
WITHOUT_EFFECT = {
    "crm/merging.py changes_since: chain__espace=": f"{OF_ONE_ROW} ; la chaîne sert l'index journal_of_row",
    "accounts/forms/business.py typed_account: self.espace.accounts": (
        "PickField n'a laissé passer que l'identifiant d'un compte de l'espace"
    ),
    "accounts/forms/business_filters.py __init__: self.espace.accounts": OF_ONE_TREE,
    "accounts/forms/listing.py _days: self.espace.accounts": FILTERED,
    "accounts/forms/listing.py _digest: espace=": (
        "avec le sceau d'un autre journal, des nombres ne sont que comptés de nouveau"
    ),
    "accounts/forms/listing.py _page: self.espace.accounts": FILTERED,
    "accounts/forms/portfolio.py find_tag_ids: self.espace.tags": (
        "les tags d'un autre espace ne sont sur aucun compte d'ici"
    ),
    "accounts/forms/portfolio.py accounts: self.espace.accounts": "none() n'a aucune ligne",
    "accounts/services/digest/content.py _explained: espace.accounts": OF_ONE_ROW,
    "accounts/services/flux.py _periods_of: espace.accounts": "ne choisit que l'index où lire",
    "accounts/services/group.py group_of: account.espace.accounts": OF_ONE_TREE,
    "accounts/services/group_table.py group_table: account.espace.accounts": OF_ONE_TREE,
    "accounts/services/handover.py _rows_of: espace=": "un membre n'est que d'un espace",
    "accounts/services/handover.py disable_and_hand_over: writing(": ASKED_BELOW,
    "accounts/services/history/names.py _part: espace= in rows.": OF_ONE_ROW,
    "accounts/services/history/names.py last_names_of: chain__espace=": OF_ONE_ROW,
    "accounts/services/importing/placing.py _grown_trees: espace=": OF_ONE_TREE,
    "accounts/services/logo/searching.py _claimed: espace= in due.filter(espace=OuterRef": (
        "un espace sans recherche due n'en donne aucune"
    ),
    "accounts/services/logo/keeping.py add_logo: ": (
        "le droit est demandé deux fois : avant de lire l'image, puis avec le verrou"
    ),
    "accounts/services/opportunite.py move_opportunite: writing(": ASKED_BELOW,
    "accounts/services/opportunite.py close_opportunite: writing(": ASKED_BELOW,
    "accounts/services/relance/reason.py reasons_of: espace.accounts": OF_ONE_ROW,
    "accounts/services/relance/reason.py close_relances: espace=": OF_ONE_ROW,
    "accounts/services/personal/erasing.py erase_contact: espace=": OF_ONE_ROW,
    "accounts/services/personal/erasing.py _near: espace=": "un compte n'est que d'un espace",
    "accounts/services/status.py _refresh_batch: espace=": OF_ONE_ROW,
    "accounts/services/status.py rebuild: espace=": "_refresh_batch laisse ceux des autres espaces",
    "accounts/services/trash/__init__.py purge_due: writing(": "le travail de fond peut tout",
    "accounts/services/trash/__init__.py restore: espace=": OF_ONE_ROW,
    "accounts/services/trash/__init__.py _many: espace=": OF_ONE_ROW,
    "accounts/services/trash/coming_back.py _without_missing: espace=": OF_ONE_ROW,
    "accounts/services/trash/coming_back.py give_back: espace=": OF_ONE_ROW,
}
MANAGERS = {
    relation.get_accessor_name(): relation.related_model._meta.label
    for relation in Espace._meta.related_objects
    if relation.one_to_many and not relation.hidden
}


@dataclass(frozen=True)
class Mutant:
    """path: the file, from the root. place: the function. code: the file without it. key: for `learning`."""

    path: str
    line: int
    place: str
    guard: str
    code: str
    key: str

    def __str__(self):
        return f"{self.path}:{self.line} {self.place}: {self.guard}"

    @property
    def name(self) -> str:
        return f"{self.path} {self.place}: {self.guard}"

    @property
    def reason(self) -> str:
        """Why nothing can notice that it is missing; empty when something must."""
        return next((why for start, why in WITHOUT_EFFECT.items() if self.name.startswith(start)), "")


class Guard(NamedTuple):
    """A guard in a tree, what takes it out, and what puts something else there."""

    node: ast.expr | ast.Expr
    place: str
    text: str
    without: Callable[[], None]
    put: Callable[[ast.AST], None]


def mutants(root: Path) -> Iterator[Mutant]:
    for path, code in files(root).items():
        for n, guard in enumerate(_guards(ast.parse(code))):
            tree = ast.parse(code)
            list(_guards(tree))[n].without()
            mutated = ast.unparse(ast.fix_missing_locations(tree))
            yield Mutant(path, guard.node.lineno, guard.place, guard.text, mutated, _key(path, guard.node))


def declared_in_vain(known: list[Mutant]) -> list[str]:
    """What WITHOUT_EFFECT tells of guards that are no longer there."""
    return [start for start in WITHOUT_EFFECT if not any(mutant.name.startswith(start) for mutant in known)]


def files(root: Path) -> dict[str, str]:
    """The code of each file that may have guards, by its path from the root."""
    found = [file.relative_to(root) for app in CODE for file in sorted((root / app).rglob("*.py"))]
    return {str(path): (root / path).read_text() for path in found if not LEFT_ALONE & set(path.parts)}


def telling(path: str, code: str) -> str:
    """The same code, but each guard first tells `learning` that one comes by."""
    tree = ast.parse(code)
    for guard in list(_guards(tree)):
        tells = f"__import__('tests.leaks.learning').leaks.learning.come_by('{_key(path, guard.node)}')"
        is_line = isinstance(guard.node, ast.Expr)
        held = guard.node.value if is_line else guard.node
        both = ast.BoolOp(ast.Or(), [ast.parse(tells, mode="eval").body, held])  # it returns None
        guard.put(ast.Expr(both) if is_line else both)
    return ast.unparse(ast.fix_missing_locations(tree))


def _key(path: str, node: ast.expr | ast.Expr) -> str:
    return f"{path}:{node.lineno}:{node.col_offset}-{node.end_lineno}:{node.end_col_offset}"


def _guards(parent: ast.AST, place: str = "") -> Iterator[Guard]:
    if isinstance(parent, ast.FunctionDef):
        place = parent.name
    for field, child in ast.iter_fields(parent):
        for n, node in enumerate(child if isinstance(child, list) else [child]):
            if not isinstance(node, ast.AST):
                continue

            def put(new, field=field, n=n):
                held = getattr(parent, field)
                if isinstance(held, list):
                    held[n] = new
                else:
                    setattr(parent, field, new)

            for text, without in _guards_at(node, put):
                yield Guard(node, place, text, without, put)
            yield from _guards(node, place)


def _guards_at(node: ast.AST, put: Callable) -> Iterator[tuple[str, Callable]]:
    text = ast.unparse(node) if isinstance(node, ast.expr | ast.Expr) else ""
    match node:
        case ast.Call(func=ast.Name(id="own"), args=[_, rows]):
            yield text, lambda: put(rows)
        case ast.Call(func=ast.Name(id="writing" | "requires"), args=args) if args:
            yield from _right_at(node, 0 if len(args) == 1 else 1)
        case ast.Call(func=ast.Name(id="allows") | ast.Attribute(attr="may" | "has_permission")):
            yield text, lambda: put(ast.Constant(True))
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="require"))):
            yield text, lambda: put(ast.Pass())
        case ast.Call(func=ast.Attribute(attr="present") as method):
            yield text, lambda: setattr(method, "attr", "all")
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in LOOKUPS:
            yield from _filters_at(node, text)
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if name in MANAGERS:
            if ast.unparse(value).endswith("espace"):
                yield text, lambda: put(_all_rows(MANAGERS[name]))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            is_of = any(re.search(r"\bespace(_id|\.pk)?$", ast.unparse(side)) for side in (left, right))
            if is_of and isinstance(op, ast.Eq | ast.In | ast.NotEq | ast.NotIn):
                yield text, lambda: put(ast.Constant(isinstance(op, ast.Eq | ast.In)))


def _right_at(call: ast.Call, place: int) -> Iterator[tuple[str, Callable]]:
    right = call.args[place]
    if isinstance(right, ast.Constant) and RIGHTS[right.value] == EVERYONE:
        return

    def without():
        call.args[place] = ast.Constant(ANYBODY)

    yield ast.unparse(call), without


def _filters_at(call: ast.Call, text: str) -> Iterator[tuple[str, Callable]]:
    for keyword in call.keywords:
        name = keyword.arg or ""
        if OF_ESPACE.fullmatch(name) or (name in OF_MEMBER and "embership" in text):
            yield f"{name}= in {text}", lambda keyword=keyword: call.keywords.remove(keyword)


def _all_rows(label: str) -> ast.expr:
    app, _, model = label.partition(".")
    code = f"__import__('{app}.models').models.{model}._default_manager"
    return ast.parse(code, mode="eval").body
