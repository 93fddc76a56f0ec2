"""Papers in memory: a paper, its event and its receipt are written together or not at all."""

from chalicelib.paper.ports import Taken
from shared.errors import NotFound, Stale
from shared.http import etag


class MemoryPapers:
    def __init__(self, events, receipts):
        self.rows = {}
        self.events = events
        self.receipts = receipts

    def get(self, paper_id):
        if paper_id not in self.rows:
            raise NotFound("There is no paper with this id.")
        return self.rows[paper_id]

    def add(self, paper, event, receipt):
        taken = receipt is not None and self.receipts.find(receipt.key, paper.submitted_at)
        if paper.id in self.rows or taken:
            raise Taken
        self.rows[paper.id] = paper
        self.events.append(paper.id, event)
        if receipt is not None:
            self.receipts.put(receipt, paper.submitted_at)

    def replace(self, paper, event):
        present = self.rows.get(paper.id)
        if present is None or present.version != paper.version - 1:
            raise Stale("The paper has changed since.", etag(self.get(paper.id).version))
        self.rows[paper.id] = paper
        self.events.append(paper.id, event)
