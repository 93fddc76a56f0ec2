"""A queue in memory, and what Lambda's mapping does with a queue."""

from dataclasses import dataclass, field, replace
from itertools import count

from shared.queues import LIMIT, LONGEST_DELAY, Record
from shared.topics import check_size


@dataclass
class MemoryQueue:
    """`waiting` holds messages by receipt, delayed ones too; `delays` the seconds of each."""

    waiting: dict[str, Record] = field(default_factory=dict)
    delays: list[int] = field(default_factory=list)
    error: Exception | None = None
    _ids: count = field(default_factory=lambda: count(1))

    @property
    def bodies(self):
        return [record.body for record in self.waiting.values()]

    def send(self, body, attributes, delay_seconds=0):
        check_size(body, attributes, LIMIT)
        if self.error:
            raise self.error
        number = str(next(self._ids))
        kept = {name: value for name, value in attributes.items() if value}
        self.delays.append(min(delay_seconds, LONGEST_DELAY))
        self.waiting[number] = Record(number, body, number, kept, deliveries=0)

    def delete(self, receipt):
        if self.error:
            raise self.error
        self.waiting.pop(receipt, None)

    def receive(self):
        """Deliver everything once more."""
        for receipt, record in self.waiting.items():
            self.waiting[receipt] = replace(record, deliveries=record.deliveries + 1)
        return list(self.waiting.values())


def deliver(queue, function, *, reports_failures):
    """Do what a mapping does with one batch; `function` answers as a Lambda handler does."""
    batch = queue.receive()
    try:
        answer = function(batch)
    except Exception:  # noqa: BLE001  # a function may fail in any way, and everything stays
        return
    failed = {item["itemIdentifier"] for item in (answer or {}).get("batchItemFailures", [])}
    for record in batch:
        if not (reports_failures and record.id in failed):
            queue.delete(record.receipt)
