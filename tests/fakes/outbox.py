"""An outbox, an inbox and receipts in memory."""

from shared.envelope import Envelope, earliest_id


class MemoryEvents:
    """Rows of an outbox: (subject, event), and which of them carry the marker."""

    def __init__(self):
        self.rows = []
        self.marked = set()

    def append(self, subject, event):
        self.rows.append((subject, Envelope.model_validate(event.model_dump(mode="json"))))
        self.marked.add(event.event_id)

    @property
    def types(self):
        return [event.type for _, event in self.rows]

    def older_than(self, moment):
        bound = earliest_id(moment)
        for subject, event in list(self.rows):
            if event.event_id in self.marked and event.event_id < bound:
                yield subject, event

    def handled(self, subject, event_id):
        self.marked.discard(event_id)


class MemoryInbox:
    def __init__(self):
        self.finished = {}

    def finish(self, event_id, now):
        self.finished[event_id] = now

    def known(self, event_ids):
        return {event_id for event_id in event_ids if event_id in self.finished}


class MemoryReceipts:
    def __init__(self, keep):
        self.keep = keep
        self.rows = {}

    def find(self, key, now):
        receipt, expires = self.rows.get(key, (None, None))
        return receipt if receipt is not None and expires > now else None

    def put(self, receipt, now):
        self.rows[receipt.key] = (receipt, now + self.keep)
