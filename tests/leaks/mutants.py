"""The code with one guard taken out: an espace's filter, or a right's check."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crm.models import Espace
from crm.roles import EVERYONE, RIGHTS

CODE = ("crm", "accounts")
LEFT_ALONE = {"migrations", "management", "demo", "backups"}  # what no member reaches
LOOKUPS = {"filter", "exclude", "get", "Q", "get_object_or_404"}
OF_ESPACE = re.compile(r"(\w+__)?espace(_id)?(__\w+)?")
OF_MEMBER = {"is_active", "role__in", "user"}
ANYBODY = "espace.see"  # a right that every role has
ISOLATION = ("services", "rights", "addresses_elsewhere", "canaries", "forms")
# Where guards are tried that neither an espace nor a role depends on.
OTHERS = ("admin", "espaces", "espace_delete", "members", "personal_data", "import_accounts", "two_factor")
MANAGERS = {
    relation.get_accessor_name(): relation.related_model._meta.label
    for relation in Espace._meta.related_objects
    if relation.one_to_many and not relation.hidden
}


@dataclass(frozen=True)
class Mutant:
    """path: the file, from the root. code: what it becomes."""

    path: Path
    line: int
    guard: str
    code: str

    def __str__(self):
        return f"{self.path}:{self.line} {self.guard}"

    @property
    def tests(self) -> list[str]:
        """Those that may notice, the likeliest first."""
        first = "services" if "services" in self.path.parts else "canaries"
        if re.match(r"requires|writing|allows|(by|self)\.(require|may)|self\.admin_site", self.guard):
            first = "rights"
        isolation = sorted(ISOLATION, key=lambda name: name != first)
        return [f"tests/isolation/test_{name}.py" for name in isolation] + [
            f"tests/test_{name}.py" for name in OTHERS
        ]


def mutants(root: Path) -> Iterator[Mutant]:
    for app in CODE:
        for file in sorted((root / app).rglob("*.py")):
            path = file.relative_to(root)
            if not LEFT_ALONE & set(path.parts):
                yield from _mutants_of(path, file.read_text())


def _mutants_of(path: Path, code: str) -> Iterator[Mutant]:
    for n, (node, guard, _) in enumerate(_guards(ast.parse(code))):
        tree = ast.parse(code)
        _, _, without = list(_guards(tree))[n]
        without()
        yield Mutant(path, node.lineno, guard, ast.unparse(ast.fix_missing_locations(tree)))


def _guards(tree: ast.Module) -> Iterator[tuple[ast.AST, str, Callable]]:
    """Each guard: its node, its text, and what takes it out of the tree."""
    for parent in ast.walk(tree):
        for field, child in ast.iter_fields(parent):
            for n, node in enumerate(child if isinstance(child, list) else [child]):
                if not isinstance(node, ast.AST):
                    continue

                def put(new, parent=parent, field=field, n=n):
                    held = getattr(parent, field)
                    if isinstance(held, list):
                        held[n] = new
                    else:
                        setattr(parent, field, new)

                for guard, without in _guards_at(node, put):
                    yield node, guard, without


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
