"""The apps in the laptop cloud, put there by the very commands that put them on AWS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra import chalice_deploy, finish, record
from infra import deploy as deployer
from infra.aws import Cloud
from infra.project import API_STAGE, Project
from local import thin
from local.home import Home
from local.options import Options

STAGE = "local"

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is deployed where, and how the zips are made."""

    project: Project
    cloud: Cloud
    options: Options
    home: Home

    def deploy(self, apps: Sequence[str], say: Say) -> None:
        """Bring the foundation and `apps` up to date; raises ProjectError saying what is wrong."""
        deployer.deploy(self.project, self.cloud, apps, self._build, say)

    def deploy_again(self, apps: Sequence[str], say: Say) -> None:
        """Tell AWS about edited routes, events or settings of `apps`; the foundation stands."""
        environment = deployer.deploy_environment(self.project, self.cloud)
        for app in apps:
            done = chalice_deploy.deploy(
                self.project.app(app),
                STAGE,
                self._build(self.project.app(app)),
                record.load(self.cloud, app),
                {**self.cloud.environment, **environment},
                say,
            )
            record.save(self.cloud, app, done)
            finish.finish(self.cloud, app, say)

    def url(self, app: str) -> str:
        """Return the base URL of an app's API, which stays the same as long as state is kept."""
        api = record.api_id(record.load(self.cloud, app))
        return f"{self.options.endpoint}/_aws/execute-api/{api}/{API_STAGE}"

    def _build(self, app: Path) -> Path:
        if not self.options.packaged:
            return thin.build(app, self.home.path / "thin")
        from infra import package  # noqa: PLC0415  # needed for real zips only

        return package.builder(self.project, self.cloud.stage)(app)
