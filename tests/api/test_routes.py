"""Reading an app's routes: what is not fully declared is named."""

from types import SimpleNamespace

import pytest

from infra.api import routes
from infra.project import ProjectError
from shared.app import App
from tests.api.sample import Thing, sample_app


def _module(app):
    return SimpleNamespace(__doc__="Things: kept for tests.", app=app)


def _bare():
    return {}


def _refused(app):
    with pytest.raises(ProjectError) as refused:
        routes.read("sample", _module(app))
    return str(refused.value)


def test_routes_keep_the_order_of_their_declaration():
    api = routes.read("sample", _module(sample_app()))

    assert api.description == "Things: kept for tests."
    assert [(route.method, route.path, route.view) for route in api.routes] == [
        ("POST", "/things", "add_thing"),
        ("GET", "/things", "list_things"),
        ("PATCH", "/things/{thing_id}", "change_thing"),
        ("POST", "/hooks", "take_hook"),
    ]


def test_a_docstring_is_summary_and_description():
    route = routes.read("sample", _module(sample_app())).routes[0]

    assert route.summary == "Add a thing."
    assert route.description == "The same thing again changes nothing."


def test_every_route_without_contract_or_docstring_is_named():
    app = App("sample")
    app.route("/bare", methods=["GET"])(_bare)

    told = _refused(app)

    assert "GET /bare (_bare): its view has no docstring" in told
    assert "GET /bare (_bare): has no @app.contract" in told


def test_roles_need_an_authorizer_and_an_authorizer_roles():
    app = App("sample")

    @app.authorizer()
    def authorize(request):
        return None

    @app.route("/open", methods=["GET"])
    @app.contract(gives={200: Thing}, roles=("student",))
    def open_to_all(call):
        """Show a thing."""

    @app.route("/closed", methods=["GET"], authorizer=authorize)
    @app.contract(gives={200: Thing})
    def closed_to_all(call):
        """Show a thing."""

    told = _refused(app)

    assert "GET /open (open_to_all): has roles but no authorizer" in told
    assert "GET /closed (closed_to_all): has an authorizer but no roles" in told


def test_a_signed_route_has_to_promise_that_it_refuses():
    app = App("sample")

    @app.route("/hooks", methods=["POST"])
    @app.contract(gives={200: Thing}, body=Thing, signed=True)
    def take_hook(call):
        """Take a thing."""

    assert "checks a signature but promises no 401" in _refused(app)


def test_a_route_that_offers_cors_or_gives_nothing_is_named():
    app = App("sample")

    @app.route("/shared", methods=["GET"], cors=True)
    @app.contract(gives={})
    def shared(call):
        """Show a thing."""

    told = _refused(app)

    assert "offers CORS" in told
    assert "its contract gives nothing" in told
