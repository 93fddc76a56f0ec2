"""The commands of `python -m local`, each a few lines over the module that does the work."""

import json
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import click

from infra.project import ProjectError
from local.home import Home, HomeBusy
from local.options import Options
from local.ports import PortBusy
from local.processes import ProcessFailed

_home = click.option(
    "--home", type=click.Path(path_type=Path), default=Path(".local"), help="Folder of its state."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Run the whole system on this machine: AWS, SendGrid, a mailbox, and every app."""


def run_command_line() -> None:
    """Run the command line; what a person can mend is shown in words, without a traceback."""
    try:
        main(prog_name="python -m local")
    except (ProjectError, HomeBusy, PortBusy, ProcessFailed) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


@main.command()
@_home
@click.option("--port", default=4566, show_default=True, help="Port of AWS.")
@click.option("--console-port", default=4580, show_default=True, help="Port of the start page.")
@click.option("--packaged", is_flag=True, help="Deploy the real zips; edits are then not live.")
@click.option("--enforce-iam", is_flag=True, help="Deny every call that no policy allows.")
@click.option("--webhook-delay", default=0.3, show_default=True, help="Seconds to a mail's event.")
def run(**chosen: Any) -> None:
    """Start everything and stay until Ctrl-C; state is kept for the next start."""
    from local.progress import Progress  # noqa: PLC0415  # each command loads only what it needs
    from local.supervisor import Supervisor  # noqa: PLC0415  # as above

    supervisor = Supervisor(Options(**chosen), Progress())
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: supervisor.stop())
    supervisor.run()


@main.command()
def demo() -> None:
    """Do the main job once with the real zips; ends with 0 only if all of it happened."""
    from local import demo as show  # noqa: PLC0415  # as above
    from local.cloud import CloudFailed  # noqa: PLC0415  # as above
    from local.progress import Progress  # noqa: PLC0415  # as above

    try:
        show.play(Progress())
    except (show.DemoFailed, CloudFailed) as error:
        print(f"the demo failed: {error}", file=sys.stderr)
        sys.exit(1)


@main.command()
@_home
def reset(home: Path) -> None:
    """Forget everything that the laptop cloud has stored."""
    place = Home(home)
    with place.held():
        place.end_orphans()
        place.clear()
    click.echo(f"{place.path} is empty")


@main.command()
@_home
def env(home: Path) -> None:
    """Print the exports with which boto3, chalice and aws reach the laptop cloud."""
    from local import exports  # noqa: PLC0415  # as above

    for name, value in exports.exports(_endpoints(home)).items():
        click.echo(f"export {name}={shlex.quote(value)}")


@main.command()
@_home
@click.option("--app", help="Only this app's functions.")
@click.option("--once", is_flag=True, help="Print what there is and end.")
def logs(home: Path, app: str | None, once: bool) -> None:
    """Follow the log lines of every function."""
    from local import logtail  # noqa: PLC0415  # as above

    logtail.follow(_endpoints(home), app, once=once)


@main.group()
def faults() -> None:
    """Make deliveries, tables, functions or SendGrid misbehave on purpose."""


@faults.command("list")
@_home
def list_faults(home: Path) -> None:
    """Show what is set and how often it fired."""
    _fault_call(home, "GET")


@faults.command("clear")
@_home
def clear_faults(home: Path) -> None:
    """Take everything back."""
    _fault_call(home, "DELETE")


@faults.command("set")
@_home
@click.argument("target")
@click.argument("kind")
@click.option("--count", type=int, help="Only the next so many.")
@click.option("--probability", type=float, help="Each with this probability.")
@click.option("--seconds", type=float, help="How long, or the latest moment.")
@click.option("--seed", type=int, help="Makes the probability repeatable.")
def set_fault(home: Path, **fault: Any) -> None:
    """Set a fault: TARGET is sendgrid or <sort>:<name>, as in `queue:notifier-mail drop`.

    Sorts: queue, topic, bucket, stream (duplicate, drop, delay, reorder), table (throttle),
    function (kill). Names may leave out the prefix and stage.
    """
    from local import faults as switches  # noqa: PLC0415  # as above

    wish = {name: value for name, value in fault.items() if value is not None}
    wish["target"] = switches.full_name(wish["target"])
    _fault_call(home, "POST", wish)


def _fault_call(home: Path, method: str, wish: dict[str, Any] | None = None) -> None:
    from local.processes import request  # noqa: PLC0415  # as above

    status, answer = request(method, _endpoints(home)["faults"]["url"], wish)
    text = answer.decode().strip()
    if status >= 400:  # noqa: PLR2004  # a refusal
        raise ProcessFailed(text)
    click.echo(json.dumps(json.loads(text), indent=2) if text else "done")


def _endpoints(home: Path) -> dict[str, Any]:
    found: dict[str, Any] | None = Home(home).read("endpoints.json")
    if found is None:
        raise ProcessFailed(f"no laptop cloud is ready in {home}: start it with `make run`")
    return found
