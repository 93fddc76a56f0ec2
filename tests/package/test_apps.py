"""The zips of the real apps, as they are deployed."""

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import functions, package, smoke
from infra.project import Project

pytestmark = pytest.mark.package

PROJECT = Project.load()
LARGEST = 20 * 1024 * 1024


@pytest.fixture(scope="module", params=PROJECT.apps)
def built(request):
    build = package.builder(PROJECT, PROJECT.stage("dev"), lambda _: None)
    return request.param, build(PROJECT.app(request.param))


def test_each_zip_is_small_enough_to_deploy_quickly(built):
    _, path = built

    assert path.stat().st_size <= LARGEST


def test_each_zip_can_be_imported_with_nothing_but_a_stages_variables(built):
    app, path = built
    stage = PROJECT.stage("prod")

    assert smoke.measure(path, functions.read(PROJECT.app(app), stage), stage) is not None


def test_each_zip_describes_only_the_services_that_its_policies_allow(built):
    app, path = built
    allowed = functions.read(PROJECT.app(app), PROJECT.stage("dev")).services

    data = [
        name.split("/") for name in ZipFile(path).namelist() if name.startswith("botocore/data")
    ]

    assert {parts[2] for parts in data if len(parts) > 3} == allowed | {"sts"}


def test_each_zip_carries_bytecode_that_lambda_trusts(built):
    _, path = built
    tag = sys.implementation.cache_tag

    with ZipFile(path) as archive:
        header = archive.read(f"__pycache__/app.{tag}.pyc")[:16]

    assert header[4:8] == (1).to_bytes(4, "little")  # by hash, and the hash is not looked at


def test_each_app_pins_the_versions_of_the_development_environment():
    everywhere = pins(PROJECT.root / "requirements.txt")

    for app in PROJECT.apps:
        own = pins(PROJECT.app(app) / "requirements.txt")
        assert own.items() <= everywhere.items()


def pins(path: Path) -> dict[str, str]:
    lines = (line.split(" ")[0] for line in path.read_text().splitlines() if "==" in line)
    return dict(line.split("==") for line in lines)
