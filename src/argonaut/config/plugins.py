"""Load a class by its path, from allowed prefixes only, and check its parameters by name.

The one place of dynamic import. A path is dotted names and nothing else; a user's own file is
found beside the config or on the Python path, and must be owned by the user and not writable by
everyone, because loading it runs it.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from difflib import get_close_matches
from functools import lru_cache
from inspect import Parameter, signature
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
from pydantic import ConfigDict, TypeAdapter, ValidationError

from argonaut.config.errors import PluginError
from argonaut.domain.errors import ArgonautError

OWN_PREFIX = "argonaut"
ALIASES: Mapping[str, str] = {
    "modules.strategy": "argonaut.strategies",
    "modules.strategies": "argonaut.strategies",
    "modules.risk": "argonaut.risk",
    "modules.execution": "argonaut.execution",
    "modules.venue": "argonaut.venues",
    "modules.venues": "argonaut.venues",
}
"""Older spellings of class paths and what stands there now, by prefix."""
_KINDS_KEPT = 256  # what was read of so many types: a trader that recovers asks for the same again


def resolve(class_path: str) -> str:
    """Return the path in today's spelling."""
    for old, new in ALIASES.items():
        if class_path == old or class_path.startswith(f"{old}."):
            return new + class_path[len(old) :]
    return class_path


def load_class(class_path: str, *, allow: Sequence[str], folder: Path | None = None) -> type[Any]:
    """Return the class at `class_path`, such as `my_strategies.dip.BuyTheDip`.

    Raises:
        PluginError: The path is malformed, outside the allow-list, or names nothing loadable.
    """
    path = resolve(class_path)
    module_name, _, class_name = path.rpartition(".")
    names = path.split(".")
    if not module_name or not all(each.isidentifier() and "__" not in each for each in names):
        raise _fault(class_path, "want a dotted path such as my_strategies.dip.BuyTheDip")
    allowed = (OWN_PREFIX, *allow)
    if not _is_within(module_name, allowed):
        raise _fault(
            class_path,
            f"not allowed: want a prefix of {', '.join(allowed)}; "
            f"add {names[0]!r} to plugins.allow to let it in",
        )
    is_own = _is_within(module_name, [OWN_PREFIX])
    module = _import(class_path, module_name, None if is_own else folder)
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        known = [name for name, value in vars(module).items() if isinstance(value, type)]
        near = get_close_matches(class_name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise _fault(class_path, f"{module_name} has no class {class_name!r}{hint}")
    if not _is_within(found.__module__, allowed):  # imported there from where it may not be named
        raise _fault(class_path, f"not allowed: it is {found.__module__}.{class_name}")
    return found


def _is_within(path: str, prefixes: Sequence[str]) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}.") for prefix in prefixes)


def check_params(owner: type[Any], params_type: type[Any], raw: Mapping[str, Any]) -> Any:
    """Return `params_type` made from `raw`, each value of its declared type.

    Raises:
        PluginError: An unknown or missing name, a wrong type, or the class's own complaint.
    """
    known = _named(params_type)  # type: ignore[arg-type]  # a type has a hash
    title = owner.__name__
    problems = [
        f"{title} has no parameter {key!r}{_hint(key, list(known))}"
        for key in sorted(raw.keys() - known.keys())
    ]
    problems += [
        f"{title} wants the parameter {name!r}"
        for name, parameter in known.items()
        if name not in raw and parameter.default is Parameter.empty
    ]
    try:
        hints = _hints(params_type)  # type: ignore[arg-type]  # a type has a hash
    except NameError as error:
        raise PluginError(
            title, [f"{title}: a type of its parameters is unknown: {error}"]
        ) from error
    values: dict[str, Any] = {}
    for name in [each for each in known if each in raw]:
        try:
            values[name] = _typed(hints.get(name, Any), raw[name])
        except ValidationError as error:
            problems += [_wrong_type(f"{title}.{name}", raw[name], each) for each in error.errors()]
    if problems:
        raise PluginError(title, problems)
    try:
        return params_type(**values)
    except (ArgonautError, ValueError) as error:
        raise PluginError(title, [f"{title}: {error}"]) from error
    except Exception as error:  # a plug-in may raise anything
        said = f"{title} raised {type(error).__name__}: {error}"
        raise PluginError(title, [said]) from error


@lru_cache(maxsize=_KINDS_KEPT)
def _named(params_type: type[Any]) -> Mapping[str, Parameter]:
    """Return the parameters that have a name."""
    return {
        name: parameter
        for name, parameter in signature(as_written(params_type)).parameters.items()
        if parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    }


@lru_cache(maxsize=_KINDS_KEPT)
def _hints(params_type: type[Any]) -> Mapping[str, Any]:
    """Return the types of the parameters.

    Raises:
        NameError: One is not known where the class stands.
    """
    written = as_written(params_type)
    return get_type_hints(written if _has_fields(written) else written.__init__)


