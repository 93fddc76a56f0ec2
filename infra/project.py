"""What project.toml says, read whole: every gap and every unknown key is named in one error."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from infra.keys import KEYS, STAGE_ONLY, Value, problems_between

ROOT = Path(__file__).resolve().parent.parent
API_HANDLER = "api_handler"  # what Chalice calls the function behind an app's routes
API_STAGE = "api"


class ProjectError(Exception):
    """Raised when project.toml, a functions.toml or an argument cannot be used; fit to be shown."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage's values: the top-level sections with this stage's overrides laid over them."""

    prefix: str
    key: str
    values: Mapping[str, Value] = field(repr=False)

    @property
    def name(self) -> str:
        """The first part of every resource's name: prefix and stage."""
        return f"{self.prefix}-{self.key}"

    @property
    def region(self) -> str:
        return self.text("project.region")

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps in the order in which they are deployed."""
        return self.texts("project.apps")

    @property
    def deployments(self) -> str:
        """The bucket of Chalice's records, of the lock and of templates too large to send."""
        return f"{self.name}-deployments"

    @property
    def remedy(self) -> str:
        """The command that makes what is missing."""
        return "make run" if self.key == "local" else f"make deploy STAGE={self.key}"

    def value(self, key: str) -> Value:
        """Return the value of the dotted `key`; raises ProjectError when there is none."""
        try:
            return self.values[key]
        except KeyError:
            raise ProjectError(f"project.toml has no value {key} for stage {self.key}") from None

    def text(self, key: str) -> str:
        """Return a value as the text that an environment variable carries; lists use commas."""
        value = self.value(key)
        return ",".join(value) if isinstance(value, tuple) else str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.value(key)
        if not isinstance(value, tuple):
            raise ProjectError(f"{key} of project.toml is not a list")
        return value

    def number(self, key: str) -> int:
        """Return a whole number."""
        value = self.value(key)
        if not isinstance(value, int):
            raise ProjectError(f"{key} of project.toml is not a whole number")
        return value

    def function(self, app: str, handler: str) -> str:
        """Return the Lambda name that Chalice gives to a handler of an app."""
        rest_handler = handler == API_HANDLER
        return f"{self.prefix}-{app}-{self.key}" + ("" if rest_handler else f"-{handler}")

    def role(self, app: str, handler: str) -> str:
        """Return the IAM role name that Chalice gives to a handler of an app."""
        return f"{self.prefix}-{app}-{self.key}-{handler}"


@dataclass(frozen=True, slots=True)
class Project:
    """The whole of project.toml: its folder, its apps and its stages."""

    root: Path
    prefix: str
    apps: tuple[str, ...]
    stages: tuple[str, ...]
    _stages: Mapping[str, Stage] = field(repr=False)

    @classmethod
    def load(cls, path: Path = ROOT) -> Self:
        """Read `path`/project.toml; raises ProjectError naming everything that is wrong in it."""
        source = path / "project.toml"
        content = read_toml(source)
        overrides = content.pop("stages", {})
        base = _flat(content)
        if problems := list(_problems(base, overrides)):
            raise ProjectError("\n  ".join([f"{source} cannot be used:", *problems]))
        prefix = str(base["project.prefix"])
        stages = {
            key: Stage(prefix, key, MappingProxyType(base | _flat(table)))
            for key, table in overrides.items()
        }
        return cls(path, prefix, tuple(content["project"]["apps"]), tuple(stages), stages)

    def stage(self, key: str) -> Stage:
        """Return a stage; raises ProjectError naming those that exist."""
        try:
            return self._stages[key]
        except KeyError:
            known = ", ".join(self.stages)
            raise ProjectError(f"there is no stage {key!r}; project.toml has {known}") from None

    def app(self, name: str) -> Path:
        """Return an app's folder; raises ProjectError naming the apps that exist."""
        if name not in self.apps:
            raise ProjectError(f"there is no app {name!r}; project.toml has {', '.join(self.apps)}")
        return self.root / name


def read_toml(source: Path) -> dict[str, Any]:
    """Read a file; raises ProjectError when there is none or it is not TOML."""
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(f"there is no {source}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{source} cannot be read: {error}") from None


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[above + key] = tuple(value) if isinstance(value, list) else value
    return flat


def _problems(base: Mapping[str, Any], overrides: object) -> Iterator[str]:
    if not isinstance(overrides, dict) or not overrides:
        yield "[stages.<name>]: at least one is needed"
        return
    yield from _wrong("", base)
    for key in KEYS:
        if key not in base and key not in STAGE_ONLY:
            yield f"{key}: missing"
    for stage, table in overrides.items():
        place = f"stages.{stage}."
        if not isinstance(table, dict) or not re.fullmatch(r"[a-z][a-z0-9]{0,9}", stage):
            # No hyphen: one stage's names must never begin with all of another's.
            yield f"stages.{stage}: must be a table, named with 1 to 10 small letters and digits"
            continue
        own = _flat(table)
        yield from _wrong(place, own)
        whole = {**base, **own}
        for key in STAGE_ONLY:
            if key not in whole:
                yield f"{place}{key}: missing"
        yield from (f"{place}{problem}" for problem in problems_between(whole))


def _wrong(place: str, values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        rule = KEYS.get(key)
        if rule is None:
            yield f"{place}{key}: unknown"
        elif problem := rule.problem(value):
            yield f"{place}{key}: {problem}"
        elif place and key in {"project.prefix", "project.apps"}:
            yield f"{place}{key}: cannot differ between stages"
