"""Read a stage back as it stands: settings, answers of every function, and what is left over."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from infra import after, functions, live, observe, record, stacks
from infra.aws import Cloud, code
from infra.invoke import FunctionFailed, invoke
from infra.live import Live
from infra.project import Project, ProjectError
from infra.stacks import Say

_DEPLOY = "deploy again"
_FINISH = "finish again"
_GONE = {"ResourceNotFoundException", "NotFoundException", "ResourceNotFound"}


def demand(project: Project, cloud: Cloud, apps: Sequence[str], say: Say = print) -> None:
    """Raise ProjectError with one line for each thing that is not right."""
    problems = list(verify(project, cloud, apps))
    if problems:
        lines = "\n  ".join(problems)
        how = f"(`{cloud.stage.remedy}` deploys, `make finish STAGE={cloud.stage.key}` finishes)"
        raise ProjectError(f"{cloud.stage.name} is not as it should be:\n  {lines}\n{how}")
    say(f"{cloud.stage.name}: verified: {', '.join(apps)}")


def verify(project: Project, cloud: Cloud, apps: Sequence[str]) -> Iterator[str]:
    """Yield one line for each thing that is not right, with what to do about it."""
    for stack in observe.stacks(project, cloud.stage):
        status = stacks.status(cloud, stack.name)
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            yield f"stack {stack.name} is {status or 'missing'}: {_DEPLOY}"
    for app in apps:
        found = live.look(cloud, app)
        yield from _missing_and_left_over(project, cloud, app, found)
        yield from _configurations(project, cloud, app, found)
        yield from _settings(cloud, app, found)
        yield from _pings(cloud, app, found)


def _missing_and_left_over(project: Project, cloud: Cloud, app: str, found: Live) -> Iterator[str]:
    facts = functions.read(project.app(app), cloud.stage).functions
    handlers = {function.name for function in facts}
    named = {cloud.stage.function(app, handler) for handler in handlers}
    roles = {cloud.stage.role(app, handler) for handler in handlers}
    groups = {f"/aws/lambda/{name}" for name in named}
    recorded = {str(v) for each in record.load(cloud, app) for v in each.values()}
    left_over = {
        "function": set(found.functions) - named,
        "role": set(found.roles) - roles,
        "log group": set(found.log_groups) - groups,
        "API": {api.id for api in found.apis} - recorded,
        "event source mapping": {each.id for each in found.mappings} - recorded,
        "subscription": {each.id for each in found.subscriptions} - recorded,
        "rule": set(found.rules) - recorded,
    }
    missing = {
        "function": named - set(found.functions),
        "role": roles - set(found.roles),
        "log group": groups - set(found.log_groups),
    }
    for kind, names in missing.items():
        yield from (f"{app}: {kind} {name} is missing: {_DEPLOY}" for name in sorted(names))
    for kind, names in left_over.items():
        yield from (f"{app}: {kind} {name} is left over: {_remedy(kind)}" for name in sorted(names))
    if not found.apis:
        yield f"{app}: there is no API: {_DEPLOY}"


def _remedy(kind: str) -> str:
    return "delete it by hand" if kind == "log group" else f"{_DEPLOY}, which removes it"


def _configurations(project: Project, cloud: Cloud, app: str, found: Live) -> Iterator[str]:
    """Compare each function with functions.toml."""
    facts = functions.read(project.app(app), cloud.stage)
    for function in facts.functions:
        name = cloud.stage.function(app, function.name)
        if name not in found.functions:
            continue
        have = cloud.client("lambda").get_function_configuration(FunctionName=name)
        variables = have.get("Environment", {}).get("Variables", {})
        wanted = {
            "memory": (have["MemorySize"], function.memory),
            "timeout": (have["Timeout"], function.timeout),
            "environment": (facts.environment.items() <= variables.items(), True),
        }
        odd = [what for what, (is_, should) in wanted.items() if is_ != should]
        if odd:
            yield f"{app}: {name} differs from functions.toml in {', '.join(odd)}: {_DEPLOY}"


def _settings(cloud: Cloud, app: str, found: Live) -> Iterator[str]:
    try:
        for setting in after.settings(cloud, app, found):
            have = setting.read()
            if have != setting.wanted:
                yield f"{setting.place}: not as it should be: {_FINISH}"
    except ClientError as error:
        if code(error) not in _GONE:
            raise
        yield f"{app}: something went away while it was read ({error}): {_DEPLOY}"
    for mapping in found.mappings:
        if not mapping.enabled:
            yield f"{app}: the mapping of {mapping.source} is switched off: enable it"


def _pings(cloud: Cloud, app: str, found: Live) -> Iterator[str]:
    if not found.functions:
        return
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda name: _ping(cloud, name), found.functions)
    for name, answer in zip(found.functions, answers, strict=True):
        if answer:
            yield f"{app}: {name} does not answer a ping ({answer}): see its log, then {_DEPLOY}"


def _ping(cloud: Cloud, name: str) -> str | None:
    """Return why the function does not answer, or None when it does, at the second try."""
    return _ping_once(cloud, name) and _ping_once(cloud, name)


def _ping_once(cloud: Cloud, name: str) -> str | None:
    try:
        said = invoke(cloud, name, {"ping": True})
    except ClientError as error:
        return code(error)
    except FunctionFailed as error:
        return str(error)
    return None if isinstance(said, dict) and "pong" in said else f"it said {said!r:.100}"
