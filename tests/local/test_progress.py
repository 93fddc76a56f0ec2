import io

import pytest

from local.progress import Progress


def test_step_is_shown_with_its_time_when_it_is_over():
    out = io.StringIO()

    with Progress(out).step("console"):
        pass

    assert out.getvalue().split() == ["ok", "console", "0.0", "s"]


def test_step_that_fails_is_shown_as_failed():
    out = io.StringIO()

    with pytest.raises(ValueError, match="no"), Progress(out).step("console"):
        raise ValueError("no")

    assert out.getvalue().split()[0] == "failed"
