"""The tables that the foundation makes are those that the apps' models expect."""

import pytest

from chalicelib.notifier import ledger
from chalicelib.paper.store import PaperRow
from infra import foundation
from infra.project import Project
from shared.idempotency import ReceiptRow
from shared.inbox import InboxRow
from shared.outbox import EventRow
from shared.tokens import TokenRow

MODELS = {
    "tokens": TokenRow,
    "papers": PaperRow,
    "paper-events": EventRow,
    "paper-keys": ReceiptRow,
    "notifier-inbox": InboxRow,
    "notifier-ledger": ledger.LedgerRow,
}


def tables():
    project = Project.load()
    for stack in foundation.templates(project, project.stage("dev")):
        for resource in stack.template["Resources"].values():
            if resource["Type"] == "AWS::DynamoDB::Table":
                yield resource["Properties"]["TableName"]["Fn::Sub"].rpartition("}-")[2], resource


def keys(schema):
    return {each["KeyType"]: each["AttributeName"] for each in schema}


TABLES = dict(tables())


def test_every_table_has_a_model():
    assert set(TABLES) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_table_has_its_models_keys_indexes_and_expiry(name):
    properties, model = TABLES[name]["Properties"], MODELS[name]

    expected = {"HASH": model._hash_keyname}
    if model._range_keyname:
        expected["RANGE"] = model._range_keyname
    assert keys(properties["KeySchema"]) == expected
    indexes = {
        i["IndexName"]: keys(i["KeySchema"]) for i in properties.get("GlobalSecondaryIndexes", [])
    }
    assert indexes == {name: model_index(index) for name, index in model._indexes.items()}
    expires = properties.get("TimeToLiveSpecification", {}).get("AttributeName")
    assert (expires is not None) == ("expires" in model.get_attributes())


def model_index(index):
    return keys(index._get_schema()["key_schema"])
