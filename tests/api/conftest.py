import pytest
from werkzeug.test import Client

from infra.api import routes
from infra.project import Project
from tests.api.wsgi import InProcess
from tests.fakes import apps


@pytest.fixture(scope="session")
def project():
    return Project.load()


@pytest.fixture(params=Project.load().apps)
def name(request):
    return request.param


@pytest.fixture
def api(name, module):
    return routes.read(name, module)


@pytest.fixture
def module(name):
    return apps.start(name)


@pytest.fixture
def send(module):
    client = Client(InProcess(module.app))

    def send(method, path, headers=None, query=None, body=None):
        return client.open(path, method=method, headers=headers, query_string=query, data=body)

    return send
