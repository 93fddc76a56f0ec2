"""Install an app's pinned requirements as Lambda sees them, and leave out what never runs there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from infra.project import ProjectError

# Lambda's own machine; Chalice too takes the running interpreter's version for the runtime.
_PLATFORM = "x86_64-manylinux_2_28"
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# Where IAM and botocore name a service differently.
_BOTOCORE_NAMES = {"execute-api": "apigateway", "states": "stepfunctions"}
# Nothing asks at run time for more than a distribution's name, version and metadata.
_KEPT_METADATA = {"METADATA"}
_UNUSED_FOLDERS = {"__pycache__", "test", "tests", "bin"}
_UNUSED_SUFFIXES = {".pyc", ".pyi", ".pxd", ".pyx", ".c", ".h", ".hpp", ".typed"}
_COMPILED_AS = "/var/task"  # tracebacks then name files as Lambda has them


def install(requirements: Path, folder: Path) -> None:
    """Install wheels, checked by hash, into `folder`; raises ProjectError when one is missing."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config"]
    command += ["--target", str(folder), "--link-mode", "copy", "--python-version", _PYTHON]
    command += ["--python-platform", _PLATFORM, "--only-binary", ":all:", "--require-hashes"]
    done = subprocess.run(
        [*command, "--requirements", str(requirements)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        place = f"{requirements.parent.name}/{requirements.name}"
        raise ProjectError(f"{place} cannot be installed for Lambda:\n{done.stderr.strip()}")


# Asking STS who one is needs no permission, so no policy names it.
_UNGRANTED = {"sts"}


def trim(folder: Path, services: Iterable[str]) -> None:
    """Remove tests, type stubs, scripts and the descriptions of services that no policy allows."""
    keep = {_BOTOCORE_NAMES.get(service, service) for service in services} | _UNGRANTED
    for data in (folder / "botocore" / "data", folder / "boto3" / "data"):
        _prune(data, keep)
    # Deepest first, so that a folder's own entries are seen before it goes.
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if path.name in _UNUSED_FOLDERS:
                shutil.rmtree(path)
        elif path.suffix in _UNUSED_SUFFIXES or _is_unused_metadata(path):
            path.unlink()
    (folder / ".lock").unlink(missing_ok=True)


def compile_all(folder: Path) -> None:
    """Add bytecode that is trusted without looking at its source; the same for the same source."""
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    done = subprocess.run(
        [*command, "-s", str(folder), "-p", _COMPILED_AS, str(folder)],
        # Sets inside code objects are written in the order of their hashes.
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ProjectError(f"this cannot be compiled:\n{done.stdout.strip()}")


def _prune(data: Path, keep: set[str]) -> None:
    for service in data.glob("*/"):
        if service.name not in keep:
            shutil.rmtree(service)
            continue
        *older, _ = sorted(service.glob("*/"))
        for version in older:
            shutil.rmtree(version)
        for example in service.rglob("examples-*"):
            example.unlink()


def _is_unused_metadata(path: Path) -> bool:
    parts = [part for part in path.parts if part.endswith(".dist-info")]
    return bool(parts) and path.name not in _KEPT_METADATA
