"""The race of stock's queues is shown on its own code: over HTTP it strikes once in thousands."""

import subprocess
import sys
import threading

import pytest

from local.emulator.patches.queues import Messages, Queue

STOCK = """
from ministack.services import sqs
sqs._act_create_queue({"QueueName": "q"}, "")
url = sqs._queue_url("q")
queue = sqs._queues[url]
sqs._act_send_message({"MessageBody": "old"}, url)
handle = sqs._receive_messages_for_esm(url, 1)[0]["receipt_handle"]

class Interrupted(list):
    def __iter__(self):
        yield from list.__iter__(self)
        # What another thread may do between the last look and the new list's assignment.
        sqs._act_send_message({"MessageBody": "new"}, url)

queue["messages"] = Interrupted(queue["messages"])
sqs._delete_messages_for_esm(url, {handle})
print([message["body"] for message in queue["messages"]])
"""


@pytest.fixture
def queue():
    Messages.deliver = staticmethod(lambda _target, act: act())
    return Queue({"name": "q", "messages": []})


def test_new_content_keeps_the_list_that_senders_hold(queue):
    messages = queue["messages"]
    messages.append({"id": "1"})

    queue["messages"] = []
    messages.append({"id": "2"})

    assert [each["id"] for each in queue["messages"]] == ["2"]


def test_senders_and_a_deleting_mapping_lose_nothing(emulator):
    url, _ = emulator.queue()
    sqs = emulator.client("sqs")
    entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(10)]
    senders = [
        threading.Thread(
            target=lambda: [sqs.send_message_batch(QueueUrl=url, Entries=entries) for _ in range(5)]
        )
        for _ in range(4)
    ]
    for each in senders:
        each.start()
    found = []
    while any(each.is_alive() for each in senders):
        found += emulator.bodies(url)
    found += emulator.bodies(url)

    assert len(found) == 200


def test_stock_emulator_still_loses_a_message_sent_during_a_delete():
    command = [sys.executable, "-c", STOCK]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]", "patches/queues.py: look again"
