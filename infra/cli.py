"""The commands of `python -m infra`, each a few lines over the module that does the work."""

import sys

import click

from infra.project import Project, ProjectError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Configure, package, deploy, verify and remove the apps of this repository."""


def run() -> None:
    """Run the command line; what a person can mend is shown in words, without a traceback."""
    try:
        main(prog_name="python -m infra")
    except ProjectError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


@main.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 naming the files that differ.")
def config(check: bool) -> None:
    """Make every app's .chalice/config.json and policies from project.toml."""
    from infra import config as made  # noqa: PLC0415  # each command loads only what it needs

    project = Project.load()
    if not check:
        for path in made.write(project):
            click.echo(f"wrote {path.relative_to(project.root)}")
        return
    if paths := made.drifted(project):
        names = "\n  ".join(str(path.relative_to(project.root)) for path in paths)
        raise ProjectError(f"these differ from project.toml; run `make config`:\n  {names}")
