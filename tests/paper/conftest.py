import pytest

from infra.apps import load
from tests.fakes import apps
from tests.fakes.gateway import Gateway


@pytest.fixture(scope="session")
def paper_module():
    return load("paper", "local")


@pytest.fixture
def ports():
    return apps.paper()


@pytest.fixture
def app(paper_module, ports):
    paper_module.ports = lambda: ports
    return paper_module.app


@pytest.fixture
def student(app):
    return Gateway(app, "student")


@pytest.fixture
def tutor(app):
    return Gateway(app, "tutor")


@pytest.fixture
def coordinator(app):
    return Gateway(app, "coordinator")
