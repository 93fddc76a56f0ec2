"""The commands of `python -m infra.api`."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from infra import made as made_files
from infra.api import environments, files, old
from infra.project import Project, ProjectError

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--check", is_flag=True, help="Change nothing; exit 1 naming the files that differ.")
@click.pass_context
def main(context: click.Context, check: bool) -> None:
    """Make the API documents and the Postman files from the routes of all apps."""
    if context.invoked_subcommand is not None:
        return
    project = Project.load()
    made, present = files.made(project), files.present(project)
    if not check:
        for path in made_files.write(made, present):
            verb = "wrote" if path in made else "removed"
            click.echo(f"{verb} {path.relative_to(project.root)}")
        return
    if paths := made_files.drifted(made, present):
        names = "\n  ".join(str(path.relative_to(project.root)) for path in paths)
        raise ProjectError(f"these differ from the routes; run `make api`:\n  {names}")


@main.command("postman-env")
@click.option("--endpoints", type=_EXISTING, default=".local/endpoints.json", show_default=True)
@click.option(
    "--out", type=_NEW, required=True, help="Holds a token: keep it out of the repository."
)
def postman_env(endpoints: Path, out: Path) -> None:
    """Write the Postman environment of a laptop cloud that runs."""
    out.write_text(files.text(environments.filled(Project.load(), _json(endpoints))))


@main.command("old-collection")
@click.argument("source", type=_EXISTING)
@click.argument("out", type=_NEW)
def old_collection(source: Path, out: Path) -> None:
    """Give a collection from before there were tokens the bearer {{token}} and status tests."""
    apis = files.read(Project.load())
    out.write_text(files.text(old.modernised(_json(source), apis)), encoding="utf-8")


def run() -> None:
    """Run the command line; what a person can mend is shown in words, without a traceback."""
    try:
        main(prog_name="python -m infra.api")
    except ProjectError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ProjectError(f"{path} is not JSON: {error}") from None
    return content
