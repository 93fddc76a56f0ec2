"""Small projects of two apps that are deployed, killed and removed on an emulator of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra import config, deploy, live
from infra.aws import Cloud
from infra.project import ROOT, Project
from local import thin

HERE = Path(__file__).parent
STAGE = "dev"


@dataclass(frozen=True)
class House:
    """A project in a folder of its own, and the emulator that it is deployed to."""

    root: Path
    environment: Mapping[str, str]

    @cached_property
    def project(self):
        return Project.load(self.root)

    @cached_property
    def cloud(self):
        return Cloud.of(self.project.stage(STAGE), self.environment)

    def deploy(self, *apps):
        lines = []

        def build(app):
            return thin.build(app, self.root / ".build")

        deploy.deploy(self.project, self.cloud, apps or self.project.apps, build, lines.append)
        return lines

    def deploy_and_be_killed(self, app, after):
        """Deploy an app in processes that all die after the named call; say whether they did."""
        variables = {"PYTHONPATH": f"{HERE / 'killer'}:{ROOT}", "KILL_AFTER": after}
        child = subprocess.run(
            [sys.executable, "-m", "tests.infra.house", str(self.root), app],
            cwd=ROOT,
            env={**self.environment, **variables},
            start_new_session=True,
            check=False,
        )
        return child.returncode == -9

    def look(self, app, stage=STAGE):
        return live.look(Cloud.of(self.project.stage(stage), self.environment), app)

    @contextmanager
    def edited(self, file, old, new):
        path = self.root / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        yield
        path.write_text(text)

    def forget(self, app):
        """Lose Chalice's record of an app."""
        bucket, key = self.cloud.stage.deployments, f"chalice/{app}/{STAGE}.json"
        self.cloud.client("s3").delete_object(Bucket=bucket, Key=key)


def build_house(root, prefix, environment, removal="delete"):
    """Copy the sample apps, and the real ones' deployment facts, into a project with a prefix."""
    for app in ("paper", "notifier"):
        shutil.copytree(HERE / "sample" / app, root / app)
        shutil.copy(ROOT / app / "functions.toml", root / app)
        (root / app / "vendor").mkdir()
        (root / app / "vendor" / "shared").symlink_to(ROOT / "shared")
    text = (ROOT / "project.toml").read_text()
    text = text.replace('prefix = "coursework"', f'prefix = "{prefix}"')
    text = text.replace('removal = "delete"', f'removal = "{removal}"', 1)
    (root / "project.toml").write_text(text.replace("monthly_usd = 20", "monthly_usd = 0"))
    config.write(Project.load(root))
    return House(root, environment)


if __name__ == "__main__":
    House(Path(sys.argv[1]), dict(os.environ)).deploy(*sys.argv[2:])
