import time

from local.emulator.patches import snapshots
from tests.running import kill, start_emulator
from tests.waiting import eventually


def test_state_survives_a_kill(tmp_path):
    process, aws = start_emulator(tmp_path, "--snapshot-seconds", "0.3")
    table, _ = aws.table()
    aws.client("dynamodb").put_item(TableName=table, Item={"id": {"S": "kept"}})
    url, _ = aws.queue()
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="kept")
    saved = tmp_path / "state" / "sqs.json"
    eventually(lambda: saved.exists() and "kept" in saved.read_text())
    kill(process)

    process, aws = start_emulator(tmp_path)

    assert aws.client("dynamodb").get_item(TableName=table, Key={"id": {"S": "kept"}})["Item"]
    name = url.rpartition("/")[2]
    assert aws.bodies(aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]) == ["kept"]
    process.stop()


def test_stock_emulator_still_saves_only_when_it_is_stopped(stock, tmp_path_factory):
    home = next(path for path in tmp_path_factory.getbasetemp().iterdir() if "stock" in path.name)
    stock.table()

    time.sleep(1.0)

    assert not (home / "state").exists(), "patches/snapshots.py: look again"


def test_snapshot_that_was_cut_short_while_moved_is_finished(tmp_path):
    (tmp_path / "next").mkdir()
    (tmp_path / "sqs.json").write_text("old")
    (tmp_path / "next/sqs.json").write_text("new")
    (tmp_path / "next/complete").touch()

    snapshots.recover(tmp_path)

    assert (tmp_path / "sqs.json").read_text() == "new"
    assert not (tmp_path / "next").exists()


def test_snapshot_that_was_cut_short_while_written_is_thrown_away(tmp_path):
    (tmp_path / "next").mkdir()
    (tmp_path / "sqs.json").write_text("old")
    (tmp_path / "next/sqs.json").write_text("ne")

    snapshots.recover(tmp_path)

    assert (tmp_path / "sqs.json").read_text() == "old"
    assert not (tmp_path / "next").exists()
