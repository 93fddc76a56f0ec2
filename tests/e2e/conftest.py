import pytest

from local.cloud import LaptopCloud
from tests.e2e.people import Laptop


@pytest.fixture(scope="session")
def laptop(tmp_path_factory):
    with LaptopCloud(tmp_path_factory.mktemp("laptop")) as cloud:
        yield Laptop(cloud.endpoints)


@pytest.fixture(autouse=True)
def without_faults(laptop):
    yield
    laptop.clear_faults()


@pytest.fixture
def student(laptop):
    return laptop.person("student")


@pytest.fixture
def tutor(laptop):
    return laptop.person("tutor")


@pytest.fixture
def coordinator(laptop):
    return laptop.person("coordinator")


@pytest.fixture
def operator(laptop):
    return laptop.person("operator", "notifier")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "e2e":
            item.add_marker(pytest.mark.e2e)