def as_written(kind: type[Any]) -> type[Any]:
    """Return the class to read annotations from: of a compiled one, its twin in the source.

    Machine code keeps neither annotations nor signatures; the source lies beside it.
    """
    module = sys.modules[kind.__module__]
    file = Path(getattr(module, "__file__", None) or "")
    source = file.with_name(file.name.partition(".")[0]).with_suffix(".py")
    if file.suffix == ".py" or not source.is_file():
        return kind
    name = f"{module.__name__}_as_written"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, source)
        assert spec is not None, f"{source} is a Python file"
        assert spec.loader is not None, f"{source} has a loader"
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    twin: type[Any] = getattr(sys.modules[name], kind.__name__)
    return twin


def _has_fields(params_type: type[Any]) -> bool:
    """Whether the types of its parameters stand in the class and not in an `__init__`."""
    return is_dataclass(params_type) or issubclass(params_type, msgspec.Struct)


def build(
    class_path: str, raw: Mapping[str, Any], *, allow: Sequence[str], folder: Path | None = None
) -> Any:
    """Return an instance of a class that is its own parameters: a check, a fee or slippage model.

    Raises:
        PluginError: As `load_class` and `check_params`.
    """
    found = load_class(class_path, allow=allow, folder=folder)
    return check_params(found, found, raw)


def params_of(strategy: type[Any]) -> type[Any]:
    """Return the `Params` dataclass that stands beside a strategy.

    Raises:
        PluginError: There is none.
    """
    found = getattr(sys.modules[strategy.__module__], "Params", None)
    if not (isinstance(found, type) and is_dataclass(found)):
        raise _fault(
            f"{strategy.__module__}.{strategy.__name__}",
            "want a frozen dataclass called Params in the same file",
        )
    return found


def _typed(hint: Any, value: Any) -> Any:
    if isinstance(value, float) and "Decimal" in str(hint):
        value = repr(value)  # the decimal people wrote, not its float64 neighbor
    try:
        adapter = _adapter(hint, repr(hint))
    except TypeError:  # a type that has no hash, such as Annotated[int, []]
        adapter = _adapter.__wrapped__(hint, "")
    # "1" and 1.0 are not a yes or a count, and true is no number
    is_strict = hint in (bool, int) or (isinstance(value, bool) and hint is not Any)
    return adapter.validate_python(value, strict=is_strict)


@lru_cache(maxsize=_KINDS_KEPT)
def _adapter(hint: Any, _as_written: str) -> TypeAdapter[Any]:
    """Return what checks a type; equal ones such as int | float and float | int have their own."""
    return TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))


def _wrong_type(place: str, value: Any, error: Mapping[str, Any]) -> str:
    inner = ".".join(str(each) for each in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    where = f"{place}.{inner}" if inner else place
    return f"{where}: {message[:1].lower()}{message[1:]}, not {value!r}"


def _import(class_path: str, module_name: str, folder: Path | None) -> ModuleType:
    file = None if folder is None else folder.joinpath(*module_name.split(".")).with_suffix(".py")
    try:
        if file is not None and file.is_file():
            return _import_file(class_path, module_name, file.resolve())
        return importlib.import_module(module_name)
    except PluginError:
        raise
    except ModuleNotFoundError as error:
        where = f" and no file {file}" if file is not None else ""
        raise _fault(class_path, f"there is no module {error.name!r}{where}") from error
    except Exception as error:
        said = " ".join(str(error).split())
        raise _fault(class_path, f"{module_name} raised {type(error).__name__}: {said}") from error


def _import_file(class_path: str, module_name: str, file: Path) -> ModuleType:
    """Return the module of a user's file, run once for as long as the file is the same one."""
    known = sys.modules.get(module_name)
    if known is not None and known.__file__ == str(file):
        return known
    _check_owner(class_path, file)
    spec = importlib.util.spec_from_file_location(module_name, file)
    assert spec is not None, f"{file} is a Python file"
    assert spec.loader is not None, f"{file} has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        with _siblings_of(file, depth=module_name.count(".")):
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _check_owner(class_path: str, file: Path) -> None:
    """Refuse a file that somebody else may have written."""
    status = file.stat()
    if status.st_mode & stat.S_IWOTH:
        raise _fault(class_path, f"{file} may be written by everyone; chmod o-w it first")
    if status.st_uid not in (os.getuid(), 0):
        raise _fault(
            class_path, f"{file} belongs to user {status.st_uid}, want {os.getuid()} or root"
        )


@contextmanager
def _siblings_of(file: Path, *, depth: int) -> Iterator[None]:
    """Let a user's file import the files beside it, behind everything that is installed."""
    folder = str(file.parents[depth])
    if folder in sys.path:
        yield
        return
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def _hint(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; it takes {', '.join(known)}" if known else "; it takes none"


def _fault(class_path: str, problem: str) -> PluginError:
    return PluginError(class_path, [f"{class_path}: {problem}"])
