"""Small faults that someone could make in a module of rules, each as one change to its syntax tree."""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any

COMPARED: dict[type, list[type]] = {
    ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.LtE], ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn], ast.NotIn: [ast.In],
}  # fmt: skip
CALCULATED: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
RENAMED = {"any": "all", "all": "any", "min": "max", "max": "min"}
LOOKUPS = {"__lte": "__lt", "__lt": "__lte", "__gte": "__gt", "__gt": "__gte"}
QUERIES = {"filter", "exclude", "get", "Q"}
STEPS_OF_A_QUERY = {"filter", "exclude", "distinct", "order_by"}
SAVERS = {"save_or_refuse", "_save"}
SQL = [
    (" <= ", " < "), (" < ", " <= "), (" >= ", " > "), (" > ", " >= "), (" = ", " <> "), (r" \+ ", " - "),
    (" - ", " + "), (r"\bgreatest\b", "least"), (r"\bis not null\b", "is null"), (r"\bis null\b", "is not null"),
    (r"\bnot (?!null)", ""), (r"\band\b", "or"), (r"\bor\b", "and"), (r"'\(\]'", "'[]'"), (r"'\[\]'", "'[)'"),
    (r"\b\w+ = '\w+' and ", ""), (r"\b\w+ and (?=\w+ [<>])", ""),
]  # fmt: skip
LONGEST = 100  # letters of a fault that are shown


@dataclass
class Mutant:
    """One fault: the node that stands at `place` of `parent` is replaced by `new`."""

    path: Path
    function: str
    span: tuple[int, int] | None  # lines of the outermost function; None where it is outside any
    line: int
    kind: str
    parent: ast.AST
    place: tuple[str, int | None]
    new: ast.AST
    around: list[ast.AST] = field(repr=False, default_factory=list)
    before: str = ""
    after: str = ""

    @property
    def key(self) -> str:
        return f"{self.function}: {self.before} → {self.after}"

    def put(self, node: ast.AST) -> ast.AST:
        """Put a node into this place, and give back the one that stood there."""
        name, index = self.place
        value = getattr(self.parent, name)
        if index is None:
            setattr(self.parent, name, node)
            return value
        value[index], was = node, value[index]
        return was

    def compiled(self, tree: ast.Module) -> CodeType:
        was = self.put(self.new)
        try:
            return compile(tree, str(self.path), "exec")
        finally:
            self.put(was)


def find_mutants(path: Path, source: str) -> tuple[ast.Module, list[Mutant]]:
    """The tree of a module, and every fault that can be made in it."""
    tree = ast.parse(source)
    found = list(_walk(tree, path, [tree], []))
    seen: Counter[str] = Counter()
    for mutant in found:
        _describe(mutant)
        seen[mutant.key] += 1
        if seen[mutant.key] > 1:
            mutant.after += f" ({seen[mutant.key]})"
    return tree, found


def sample(mutants: list[Mutant], *, number: int, seed: str) -> list[Mutant]:
    """The same faults each time, and most of them still the same after the module is changed elsewhere."""
    chosen = sorted(mutants, key=lambda m: sha256(f"{seed} {m.key}".encode()).digest())[:number]
    return sorted(chosen, key=lambda m: (str(m.path), m.line))


# --- Walking the tree --------------------------------------------------------------------------


def _walk(node: ast.AST, path: Path, above: list[ast.AST], names: list[str]) -> Iterator[Mutant]:
    for parent_field, index, child in _children(node):
        if _is_left_alone(node, parent_field, child):
            continue
        for kind, new in _faults(child, above):
            new = ast.fix_missing_locations(ast.copy_location(new, child))
            yield Mutant(
                path, ".".join(names) or "module", _span(above), _line(child), kind, node, (parent_field, index), new,
                around=[*above, child],
            )  # fmt: skip
        inside = [*names, child.name] if isinstance(child, (ast.FunctionDef, ast.ClassDef)) else names
        yield from _walk(child, path, [*above, child], inside)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield name, None, value
        elif isinstance(value, list):
            yield from ((name, index, item) for index, item in enumerate(value) if isinstance(item, ast.AST))


