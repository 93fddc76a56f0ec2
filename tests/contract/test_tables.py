"""The ports that keep rows: what memory promises, DynamoDB keeps."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from chalicelib.paper import events
from chalicelib.paper.papers import Paper, Text, assign
from chalicelib.paper.ports import Taken
from chalicelib.paper.store import DynamoPapers, PaperRow
from shared.errors import NotFound, Stale
from shared.idempotency import DynamoReceipts, Receipt, ReceiptRow
from shared.inbox import DynamoInbox, InboxRow
from shared.outbox import DynamoUnhandled, EventRow
from shared.tokens import DynamoTokens, TokenRow, issue
from tests.contract import tables
from tests.fakes.outbox import MemoryEvents, MemoryInbox, MemoryReceipts
from tests.fakes.papers import MemoryPapers
from tests.fakes.tokens import MemoryTokens

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def memory(_):
    seen, receipts = MemoryEvents(), MemoryReceipts(DAY)
    yield SimpleNamespace(
        papers=MemoryPapers(seen, receipts),
        receipts=receipts,
        unhandled=seen,
        inbox=MemoryInbox(),
        tokens=MemoryTokens(),
    )


MODELS = (PaperRow, EventRow, ReceiptRow, InboxRow, TokenRow)


@pytest.fixture(scope="module")
def dynamo_tables(emulator):
    with tables.environment(emulator.url):
        yield [tables.make(model, emulator.name()) for model in MODELS]


def dynamo(request):
    papers, rows, receipts, inbox, tokens = made = request.getfixturevalue("dynamo_tables")
    yield SimpleNamespace(
        papers=DynamoPapers(papers, rows, receipts, DAY, DAY),
        receipts=DynamoReceipts(receipts),
        unhandled=DynamoUnhandled(rows),
        inbox=DynamoInbox(inbox, DAY),
        tokens=DynamoTokens(tokens),
    )
    tables.empty(*made)


@pytest.fixture(params=[memory, dynamo], ids=["memory", "dynamo"])
def kept(request):
    yield from request.param(request)


def paper(paper_id="p1"):
    text = Text("papers/p1/x.txt", "00" * 32, 5)
    return Paper(paper_id, "ELA", "", "student@example.org", text, NOW, NOW)


def add(kept, each, receipt=None):
    kept.papers.add(each, events.submitted(each, "correlation"), receipt)


def marked(kept, moment=NOW + DAY):
    return [(subject, event.type) for subject, event in kept.unhandled.older_than(moment)]


def test_a_paper_comes_back_as_it_was_stored(kept):
    add(kept, paper())

    assert kept.papers.get("p1") == paper()


def test_an_unknown_paper_is_not_found(kept):
    with pytest.raises(NotFound):
        kept.papers.get("nothing")


def test_a_paper_is_stored_with_its_event_and_receipt(kept):
    receipt = Receipt("key", "fingerprint", "{}")
    add(kept, paper(), receipt)

    assert marked(kept) == [("p1", "paper.submitted")]
    assert kept.receipts.find("key", NOW) == receipt


def test_a_taken_id_stores_neither_event_nor_receipt(kept):
    add(kept, paper())

    with pytest.raises(Taken):
        add(kept, paper(), Receipt("key", "fingerprint", "{}"))

    assert len(marked(kept)) == 1
    assert kept.receipts.find("key", NOW) is None


def test_a_taken_key_stores_neither_paper_nor_event(kept):
    receipt = Receipt("key", "fingerprint", "{}")
    add(kept, paper(), receipt)

    with pytest.raises(Taken):
        add(kept, paper("p2"), receipt)

    assert len(marked(kept)) == 1
    with pytest.raises(NotFound):
        kept.papers.get("p2")


def test_a_receipt_is_forgotten_after_its_time(kept):
    add(kept, paper(), Receipt("key", "fingerprint", "{}"))

    assert kept.receipts.find("key", NOW + DAY + timedelta(seconds=1)) is None


def test_the_next_version_replaces_only_the_one_before_it(kept):
    add(kept, paper())
    changed = assign(paper(), "tutor@example.org", NOW)
    kept.papers.replace(changed, events.assigned(changed, "correlation"))

    with pytest.raises(Stale) as refused:
        kept.papers.replace(changed, events.assigned(changed, "correlation"))

    assert kept.papers.get("p1") == changed
    assert refused.value.etag == '"2"'
    assert len(marked(kept)) == 2


def test_a_handled_event_is_marked_no_more(kept):
    add(kept, paper())
    [(subject, event)] = kept.unhandled.older_than(NOW + DAY)

    kept.unhandled.handled(subject, event.event_id)
    kept.unhandled.handled(subject, event.event_id)

    assert marked(kept) == []


def test_only_events_before_the_moment_are_given(kept):
    add(kept, paper())

    assert marked(kept, NOW) == []
    assert len(marked(kept, NOW + timedelta(milliseconds=1))) == 1


def test_an_inbox_knows_what_was_finished(kept):
    kept.inbox.finish("a", NOW)
    kept.inbox.finish("a", NOW)

    assert kept.inbox.known(["a", "b"]) == {"a"}


def test_a_token_comes_back_as_it_was_stored(kept):
    _, token = issue("tutor", "tutor@example.org", NOW, NOW + DAY)
    kept.tokens.put(token)

    assert kept.tokens.find(token.id) == token
    assert kept.tokens.find("unknown") is None
