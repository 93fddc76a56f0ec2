from dataclasses import replace

import pytest

from infra import observe
from infra.aws import Cloud
from infra.project import Project
from infra.stacks import ensure
from local import environment

PROJECT = Project.load()


@pytest.fixture(scope="session")
def connect(emulator):
    """Return a stage as the emulator has it."""

    def connected(key):
        stage = PROJECT.stage(key)
        return Cloud.of(stage, environment.for_clients(emulator.endpoint, stage.region, "t", "t"))

    return connected


@pytest.fixture(scope="session")
def create():
    """Create every stack of a stage; the emulator has no budgets."""

    def created(cloud):
        for stack in observe.stacks(PROJECT, cloud.stage):
            unbudgeted = {k: "0" for k in stack.parameters if k == "MonthlyBudget"}
            parameters = stack.parameters | unbudgeted
            ensure(cloud, stack.name, stack.template, parameters, say=lambda _: None)

    return created


@pytest.fixture(scope="session")
def cloud(connect, create):
    """The laptop's stage with every stack."""
    local = connect("local")
    create(local)
    return local


@pytest.fixture(params=PROJECT.stages)
def stage(request):
    return PROJECT.stage(request.param)


@pytest.fixture
def resources(stage):
    """Every resource of a stage's stacks, with the names of the stage filled in."""
    return [
        filled(resource, {**stack.parameters, "Name": stage.name})
        for stack in observe.stacks(PROJECT, stage)
        for resource in stack.template["Resources"].values()
    ]


def filled(value, parameters):
    """Return a part of a template with parameters in the place of references to them."""
    if isinstance(value, list):
        return [filled(each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::Sub"}:
        text = value["Fn::Sub"]
        for key, of in parameters.items():
            text = text.replace(f"${{{key}}}", of)
        return text
    if value.keys() == {"Ref"}:
        return parameters.get(value["Ref"], value)
    return {key: filled(each, parameters) for key, each in value.items()}


def of_type(resources, kind):
    return [each["Properties"] for each in resources if each["Type"] == kind]


def with_values(project, key, **values):
    """Return the project with some values of one stage replaced; dots are written as `__`."""
    stage = project.stage(key)
    new = {name.replace("__", "."): value for name, value in values.items()}
    changed = replace(stage, values={**stage.values, **new})
    return replace(project, _stages={**project._stages, key: changed})
