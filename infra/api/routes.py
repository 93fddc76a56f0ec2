"""The routes of an app with what each promises; one without a promise cannot be documented."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from infra.project import ProjectError
from shared.contract import Contract
from shared.errors import AppError, Unauthorized

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path of an app."""

    app: str
    method: str
    path: str
    view: str
    summary: str
    description: str
    contract: Contract

    @property
    def parameters(self) -> list[str]:
        """The names of the values in the path."""
        return _PARAMETER.findall(self.path)

    @property
    def is_public(self) -> bool:
        """Whether the route needs no token."""
        return not self.contract.roles

    @property
    def statuses(self) -> list[int]:
        """The statuses of a success, the one of a new thing first."""
        return sorted(self.contract.gives, reverse=True)

    def refuses(self, kind: type[AppError]) -> bool:
        """Tell whether the route may answer with this error."""
        return kind in self.contract.refusals.get(kind.status, ())


@dataclass(frozen=True, slots=True)
class Api:
    """All routes of an app, in the order of their declaration."""

    app: str
    description: str
    routes: tuple[Route, ...]


def read(name: str, module: ModuleType) -> Api:
    """Return an app's routes; raises ProjectError naming each that is not fully declared."""
    entries = [
        (method, path, entry)
        for path, methods in module.app.routes.items()
        for method, entry in methods.items()
    ]
    if problems := [problem for each in entries for problem in _problems(*each)]:
        raise ProjectError("\n  ".join([f"{name}/app.py cannot be documented:", *problems]))
    return Api(
        app=name,
        description=inspect.cleandoc(module.__doc__ or ""),
        routes=tuple(_route(name, *each) for each in entries),
    )


def _route(app: str, method: str, path: str, entry: Any) -> Route:
    view = entry.view_function
    summary, _, description = inspect.cleandoc(view.__doc__).partition("\n")
    contract: Contract = view.__contract__
    name = view.__name__
    return Route(app, method, path, name, summary.strip(), description.strip(), contract)


def _problems(method: str, path: str, entry: Any) -> Iterator[str]:
    place, view = f"{method} {path} ({entry.view_function.__name__})", entry.view_function
    contract = getattr(view, "__contract__", None)
    if not (view.__doc__ or "").strip():
        yield f"{place}: its view has no docstring"
    if contract is None:
        yield f"{place}: has no @app.contract"
        return
    if not contract.gives:
        yield f"{place}: its contract gives nothing"
    if contract.roles and entry.authorizer is None:
        yield f"{place}: has roles but no authorizer"
    if not contract.roles and entry.authorizer is not None:
        yield f"{place}: has an authorizer but no roles"
    if contract.signed and Unauthorized not in contract.refusals.get(Unauthorized.status, ()):
        yield f"{place}: checks a signature but promises no 401"
    if entry.cors is not None:
        yield f"{place}: offers CORS, and no app here does"
