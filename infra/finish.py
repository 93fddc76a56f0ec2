"""Set again, after each deploy, what Chalice erased or cannot set; repeatable."""

from infra import after, live
from infra.aws import Cloud
from infra.stacks import Say


def finish(cloud: Cloud, app: str, say: Say = print) -> None:
    """Make every setting of an app what it must be, changing only what is not."""
    changed = 0
    for setting in after.settings(cloud, app, live.look(cloud, app)):
        if setting.read() != setting.wanted:
            setting.apply()
            changed += 1
    say(f"{app}: {changed} settings made after Chalice's deploy")
