"""Bring a stage up to date: foundation, zips, Chalice, finish, verify; safe to kill and repeat."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from infra import (
    adopt,
    chalice_deploy,
    finish,
    foundation,
    live,
    lock,
    observe,
    record,
    stacks,
    verify,
)
from infra.aws import Cloud
from infra.project import Project, ProjectError
from infra.stacks import Say

# Takes an app's folder, gives the zip to deploy.
type Build = Callable[[Path], Path]


def deploy(
    project: Project, cloud: Cloud, apps: Sequence[str], build: Build, say: Say = print
) -> None:
    """Deploy `apps`, whose zips `build` gives; raises ProjectError when anything is not right.

    Zips come first: one that cannot be built must leave the stage untouched.
    """
    packages = {app: build(project.app(app)) for app in apps}
    with _foundation(project, cloud, say):
        deploy_apps(project, cloud, packages, say)
        verify.demand(project, cloud, apps, say)


def deploy_apps(project: Project, cloud: Cloud, packages: Mapping[str, Path], say: Say) -> None:
    """Deploy the zip of each app onto a foundation that stands, all at once, and finish them.

    Raises ProjectError with what each failed app says; the others are deployed all the same.
    """
    environment = deploy_environment(project, cloud)
    with ThreadPoolExecutor(len(packages)) as pool:
        jobs = [
            pool.submit(_deploy_app, project, cloud, app, package, environment, say)
            for app, package in packages.items()
        ]
    errors = [error for job in jobs if (error := job.exception())]
    if unexpected := [error for error in errors if not isinstance(error, ProjectError)]:
        raise unexpected[0]
    if errors:
        raise ProjectError("\n".join(map(str, errors)))


def deploy_environment(project: Project, cloud: Cloud) -> dict[str, str]:
    """Return what `chalice deploy` needs in its environment: the region, and ARNs of streams.

    Everything else is a name made of prefix, stage and purpose; a stream's ARN has a date in it.
    """
    found = {"AWS_REGION": cloud.stage.region, "AWS_DEFAULT_REGION": cloud.stage.region}
    for each in foundation.templates(project, cloud.stage):
        outputs = stacks.outputs(cloud, each.name)
        found |= stacks.variables({k: v for k, v in outputs.items() if k.endswith("StreamArn")})
    return found


@contextmanager
def _foundation(project: Project, cloud: Cloud, say: Say) -> Iterator[None]:
    """Bring the foundation up and hold the stage, whose lock lives in the first of its stacks."""
    planned = observe.stacks(project, cloud.stage)
    if stacks.status(cloud, planned[0].name) is None:
        stacks.ensure(cloud, planned[0].name, planned[0].template, planned[0].parameters, say)
    with lock.held(cloud) as demand:
        for each in planned:
            stacks.ensure(cloud, each.name, each.template, each.parameters, say)
            demand()
        yield


def _deploy_app(
    project: Project, cloud: Cloud, app: str, package: Path, environment: dict[str, str], say: Say
) -> None:
    adoption = adopt.adopt(cloud, live.look(cloud, app), record.load(cloud, app))
    adopt.discard(cloud, adoption)
    done = chalice_deploy.deploy(
        project.app(app),
        cloud.stage.key,
        package,
        adoption.record,
        {**cloud.environment, **environment},
        say,
    )
    record.save(cloud, app, done)
    finish.finish(cloud, app, say)
    if cloud.stage.key == "local" or not cloud.is_laptop:
        _hand_out(project, cloud, app, done)


def fetch_records(project: Project, cloud: Cloud) -> None:
    """Put Chalice's record of each app where its own commands look for it; never read from there.

    Without it a plain `chalice deploy` on a second machine would make a second API.
    """
    for app in project.apps:
        _hand_out(project, cloud, app, record.load(cloud, app))


def _hand_out(
    project: Project, cloud: Cloud, app: str, resources: Iterable[record.Resource]
) -> None:
    file = record.file(project.app(app), cloud.stage.key)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(record.text(resources), encoding="utf-8")
