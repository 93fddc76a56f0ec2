"""Tables of the emulator for the adapters that reach DynamoDB through pynamodb."""

import os
from contextlib import contextmanager

from shared.dynamo import use_table


@contextmanager
def environment(url):
    """Point botocore to the emulator, as the laptop cloud does for its functions."""
    ours = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-2",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def make(model, name):
    """Create a table of its own for a model and tie the model to it."""
    rows = use_table(model, name, "eu-west-2")
    rows._connection = None
    rows.create_table(wait=False, billing_mode="PAY_PER_REQUEST")  # active at once
    return rows


def empty(*models):
    """Delete every row, so that the next test finds the tables as new."""
    for rows in models:
        for row in rows.scan(consistent_read=True):
            row.delete()
