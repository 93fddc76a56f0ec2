"""The deployed apps answer as their API documents say."""

import pytest

from tests.api import fuzzing
from tests.e2e.people import PAPER


@pytest.fixture(scope="module")
def known(laptop):
    answer = laptop.person("operator")(
        "POST", "/papers", PAPER | {"student_email": "student@example.org"}
    )
    return {"paper_id": answer.json()["id"]}


@pytest.mark.parametrize("mode", fuzzing.MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("name", "label"), fuzzing.labels())
def test_every_answer_is_declared(laptop, known, name, label, mode):
    operation = fuzzing.schema(name).find_operation_by_label(label)
    token = laptop.endpoints["tokens"]["operator"]

    fuzzing.check(
        operation,
        mode,
        8,
        known,
        base_url=laptop.endpoints["apps"][name]["url"],
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
