from dataclasses import dataclass

import pytest

from shared import settings
from shared.errors import MissingSettings


@dataclass(frozen=True)
class Sample:
    table: str
    days: int
    hosts: tuple[str, ...]


def test_a_field_is_a_variable_in_upper_case():
    found = settings.read(Sample, {"TABLE": "t", "DAYS": "3", "HOSTS": "a, b"})

    assert found == Sample("t", 3, ("a", "b"))


def test_every_gap_is_named_at_once():
    with pytest.raises(MissingSettings, match=r"TABLE, DAYS \(not a int\), HOSTS$"):
        settings.read(Sample, {"TABLE": " ", "DAYS": "x", "AWS_LAMBDA_FUNCTION_NAME": "f"})


def test_a_gap_outside_of_a_function_ends_the_command_with_one_line():
    with pytest.raises(SystemExit, match=r"needs TABLE, DAYS, HOSTS: run eval .*make -s env"):
        settings.read(Sample, {})


def test_a_missing_deploy_value_ends_the_command_with_one_line():
    with pytest.raises(SystemExit, match=r"STREAM is not set: run .*make -s env"):
        settings.deploy_value("STREAM", {})


def test_a_function_does_not_need_deploy_values():
    assert settings.deploy_value("STREAM", {"AWS_LAMBDA_FUNCTION_NAME": "f"}) == ""
