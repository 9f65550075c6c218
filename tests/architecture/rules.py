"""The rules a linter does not know, each a function from one source file to its faults.

A fault is a line of text that starts with `path:line`. `test_rules.py` shows each rule catching
what it is for; `test_tidy.py` applies them to everything in the repository.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "shared", "base"}

# Pure deciders: what they are told is all they know.
CORE = {
    "domain",
    "indicators",
    "ledger",
    "strategies",
    "risk",
    "execution",
    "engine",
    "reports",
}

# Where Decimal is the law, so a float() is a border crossing. Columns are elsewhere.
MONEY = {"domain", "ledger", "risk", "execution", "engine"}
NUMBER_BORDER = "domain/number.py"

# Time, dice, ids, threads and sockets. The seam is where they enter; all else is told.
SEAMED = re.compile(
    r"time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns|sleep|process_time"
    r"|gmtime|localtime)"
    r"|datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    r"|random\.\w+|secrets\.\w+|numpy\.random\.\w+|uuid\.uuid[14]|os\.(urandom|getrandom)"
    r"|threading\.(Thread|Timer)|socket\.(socket|create_connection)"
    r"|concurrent\.futures\.\w+|multiprocessing\.\w+"
)
SEAM = {
    "runtime/clock.py",  # the Clock port
    "runtime/rng.py",  # the Rng port
    "rehearsal/simulation/fresh.py",  # simulated worlds, one process a core
}

UNBOUNDED_QUEUES = {
    "asyncio.Queue",
    "asyncio.LifoQueue",
    "asyncio.PriorityQueue",
    "queue.Queue",
    "queue.SimpleQueue",
}

MACHINE_PATHS = re.compile(r"/(work|root)/|/(home|Users)/\w|[A-Z]:\\\\Users|pypi\.org|pythonhosted")
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@dataclass(frozen=True)
class Source:
    """One Python file; `where` is its path below src/argonaut, or below the repository."""

    where: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imported(self) -> dict[str, str]:
        """Local name -> dotted name it stands for, for every import in the file."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    head = alias.name.partition(".")[0]
                    names[alias.asname or head] = alias.name if alias.asname else head
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return names

    def dotted(self, node: ast.AST) -> str:
        """The full name a Name or Attribute refers to, or "" when it is no import's."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, "")
        if isinstance(node, ast.Attribute) and (owner := self.dotted(node.value)):
            return f"{owner}.{node.attr}"
        return ""

    @property
    def package(self) -> str:
        return self.where.parts[0]

    def fault(self, node: ast.expr | ast.stmt | ast.excepthandler | int, said: str) -> str:
        line = node if isinstance(node, int) else node.lineno
        return f"{self.where}:{line} {said}"


Rule = Callable[[Source], Iterator[str]]


def source_of(path: Path, below: Path) -> Source:
    where = PurePosixPath(path.relative_to(below).as_posix())
    return Source(where, path.read_text(encoding="utf-8"))


def does_something(source: Source) -> bool:
    """Whether any function has a body: protocols, structs and error trees have none."""
    return any(
        not all(map(_does_nothing, node.body))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def short_file(source: Source) -> Iterator[str]:
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX:
        yield source.fault(1, f"has {lines} lines, want {FILE_LINES_MAX}: find its seam")


def short_functions(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield source.fault(node, f"{node.name} has {length} lines, longer than a screen")


def no_drawers(source: Source) -> Iterator[str]:
    for part in (*source.where.parent.parts, source.where.stem):
        if part in DRAWERS:
            yield source.fault(1, f"{part!r} is a drawer, not a name")


def no_swallowed_errors(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and all(map(_does_nothing, node.body)):
            yield source.fault(node, "swallows an error: log it, count it or let it fly")
        if isinstance(node, ast.Call) and source.dotted(node.func) == "contextlib.suppress":
            wide = {ast.unparse(kind) for kind in node.args} & {"Exception", "BaseException"}
            if wide:
                yield source.fault(node, f"suppresses every {wide.pop()}")


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass | ast.Continue) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def time_and_dice_are_inputs(source: Source) -> Iterator[str]:
    if str(source.where) in SEAM:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = source.dotted(node)
            if SEAMED.fullmatch(name):
                yield source.fault(node, f"uses {name}: take it through a port")


def only_the_gate_approves(source: Source) -> Iterator[str]:
    if str(source.where) == "risk/gate.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == "Approved":
            yield source.fault(node, "goes round the gate")


def _last_name(node: ast.expr) -> str:
    return getattr(node, "attr", "") or getattr(node, "id", "")


def no_unordered_iteration(source: Source) -> Iterator[str]:
    """A set's order depends on the hash seed, so iterating one decides differently tomorrow."""
    if source.package not in CORE:
        return
    for node in ast.walk(source.tree):
        for iterated in _iterated(node):
            if _is_bare_set(iterated):
                yield source.fault(iterated, "iterates a set: sort it or keep a dict")


def _iterated(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.For | ast.comprehension):
        return [node.iter]
    if isinstance(node, ast.Call) and _last_name(node.func) in {"list", "tuple", "join", "sum"}:
        return node.args[:1]
    return []


def _is_bare_set(node: ast.expr) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"set", "frozenset"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub):
        return _is_bare_set(node.left) or _is_bare_set(node.right)
    return False


def money_stays_decimal(source: Source) -> Iterator[str]:
    if source.package not in MONEY or str(source.where) == NUMBER_BORDER:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
            if node.func.id == "float" and not literal:
                yield source.fault(node, f"makes a float: cross the border in {NUMBER_BORDER}")


def queues_are_bounded(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and source.dotted(node.func) in UNBOUNDED_QUEUES:
            bounded = node.args or any(word.arg == "maxsize" for word in node.keywords)
            if not bounded:
                yield source.fault(node, "is a queue without a bound")


def flat_inheritance(source: Source) -> Iterator[str]:
    """A class of ours may have one parent of ours, which has none. Errors form a tree."""
    parents = {
        node.name: [_last_name(base) for base in node.bases]
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and not node.name.endswith("Error")
    }
    for name, bases in parents.items():
        for base in bases:
            grand = [parent for parent in parents.get(base, []) if parent in parents]
            if grand:
                yield source.fault(1, f"{name} inherits from {base} from {grand[0]}: too deep")


def nothing_left_over(source: Source) -> Iterator[str]:
    yield from text_faults(source.where, source.text)


def text_faults(where: PurePosixPath, text: str) -> Iterator[str]:
    """Faults any text file can have, Python or not."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := MACHINE_PATHS.search(line):
            yield f"{where}:{number} names a machine or a host: {found[0]!r}"
        if found := LEFTOVERS.search(line):
            yield f"{where}:{number} leaves {found[0]!r} behind"


EVERYWHERE: tuple[Rule, ...] = (short_file, short_functions, no_drawers, nothing_left_over)
IN_THE_PACKAGE: tuple[Rule, ...] = (
    *EVERYWHERE,
    no_swallowed_errors,
    time_and_dice_are_inputs,
    only_the_gate_approves,
    no_unordered_iteration,
    money_stays_decimal,
    queues_are_bounded,
    flat_inheritance,
)
