"""Size of each deployment package, and how long its handlers take to import."""

import statistics
from dataclasses import dataclass

from infra import functions, package, smoke
from infra.project import Project

RUNS = 5


@dataclass(frozen=True)
class Measured:
    megabytes: float
    milliseconds: float


def apps():
    return Project.load().apps


def measure(app):
    """Build a zip, or take the one that is built, and import it in fresh processes."""
    project = Project.load()
    stage = project.stage("local")
    folder = project.app(app)
    built = package.builder(project, stage, say=lambda _: None)(folder)
    facts = functions.read(folder, stage)
    seconds = [smoke.import_seconds(built, facts, stage) for _ in range(RUNS)]
    return Measured(built.stat().st_size / 1024 / 1024, statistics.median(seconds) * 1000)
