"""Many papers at once while everything misbehaves: nothing may be lost, nothing doubled."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from tests.e2e.people import PAPER, fresh_key

FAULTS = (
    ("stream:paper-events", "duplicate", 0.05, None),
    ("stream:paper-events", "drop", 0.02, None),
    ("topic:paper-events", "duplicate", 0.05, None),
    ("topic:paper-events", "drop", 0.02, None),
    ("queue:notifier-mail", "duplicate", 0.05, None),
    ("queue:notifier-mail", "drop", 0.02, None),
    ("queue:notifier-mail", "delay", 0.05, 2),
    ("queue:notifier-mail", "reorder", 0.05, None),
    ("sendgrid", "accept_cut", 0.01, None),
    ("sendgrid", "429", 0.01, 1),
)
KILLS = (("notifier", "deliver", 0.02), ("paper", "relay", 0.02))
PATIENCE = 240  # seconds


@dataclass(frozen=True)
class Seen:
    papers: int
    lost: int
    parked: int  # in doubt twice: listed and alarmed; lost as well if nobody got the mail
    doubled: int
    dead: int
    faults: int
    sweeps: int
    accepted: float  # seconds
    settled: float  # seconds


def run(laptop, papers, parallel):
    """Submit the papers with the faults on, calm down, sweep, and count."""
    for number, (target, kind, probability, seconds) in enumerate(FAULTS):
        options = {"seconds": seconds} if seconds else {}
        laptop.fault(target, kind, probability=probability, seed=number, **options)
    for app, handler, probability in KILLS:
        laptop.kill(app, handler, probability=probability, seed=1, seconds=0.2)
    began = time.monotonic()
    ids = submit(laptop, papers, parallel)
    accepted = time.monotonic() - began
    calm(laptop)
    struck = sum(fault["fired"] for fault in laptop.faults())
    laptop.clear_faults()
    sweeps = 0
    while not settled_all(laptop, ids) and time.monotonic() - began < PATIENCE:
        laptop.sweep()
        sweeps += 1
        calm(laptop)
    settled = time.monotonic() - began
    calm(laptop)
    mails = Counter(mail["custom_args"]["event_id"] for mail in laptop.mails())
    receipts, parked = receipts_of(laptop, ids), parked_events(laptop)
    return Seen(
        papers=len(ids),
        lost=sum(mails[event] == 0 for event in receipts),
        parked=len(receipts & parked),
        doubled=sum(mails[event] > 1 for event in receipts),
        dead=laptop.depth("notifier-mail-dead") + laptop.depth("paper-dead"),
        faults=struck,
        sweeps=sweeps,
        accepted=accepted,
        settled=settled,
    )


def submit(laptop, papers, parallel):
    """Submit papers as patient clients do: with a key, and again when told to come back."""

    def one(_):
        student, key = laptop.person("student"), fresh_key()
        for _ in range(10):
            try:
                answer = student("POST", "/papers", PAPER, key)
            except requests.ConnectionError:
                continue
            if answer.status_code == 201:
                return answer.json()["id"]
            time.sleep(0.5)
        return None

    with ThreadPoolExecutor(parallel) as pool:
        return {paper_id for paper_id in pool.map(one, range(papers)) if paper_id}


def receipts_of(laptop, ids):
    rows = laptop.rows("paper-events")
    return {row["event_id"]["S"] for row in rows if row["subject"]["S"] in ids}


def settled_all(laptop, ids):
    mails = {mail["custom_args"]["event_id"] for mail in laptop.mails()}
    return receipts_of(laptop, ids) <= mails | parked_events(laptop)


def parked_events(laptop):
    listed = laptop.person("operator", "notifier")("GET", "/mails?status=AMBIGUOUS").json()["mails"]
    return {mail["event_id"] for mail in listed if mail["parked"]}


def calm(laptop, quiet=8.0):
    """Wait until the mailbox has not grown and the queue has been empty for a while."""
    last, since = None, time.monotonic()
    end = since + PATIENCE
    while time.monotonic() < end and time.monotonic() - since < quiet:
        now = (len(laptop.mails()), laptop.depth("notifier-mail"))
        if now != last or now[1]:
            last, since = now, time.monotonic()
        time.sleep(0.5)
