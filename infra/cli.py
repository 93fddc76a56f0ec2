"""The commands of `python -m infra`, each a few lines over the module that does the work."""

# ruff: noqa: PLC0415  # `config` and `--help` must not wait for boto3: a command imports its own

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from infra.project import Project, ProjectError

if TYPE_CHECKING:
    from infra.aws import Cloud

_STAGE = click.option("--stage", "-s", required=True, help="A stage of project.toml.")
_APP = click.option("--app", "-a", "app", help="One app only; all of them without it.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Configure, package, deploy, verify and remove the apps of this repository."""


def run() -> None:
    """Run the command line; what a person can mend is shown in words, without a traceback."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        main(prog_name="python -m infra")
    except (ProjectError, BotoCoreError, ClientError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


@main.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 naming the files that differ.")
def config(check: bool) -> None:
    """Make every app's .chalice/config.json and policies from project.toml."""
    from infra import config as made

    project = Project.load()
    if not check:
        for path in made.write(project):
            click.echo(f"wrote {path.relative_to(project.root)}")
        return
    if paths := made.drifted(project):
        names = "\n  ".join(str(path.relative_to(project.root)) for path in paths)
        raise ProjectError(f"these differ from project.toml; run `make config`:\n  {names}")


@main.command()
def lint() -> None:
    """Check every template and every IAM policy of every stage; exit 1 naming what is wrong."""
    from infra import lint as linter

    if problems := linter.problems(Project.load()):
        raise ProjectError("\n  ".join([f"{len(problems)} problems:", *problems]))


@main.command()
@click.option("--stage", "-s", default="local", show_default=True, help="Whose variables to use.")
@_APP
def package(stage: str, app: str | None) -> None:
    """Build each app's zip, open it, import it with sockets closed, and measure it."""
    from infra import package as packages

    project = Project.load()
    build = packages.builder(project, project.stage(stage), say)
    for name in _apps(project, app):
        click.echo(str(build(project.app(name))))


@main.command()
@_STAGE
@_APP
@click.option("--plan", is_flag=True, help="Change nothing; show what would change and its cost.")
def deploy(stage: str, app: str | None, plan: bool) -> None:
    """Bring a stage up to date: foundation, zips, Chalice, finish, verify."""
    from infra import deploy as deployment
    from infra import package as packages

    project, cloud = _open(stage)
    if plan:
        from infra import plan as plans

        click.echo(plans.plan(project, cloud, _apps(project, app)))
        return
    build = packages.builder(project, cloud.stage, say)
    deployment.deploy(project, cloud, _apps(project, app), build, say)


@main.command()
@_STAGE
@_APP
def finish(stage: str, app: str | None) -> None:
    """Make the settings that a Chalice deploy erases or cannot make."""
    from infra import finish as finishing

    project, cloud = _open(stage)
    for name in _apps(project, app):
        finishing.finish(cloud, name, say)


@main.command()
@_STAGE
@_APP
def verify(stage: str, app: str | None) -> None:
    """Read every setting back, ping every function and list what is left over; exit 1 if any."""
    from infra import verify as verification

    project, cloud = _open(stage)
    verification.demand(project, cloud, _apps(project, app), say)


@main.command()
@_STAGE
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--really", is_flag=True, help="Needed for a stage that keeps its data, as prod does."
)
def destroy(stage: str, yes: bool, really: bool) -> None:
    """Remove a stage and everything in it; what keeps its data keeps tables, files and secrets."""
    from infra import destroy as removal

    project, cloud = _open(stage)
    if cloud.stage.text("data.removal") == "keep" and not really:
        raise ProjectError(f"{stage} keeps its data; to remove the rest of it, add --really")
    if not yes and click.prompt(f"Type {stage} to remove {cloud.stage.name}") != stage:
        raise ProjectError("nothing was removed")
    removal.destroy(project, cloud, say)


@main.command()
@_STAGE
def env(stage: str) -> None:
    """Print the exports that a plain `chalice deploy` in an app's folder needs.

    Its record of what is deployed is put in place as well.
    """
    from infra import deploy as deployment

    project, cloud = _open(stage)
    deployment.fetch_records(project, cloud)
    for name, value in deployment.deploy_environment(project, cloud).items():
        click.echo(f"export {name}={value}")
    if cloud.is_laptop:
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            click.echo(f"export {name}={cloud.environment[name]}")


@main.group()
def token() -> None:
    """Make, revoke and list bearer tokens."""


@token.command("create")
@_STAGE
@click.option("--role", required=True, help="student, tutor, coordinator or operator.")
@click.option("--email", required=True, help="Whose token it is.")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="Good for so many days; for ever without."
)
def create_token(stage: str, role: str, email: str, days: int | None) -> None:
    """Make a token and print it, once: it is stored only as a digest."""
    from infra import access

    _, cloud = _open(stage)
    click.echo(access.create(cloud, role, email, days))


@token.command("revoke")
@_STAGE
@click.argument("token_id")
def revoke_token(stage: str, token_id: str) -> None:
    """Revoke a token by its id, which is the part before the dot."""
    from infra import access

    _, cloud = _open(stage)
    click.echo(access.revoke(cloud, token_id))


@token.command("list")
@_STAGE
def list_tokens(stage: str) -> None:
    """List the tokens of a stage, never their secrets."""
    from infra import access

    _, cloud = _open(stage)
    for line in access.listing(cloud):
        click.echo(line)


@main.command()
@_STAGE
def sweep(stage: str) -> None:
    """Announce again, now, what nobody has handled, and print what was found."""
    from infra import sweep as sweeping

    _, cloud = _open(stage)
    click.echo(sweeping.sweep(cloud))


def _open(stage: str) -> tuple[Project, "Cloud"]:
    from infra import laptop
    from infra.aws import Cloud

    project = Project.load()
    settings = project.stage(stage)
    if settings.key == "local":
        laptop.reach(project.root)
    cloud = Cloud.of(settings)
    cloud.check_credentials()
    return project, cloud


def _apps(project: Project, app: str | None) -> tuple[str, ...]:
    if app is None:
        return project.apps
    project.app(app)
    return (app,)


say: Callable[[str], None] = click.echo