def _is_left_alone(parent: ast.AST, name: str, child: ast.AST) -> bool:
    """Types, docstrings, refusals' sentences, and what the database and not the module decides."""
    if name in ("annotation", "returns", "decorator_list", "bases"):
        return True
    if isinstance(child, (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(child, ast.FunctionDef) and child.name in ("__str__", "__repr__", "__init__"):
        return True
    if isinstance(parent, ast.ClassDef):
        return not isinstance(child, ast.FunctionDef)
    if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
        return True
    return isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)


def _line(node: ast.AST) -> int:
    return node.target.lineno if isinstance(node, ast.comprehension) else node.lineno


def _span(above: list[ast.AST]) -> tuple[int, int] | None:
    for node in above:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return first, node.end_lineno or node.lineno
    return None


def _describe(mutant: Mutant) -> None:
    """Say what it changes, with as much around it as is short; of a long text the one line."""
    shown = mutant.around[-1]
    for node in reversed(mutant.around):
        if not isinstance(node, (ast.expr, ast.stmt, ast.keyword)) or _length(node) > LONGEST:
            break
        shown = node
    before, was = ast.unparse(shown), mutant.put(mutant.new)
    after = ast.unparse(mutant.new if shown is mutant.around[-1] else shown)
    mutant.put(was)
    mutant.before, mutant.after = _changed(before, after)


def _length(node: ast.AST) -> int:
    return LONGEST + 1 if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else len(ast.unparse(node))


def _changed(before: str, after: str) -> tuple[str, str]:
    pairs = zip(before.replace("\\n", "\n").split("\n"), after.replace("\\n", "\n").split("\n"), strict=False)
    for was, now in pairs:
        if was != now:
            return was.strip()[:LONGEST], now.strip()[:LONGEST]
    return before[:LONGEST], after[:LONGEST]


# --- The faults --------------------------------------------------------------------------------


def _faults(node: ast.AST, above: list[ast.AST]) -> Iterator[tuple[str, Any]]:
    by_type = {
        ast.Compare: _compare, ast.BoolOp: _bool_op, ast.UnaryOp: _unary, ast.BinOp: _bin_op, ast.Call: _call,
        ast.Return: _return, ast.Expr: _expression, ast.Assign: _assign, ast.AugAssign: _drop, ast.If: _if,
        ast.IfExp: _if_exp, ast.Set: _set, ast.comprehension: _comprehension, ast.Continue: _drop, ast.Break: _drop,
    }  # fmt: skip
    if isinstance(node, ast.Constant):
        yield from _constant(node, above)
    elif type(node) in by_type:
        yield from by_type[type(node)](node)


def _changed_copy(node: Any, **fields: Any) -> Any:
    new = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _without(items: list[Any], index: int) -> list[Any]:
    return [copy.deepcopy(item) for place, item in enumerate(items) if place != index]


def _compare(node: ast.Compare) -> Iterator[tuple[str, Any]]:
    for index, op in enumerate(node.ops):
        for other in COMPARED[type(op)]:
            yield "comparison", _changed_copy(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def _bool_op(node: ast.BoolOp) -> Iterator[tuple[str, Any]]:
    yield "and/or", _changed_copy(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _unary(node: ast.UnaryOp) -> Iterator[tuple[str, Any]]:
    if isinstance(node.op, (ast.Not, ast.Invert)):
        yield "not", copy.deepcopy(node.operand)


def _bin_op(node: ast.BinOp) -> Iterator[tuple[str, Any]]:
    if type(node.op) in CALCULATED:
        yield "arithmetic", _changed_copy(node, op=CALCULATED[type(node.op)]())


def _constant(node: ast.Constant, above: list[ast.AST]) -> Iterator[tuple[str, Any]]:
    if isinstance(node.value, bool):
        yield "boolean", ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        yield from (("constant", ast.Constant(node.value + step)) for step in (1, -1))
    elif isinstance(node.value, str):
        yield from (("text", ast.Constant(text)) for text in _texts(node.value, above))


def _texts(text: str, above: list[ast.AST]) -> Iterator[str]:
    call = above[-1]
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "order_by":
        yield text[1:] if text.startswith("-") else f"-{text}"
    elif re.search(r"^\s*select\b", text, re.MULTILINE):
        for pattern, other in SQL:
            yield from (text[: m.start()] + other + text[m.end() :] for m in re.finditer(pattern, text))
    elif r"\d{" in text:
        for match in re.finditer(r"(?<=[{,])\d+", text):
            yield from (text[: match.start()] + str(int(match[0]) + step) + text[match.end() :] for step in (1, -1))


def _call(node: ast.Call) -> Iterator[tuple[str, Any]]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if isinstance(node.func, ast.Name) and name in RENAMED:
        yield "function", _changed_copy(node, func=ast.Name(RENAMED[name], ast.Load()))
    if isinstance(node.func, ast.Attribute) and name in STEPS_OF_A_QUERY:
        yield "query", copy.deepcopy(node.func.value)
    if name in QUERIES:
        yield from _conditions(node)
    yield from _fields(node, name)


def _fields(node: ast.Call, name: str) -> Iterator[tuple[str, Any]]:
    """One field fewer that is saved."""
    for index, arg in enumerate(node.args):
        if name in SAVERS and isinstance(arg, ast.Constant):
            yield "field not saved", _changed_copy(node, args=_without(node.args, index))
    for index, keyword in enumerate(node.keywords):
        if keyword.arg == "update_fields" and isinstance(keyword.value, ast.List):
            yield from (("field not saved", _fewer(node, index, place)) for place in range(len(keyword.value.elts)))


def _fewer(call: ast.Call, index: int, place: int) -> ast.Call:
    new = copy.deepcopy(call)
    del new.keywords[index].value.elts[place]  # type: ignore[attr-defined]
    return new


def _conditions(node: ast.Call) -> Iterator[tuple[str, Any]]:
    for index, keyword in enumerate(node.keywords):
        if len(node.keywords) + len(node.args) > 1:
            yield "condition", _changed_copy(node, keywords=_without(node.keywords, index))
        for lookup, other in LOOKUPS.items():
            if (keyword.arg or "").endswith(lookup):
                new = copy.deepcopy(node)
                new.keywords[index].arg = (keyword.arg or "").removesuffix(lookup) + other
                yield "boundary", new
    if len(node.keywords) + len(node.args) > 1:
        yield from (("condition", _changed_copy(node, args=_without(node.args, i))) for i in range(len(node.args)))


def _return(node: ast.Return) -> Iterator[tuple[str, Any]]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield "return", ast.Return(ast.Constant(None))


def _expression(node: ast.Expr) -> Iterator[tuple[str, Any]]:
    if isinstance(node.value, ast.Call):
        yield "dropped", ast.Pass()


def _drop(node: ast.stmt) -> Iterator[tuple[str, Any]]:
    yield "dropped", ast.Pass()


def _assign(node: ast.Assign) -> Iterator[tuple[str, Any]]:
    target, value = node.targets[0], node.value
    if isinstance(target, (ast.Attribute, ast.Subscript)):
        yield "dropped", ast.Pass()
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and isinstance(target.elts[0], ast.Attribute):
        for index in range(len(target.elts)):
            fewer = ast.Tuple(_without(target.elts, index), ast.Store())
            yield "dropped", ast.Assign([fewer], ast.Tuple(_without(value.elts, index), ast.Load()))


def _if(node: ast.If) -> Iterator[tuple[str, Any]]:
    if not node.orelse and isinstance(node.body[0], (ast.Raise, ast.Return)):
        yield "guard", ast.Pass()
    if not isinstance(node.test, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        new = copy.deepcopy(node)
        new.test = ast.UnaryOp(ast.Not(), new.test)
        yield "condition", new


def _if_exp(node: ast.IfExp) -> Iterator[tuple[str, Any]]:
    yield "condition", _changed_copy(node, body=copy.deepcopy(node.orelse), orelse=copy.deepcopy(node.body))


def _set(node: ast.Set) -> Iterator[tuple[str, Any]]:
    if len(node.elts) > 1:
        yield from (("element", ast.Set(_without(node.elts, index))) for index in range(len(node.elts)))


def _comprehension(node: ast.comprehension) -> Iterator[tuple[str, Any]]:
    yield from (("condition", _changed_copy(node, ifs=_without(node.ifs, i))) for i in range(len(node.ifs)))
