"""What an app's functions.toml says: its environment, its functions and what each may touch."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.project import API_HANDLER, ProjectError, Stage, read_toml

API_GATEWAY_PATIENCE = 29  # seconds; it gives up on a function that takes longer
_LAMBDA_PATIENCE = 900
_MEMORY = range(128, 10241)
_FACTS = {"memory", "timeout", "allow", "woken_by"}
WOKEN_BY = ("stream", "schedule")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Grant:
    """What may be done to which resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """The deployment facts of one function in one stage; memory in MB, timeout in seconds.

    `woken_by` tells its alarms what to watch: "stream", "schedule", or "" for all else.
    """

    name: str
    memory: int
    timeout: int
    grants: tuple[Grant, ...]
    woken_by: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """One app's functions and environment in one stage."""

    name: str
    environment: Mapping[str, str]
    functions: tuple[Function, ...]

    @property
    def services(self) -> frozenset[str]:
        """The AWS services, by their IAM prefix, that any function of the app may call."""
        grants = (grant for function in self.functions for grant in function.grants)
        return frozenset(action.partition(":")[0] for grant in grants for action in grant.actions)


def read(folder: Path, stage: Stage) -> App:
    """Read `folder`/functions.toml for a stage; raises ProjectError naming all that is wrong."""
    source = folder / "functions.toml"
    unknown: set[str] = set()
    filled = _fill(read_toml(source), stage, unknown)
    problems = [f"{{{key}}}: project.toml has no such value" for key in sorted(unknown)]
    problems += _problems(filled)
    if problems:
        raise ProjectError("\n  ".join([f"{source} cannot be used:", *problems]))
    functions = tuple(_function(name, facts) for name, facts in filled["functions"].items())
    return App(folder.name, filled["environment"], functions)


def _fill(value: Any, stage: Stage, unknown: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(each, stage, unknown) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, stage, unknown) for each in value]
    if not isinstance(value, str):
        return value

    def known(match: re.Match[str]) -> str:
        key = match[1]
        if key == "name":
            return stage.name
        if key in stage.values:
            return stage.text(key)
        unknown.add(key)
        return match[0]

    return _BRACES.sub(known, value)


def _problems(content: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key}: unknown" for key in content.keys() - {"environment", "functions"})
    environment, functions = content.get("environment"), content.get("functions")
    if not isinstance(environment, dict):
        yield "[environment]: missing"
    else:
        for key, value in environment.items():
            if not isinstance(value, str) or not value:
                yield f"environment.{key}: must be a text that is not empty"
    if not isinstance(functions, dict) or not functions:
        yield "[functions.<name>]: at least one is needed"
        return
    for name, facts in functions.items():
        if not isinstance(facts, dict):
            yield f"functions.{name}: must be a table"
            continue
        yield from (f"functions.{name}.{problem}" for problem in _function_problems(name, facts))


def _function_problems(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key}: unknown" for key in facts.keys() - _FACTS)
    if facts.get("woken_by", "") not in {"", *WOKEN_BY}:
        yield f"woken_by: must be one of {', '.join(WOKEN_BY)}"
    if _whole(facts.get("memory")) not in _MEMORY:
        yield f"memory: must be {_MEMORY[0]} to {_MEMORY[-1]} MB"
    longest = API_GATEWAY_PATIENCE if name == API_HANDLER else _LAMBDA_PATIENCE
    if not 1 <= _whole(facts.get("timeout")) <= longest:
        yield f"timeout: must be 1 to {longest} seconds"
    for place, grant in enumerate(facts.get("allow", ())):
        if set(grant) != {"actions", "resources"} or not all(grant.values()):
            yield f"allow[{place}]: must have actions and resources"


def _function(name: str, facts: Mapping[str, Any]) -> Function:
    grants = (Grant(tuple(g["actions"]), tuple(g["resources"])) for g in facts.get("allow", ()))
    memory, timeout = _whole(facts["memory"]), _whole(facts["timeout"])
    return Function(name, memory, timeout, tuple(grants), facts.get("woken_by", ""))


def _whole(value: object) -> int:
    """Read a number, or the text that a value of project.toml was filled into; 0 for neither."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if type(value) is int else 0
