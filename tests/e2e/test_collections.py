"""The Postman collections, ours and the one of existing clients, run green and again green."""

import json
import os
import shutil
import subprocess

import pytest

from infra.api import environments, files, old
from infra.project import Project

pytestmark = pytest.mark.newman
PROJECT = Project.load()
POSTMAN = PROJECT.root / "docs" / "postman"


@pytest.fixture(scope="module")
def newman():
    """Return a function that runs a collection and gives back what failed in it."""
    ours = PROJECT.root / "tests" / "newman" / "node_modules" / ".bin"
    program = shutil.which("newman", path=f"{ours}{os.pathsep}{os.environ['PATH']}")
    if not program or not shutil.which("node"):
        pytest.skip("newman is missing: install Node, then `npm ci --prefix tests/newman`")

    def run(collection, *options):
        command = [program, "run", str(collection), "--color", "off", "--timeout-request", "30000"]
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, timeout=180, check=False
        )
        return (done.returncode, done.stdout if done.returncode else "")

    return run


@pytest.fixture(scope="module")
def samples(reference_data):
    """Return the folder of what existing clients send."""
    return reference_data / "samples" / "paper"


@pytest.fixture
def environment(laptop, tmp_path):
    path = tmp_path / "environment.json"
    path.write_text(files.text(environments.filled(PROJECT, laptop.endpoints)))
    return path


@pytest.mark.parametrize("time", ["first", "second"])
def test_our_collection_is_green_each_time(newman, environment, time):
    collection = POSTMAN / f"{PROJECT.prefix}.postman_collection.json"

    assert newman(collection, "-e", str(environment)) == (0, "")


@pytest.fixture(scope="module")
def old_collection(samples, tmp_path_factory):
    collection = json.loads((samples / "paper.postman_collection.json").read_text())
    path = tmp_path_factory.mktemp("old") / "paper.postman_collection.json"
    path.write_text(files.text(old.modernised(collection, files.read(PROJECT))))
    return path


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_collection_of_existing_clients_is_green_each_time(
    newman, laptop, samples, old_collection, time
):
    url, token = laptop.endpoints["apps"]["paper"]["url"], laptop.endpoints["tokens"]["operator"]
    environment = samples / "local.postman_environment.json"

    given = newman(
        old_collection,
        *("-e", str(environment), "--env-var", f"host={url}", "--env-var", f"token={token}"),
    )

    assert given == (0, "")
