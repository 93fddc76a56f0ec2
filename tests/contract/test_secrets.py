"""Port Secrets: the twin and Secrets Manager keep the same promises."""

import json

import pytest

from shared.errors import MissingSettings
from shared.secrets import AuthFailure, AwsSecrets, with_secret
from tests.fakes.secrets import MemorySecrets


class MemoryVault:
    def __init__(self):
        self.secrets, self.name = MemorySecrets(), "stage/mail"

    def store(self, value):
        self.secrets.stored[self.name] = value


class AwsVault:
    def __init__(self, emulator):
        self.secrets, self.name = AwsSecrets(emulator.connect), f"{emulator.name()}/mail"
        self._client = emulator.connect("secretsmanager")
        self._client.create_secret(Name=self.name, SecretString="{}")

    def store(self, value):
        text = value if isinstance(value, str) else json.dumps(value)
        self._client.put_secret_value(SecretId=self.name, SecretString=text)


@pytest.fixture(params=["memory", "aws"])
def vault(request):
    if request.param == "memory":
        return MemoryVault()
    return AwsVault(request.getfixturevalue("emulator"))


def test_a_secret_is_read(vault):
    vault.store({"api_key": "one"})

    assert vault.secrets.get(vault.name) == {"api_key": "one"}


def test_a_secret_is_kept_until_it_is_refreshed(vault):
    vault.store({"api_key": "one"})
    vault.secrets.get(vault.name)
    vault.store({"api_key": "two"})

    assert vault.secrets.get(vault.name) == {"api_key": "one"}
    assert vault.secrets.refresh(vault.name) == {"api_key": "two"}
    assert vault.secrets.get(vault.name) == {"api_key": "two"}


def test_a_missing_secret_is_named(vault):
    with pytest.raises(MissingSettings, match="no secret stage/other"):
        vault.secrets.get("stage/other")


@pytest.mark.parametrize("value", ["not json: canary", ["canary"], {"api_key": {"canary": 1}}])
def test_a_secret_of_another_form_is_named_and_not_quoted(vault, value):
    vault.store(value)

    with pytest.raises(MissingSettings, match=vault.name) as raised:
        vault.secrets.get(vault.name)
    assert "canary" not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_rotated_secret_is_used_without_anybody_noticing(vault):
    vault.store({"api_key": "old"})
    vault.secrets.get(vault.name)
    vault.store({"api_key": "new"})

    def use(secret):
        if secret["api_key"] == "old":
            raise AuthFailure("refused")
        return "done"

    assert with_secret(vault.secrets, vault.name, use) == "done"
