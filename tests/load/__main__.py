"""`make bench`: measure what the README and docs claim, beside the targets, in one run."""

import platform
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from local.cloud import LaptopCloud
from local.options import Options
from local.ports import free
from tests.e2e.people import PAPER, Laptop, wait_for
from tests.load import storm, zips


def percentile(values, share):
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def row(name, measured, target):
    print(f"  {name:<52} {measured:>14}   {target}", flush=True)


def heading(text):
    print(f"\n{text:<54} {'measured':>14}   target", flush=True)


def measure_zips():
    heading("Deployment packages")
    for app in zips.apps():
        built = zips.measure(app)
        row(f"{app}: zip", f"{built.megabytes:.1f} MB", "<= 20 MB")
        row(
            f"{app}: import in a fresh process",
            f"{built.milliseconds:.0f} ms",
            "<= 300 ms",
        )


def measure_api(laptop, calls):
    student = laptop.person("student")
    paper_id = student("POST", "/papers", PAPER).json()["id"]
    client = laptop.aws("lambda")
    function = laptop.function("paper", "api_handler").removesuffix("-api_handler")

    def get():
        assert student("GET", f"/papers/{paper_id}").status_code == 200

    def ping():
        client.invoke(FunctionName=function, Payload=b'{"ping": true}')["Payload"].read()

    times = {"get": [], "ping": []}
    for each in (get, ping) * 10:
        each()
    for _ in range(calls):
        for name, each in (("get", get), ("ping", ping)):
            began = time.perf_counter()
            each()
            times[name].append((time.perf_counter() - began) * 1000)
    heading(f"One connection, {calls} calls each, in turn")
    row(
        "GET /papers/{id} through the gateway, p50",
        f"{percentile(times['get'], 50):.1f} ms",
        "<= 15 ms",
    )
    row(
        "GET /papers/{id} through the gateway, p99",
        f"{percentile(times['get'], 99):.1f} ms",
        "<= 60 ms",
    )
    row(
        "the same function, empty ping (the floor), p50",
        f"{percentile(times['ping'], 50):.1f} ms",
        "-",
    )


def measure_mail(laptop, papers):
    student = laptop.person("student")
    delays = []
    for _ in range(papers):
        began = time.time()
        paper_id = student("POST", "/papers", PAPER).json()["id"]
        [mail] = laptop.mails_about(paper_id, 1)
        accepted = datetime.fromisoformat(mail["accepted_at"]).timestamp()
        delays.append(accepted - began)
    heading("From POST to the mail's acceptance")
    row(f"{papers} papers, one after the other, p50", f"{percentile(delays, 50):.2f} s", "<= 1 s")


def measure_storm(laptop, papers, parallel):
    heading(f"{papers} papers, {parallel} at once, faults on")
    seen = storm.run(laptop, papers, parallel)
    row("papers accepted", str(seen.papers), str(papers))
    row("receipts lost", str(seen.lost), "0")
    row("receipts in doubt twice: parked, listed, alarmed", str(seen.parked), "-")
    row("receipts doubled", str(seen.doubled), "0")
    row("dead letters", str(seen.dead), "0")
    row("faults that struck", str(seen.faults), "-")
    row("sweeps needed", str(seen.sweeps), "-")
    row("time to accept all papers", f"{seen.accepted:.1f} s", "-")
    row("time until every receipt was there, once", f"{seen.settled:.1f} s", "-")
    return seen.lost == seen.doubled == 0 and seen.papers == papers


@click.command()
@click.option("--papers", default=1000, show_default=True, help="Papers of the load run.")
@click.option("--parallel", default=20, show_default=True, help="Requests at once.")
@click.option("--calls", default=500, show_default=True, help="Calls per latency figure.")
def main(papers, parallel, calls):
    """Measure zips, imports, latency and the load run; fails if a mail was lost or doubled."""
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    print(f"{now}, Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    measure_zips()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        options = Options(port=free(), console_port=free(), packaged=True)
        with LaptopCloud(Path(folder), options) as cloud:
            laptop = Laptop(cloud.endpoints)
            wait_for(lambda: laptop.person("student")("GET", "/papers/x").status_code == 404)
            measure_api(laptop, calls)
            measure_mail(laptop, 20)
            sound = measure_storm(laptop, papers, parallel)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
