"""Open a zip and import it as Lambda would: no other package, no network, no other variable."""

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.functions import App
from infra.project import API_HANDLER, ProjectError, Stage

_RUNS = 3  # the quickest of them counts: the others measure this machine's disk
_PATIENCE = 60

_PROGRAM = """
import json, sys, time

def refuse(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        raise RuntimeError(f"{event} while the app is imported")

sys.addaudithook(refuse)
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
import app
took = time.perf_counter() - began
chalice = app.app
handlers = [*chalice.pure_lambda_functions, *chalice.event_sources, *chalice.builtin_auth_handlers]
for each in handlers:
    getattr(app, each.handler_string.rpartition(".")[2])
names = [each.name for each in handlers] + sys.argv[2:] * bool(chalice.routes)
outside = sorted({
    name for name, module in sys.modules.items()
    if "-packages" in (getattr(module, "__file__", None) or "")
})
print(json.dumps({"took": took, "names": names, "debug": chalice.debug, "outside": outside}))
"""


def measure(package: Path, app: App, stage: Stage) -> float | None:
    """Import the zip and return the seconds that it takes; None where its wheels cannot run.

    Raises ProjectError when the import fails, opens a socket, finds a package outside of the zip,
    or declares other functions than functions.toml does.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        with ZipFile(package) as archive:
            archive.extractall(folder)
        answers = [_import(app.name, folder, environment(app, stage)) for _ in range(_RUNS)]
    found = answers[0]
    declared, deployed = {f.name for f in app.functions}, set(found["names"])
    if declared != deployed:
        odd = ", ".join(sorted(declared ^ deployed))
        raise ProjectError(f"{app.name}/app.py and functions.toml name different functions: {odd}")
    if found["debug"]:
        raise ProjectError(f"{app.name}/app.py switches Chalice's debug on, which shows tracebacks")
    if found["outside"]:
        raise ProjectError(f"{app.name} imports from outside of its zip: {found['outside']}")
    return min(float(answer["took"]) for answer in answers)


def environment(app: App, stage: Stage) -> dict[str, str]:
    """Return the variables that a function of the app has: the stage's and Lambda's own."""
    return {
        **app.environment,
        "AWS_REGION": stage.region,
        "AWS_DEFAULT_REGION": stage.region,
        "AWS_LAMBDA_FUNCTION_NAME": stage.function(app.name, API_HANDLER),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
    }


def _import(name: str, folder: str, variables: Mapping[str, str]) -> dict[str, Any]:
    # -I and -S: no variable, no user or site package has a say in what is imported.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, folder, API_HANDLER],
        env=dict(variables),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-12:]
        lines = "\n  ".join(line.replace(folder, "/var/task") for line in last)
        raise ProjectError(f"the zip of {name} cannot be imported:\n  {lines}")
    return dict(json.loads(done.stdout))
