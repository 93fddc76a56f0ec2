import pytest

from shared.errors import Unavailable
from shared.secrets import AuthFailure, with_secret
from tests.fakes.secrets import MemorySecrets

OLD, NEW = {"api_key": "old"}, {"api_key": "new"}


class Service:
    """Accepts one key."""

    def __init__(self, key):
        self.key = key
        self.tried = []

    def __call__(self, secret):
        self.tried.append(secret["api_key"])
        if secret["api_key"] != self.key:
            raise AuthFailure("refused")
        return "done"


def test_a_good_secret_is_read_once():
    secrets, service = MemorySecrets(mail=OLD), Service("old")

    assert with_secret(secrets, "mail", service) == "done"
    assert secrets.refreshed == []


def test_a_refused_secret_that_has_changed_is_used_once_more():
    secrets, service = MemorySecrets(mail=NEW), Service("new")
    secrets.cached["mail"] = OLD

    assert with_secret(secrets, "mail", service) == "done"
    assert service.tried == ["old", "new"]


def test_a_refused_secret_that_has_not_changed_is_not_tried_twice():
    secrets, service = MemorySecrets(mail=OLD), Service("other")

    with pytest.raises(AuthFailure):
        with_secret(secrets, "mail", service)
    assert service.tried == ["old"]


def test_a_changed_secret_that_is_refused_too_is_not_read_again():
    secrets, service = MemorySecrets(mail=NEW), Service("other")
    secrets.cached["mail"] = OLD

    with pytest.raises(AuthFailure):
        with_secret(secrets, "mail", service)
    assert secrets.refreshed == ["mail"]


def test_another_failure_does_not_touch_the_secret():
    secrets = MemorySecrets(mail=OLD)

    def unavailable(_):
        raise Unavailable("later")

    with pytest.raises(Unavailable):
        with_secret(secrets, "mail", unavailable)
    assert secrets.refreshed == []
