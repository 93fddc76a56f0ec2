"""Run Chalice's own deployer on one app, in a process of its own (two apps cannot share one).

Chalice is given a folder made for this one deploy: the app's own files by link, the zip where its
package cache looks, and the record of what was deployed before. Deploys of other stages or other
laptop clouds, and the files of a person who runs `chalice deploy` by hand, are never in the way.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from infra import record
from infra.project import ROOT, ProjectError
from infra.stacks import Say

_LINKED = ("app.py", "chalicelib", "vendor", "requirements.txt")


def deploy(
    app: Path,
    stage: str,
    package: Path,
    resources: Iterable[record.Resource],
    environment: Mapping[str, str],
    say: Say,
) -> list[record.Resource]:
    """Deploy the zip as the app's stage and return Chalice's new record.

    Raises ProjectError with Chalice's own words when it fails.
    """
    with _folder(app, stage, resources) as folder:
        command = [sys.executable, "-m", "infra.chalice_deploy", str(folder), stage, str(package)]
        variables = {**environment, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
        last = ""
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,  # closed by our death, which ends the deployer too
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                last = line.rstrip() or last
                say(f"{app.name}: {line.rstrip()}")
        if process.returncode != 0:
            raise ProjectError(f"chalice could not deploy {app.name} to {stage}: {last}")
        return record.read(record.file(folder, stage))


@contextmanager
def _folder(app: Path, stage: str, resources: Iterable[record.Resource]) -> Any:
    with tempfile.TemporaryDirectory(prefix=f"{app.name}-{stage}-") as name:
        folder = Path(name)
        for part in _LINKED:
            if (app / part).exists():
                (folder / part).symlink_to((app / part).resolve())
        shutil.copytree(
            app / ".chalice", folder / ".chalice", ignore=lambda *_: ["deployed", "deployments"]
        )
        target = record.file(folder, stage)
        target.parent.mkdir()
        target.write_text(record.text(resources), encoding="utf-8")
        yield folder


def _main(folder: str, stage: str, package: str) -> None:
    """Be the process that runs Chalice's deployer."""
    from chalice.cli.factory import CLIFactory  # noqa: PLC0415  # slow, and for this process alone
    from chalice.deploy.deployer import ChaliceDeploymentError  # noqa: PLC0415  # the same
    from chalice.deploy.packager import LambdaDeploymentPackager  # noqa: PLC0415  # the same
    from chalice.utils import UI, OSUtils  # noqa: PLC0415  # the same

    threading.Thread(target=_die_with_parent, daemon=True).start()
    sys.path.insert(0, str(Path(folder) / "vendor"))
    factory = CLIFactory(folder, environ=os.environ)  # the default is a copy
    config = factory.create_config_obj(stage)
    # It is only asked for a name here, so it needs nothing to build dependencies with.
    packager = LambdaDeploymentPackager(OSUtils(), cast("Any", None), UI())
    cached = Path(packager.deployment_package_filename(folder, config.lambda_python_version))
    cached.parent.mkdir()
    cached.symlink_to(package)
    session = factory.create_botocore_session()
    try:
        factory.create_default_deployer(session, config, UI()).deploy(config, stage)
    except ChaliceDeploymentError as error:
        sys.exit(str(error))


def _die_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    _main(*sys.argv[1:])
