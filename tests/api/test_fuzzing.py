"""No generated request gets a 5xx, or an answer that the API document does not declare."""

import pytest

from tests.api import fuzzing
from tests.api.collection_run import Run
from tests.api.wsgi import InProcess

AUTHORIZED = {"Authorization": "Bearer operator"}


@pytest.fixture
def known(api, send):
    """Ids of things that exist: what the collection leaves behind."""
    run = Run(send)
    list(run.all(api))
    return run.variables


@pytest.mark.parametrize("mode", fuzzing.MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("name", "label"), fuzzing.labels())
def test_every_answer_is_declared(name, label, mode, module, known):
    operation = fuzzing.schema(name, InProcess(module.app)).find_operation_by_label(label)

    fuzzing.check(operation, mode, 12, known, headers=AUTHORIZED)
