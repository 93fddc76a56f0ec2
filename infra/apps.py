"""The one way to import an app: under a name of its own, with its stage's environment."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from infra.project import API_HANDLER, Project, ProjectError


def load(name: str, stage: str = "local", project: Project | None = None) -> ModuleType:
    """Import <name>/app.py as `<name>_app`, anew at each call, as Lambda would import it.

    The environment is the stage's while the module runs, and as before afterwards. Tests then
    replace `module.ports` by assignment.
    """
    project = project or Project.load()
    folder = project.app(name)
    spec = spec_from_file_location(f"{name}_app", folder / "app.py")
    if spec is None or spec.loader is None or not (folder / "app.py").is_file():
        raise ProjectError(f"there is no {folder / 'app.py'}")
    for place in (str(project.root), str(folder)):
        # `chalicelib` is a namespace that the apps share: each adds its own package to it.
        if place not in sys.path:
            sys.path.append(place)
    module = module_from_spec(spec)
    sys.modules[module.__name__] = module
    with _environment(environment(name, stage, project)):
        spec.loader.exec_module(module)
    return module


def environment(name: str, stage: str, project: Project) -> dict[str, str]:
    """Return the variables that an app finds in its function: the stage's, and Lambda's own."""
    source = project.app(name) / ".chalice" / "config.json"
    try:
        stages = json.loads(source.read_text(encoding="utf-8"))["stages"]
        variables: dict[str, str] = stages[stage]["environment_variables"]
    except (FileNotFoundError, KeyError):
        raise ProjectError(f"{source} has no stage {stage!r}; run `make config`") from None
    settings = project.stage(stage)
    return {
        **variables,
        "AWS_REGION": settings.region,
        "AWS_LAMBDA_FUNCTION_NAME": settings.function(name, API_HANDLER),
    }


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:  # Chalice sets variables too
        for key in os.environ.keys() - before.keys():
            del os.environ[key]
        os.environ.update(before)
