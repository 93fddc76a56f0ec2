"""Size of each deployment package, and how long its handlers take to import."""

from dataclasses import dataclass

from infra import functions, package, smoke
from infra.project import Project


@dataclass(frozen=True)
class Measured:
    megabytes: float
    milliseconds: float


def apps():
    return Project.load().apps


def measure(app):
    """Build a zip, or take the one that is built, and import it three times in a fresh process."""
    project = Project.load()
    stage = project.stage("local")
    folder = project.app(app)
    built = package.builder(project, stage, say=lambda _: None)(folder)
    seconds = smoke.measure(built, functions.read(folder, stage), stage)
    return Measured(built.stat().st_size / 1024 / 1024, (seconds or 0) * 1000)
