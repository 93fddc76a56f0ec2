"""What a deploy would change: resources, permissions, and what a month would cost."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from infra import observe, plan_apps, plan_stacks
from infra.aws import Cloud
from infra.changes import ADD, REMOVE, Change, Permission
from infra.prices import Prices
from infra.project import Project


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a deploy of one stage would change."""

    stage: str
    where: str
    changes: tuple[Change, ...]
    permissions: tuple[Permission, ...]
    prices: Prices

    @property
    def monthly_usd(self) -> float:
        """By how many US dollars a month the estimate would rise, or fall below zero."""
        return sum(
            count * (self.prices.monthly(kind) or 0.0) for kind, count in self._counted().items()
        )

    @property
    def unpriced(self) -> list[str]:
        """Types among the changes that the price table lacks."""
        return sorted({c.kind for c in self.changes if self.prices.monthly(c.kind) is None})

    def render(self) -> str:
        """Return the plan as a person reads it: + is added, ~ changed, - removed."""
        lines = [f"Plan for {self.stage} ({self.where})", ""]
        if not self.changes and not self.permissions:
            return "\n".join([*lines, "Nothing would change but the code of the functions."])
        lines += [*self._resources(), *self._roles(), *self._costs()]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.render()

    def _resources(self) -> Iterator[str]:
        for place, changes in groupby(self.changes, key=lambda change: change.place):
            yield place
            for change in changes:
                yield f"  {change.action} {change.kind:<34} {change.name}"
                yield from (f"      {detail}" for detail in change.details)
            yield ""

    def _roles(self) -> Iterator[str]:
        for role, permissions in groupby(self.permissions, key=lambda each: each.role):
            yield f"Role {role}"
            yield from (f"  {each.action} {each.text}" for each in permissions)
            yield ""

    def _costs(self) -> Iterator[str]:
        table = self.prices
        yield (
            f"Estimated cost a month: list prices of {table.region} on {table.dated}, "
            f"{table.papers:,} papers a month, no free tier"
        )
        for kind, count in sorted(self._counted().items()):
            if usd := count * (table.monthly(kind) or 0.0):
                yield f"  {usd:+9.2f} USD  {count:+} {kind}"
        yield from (f"  no price known for {kind}" for kind in self.unpriced)
        yield f"  {self.monthly_usd:+9.2f} USD  in all"

    def _counted(self) -> Counter[str]:
        counted: Counter[str] = Counter()
        for change in self.changes:
            counted[change.kind] += {ADD: 1, REMOVE: -1}.get(change.action, 0)
        return counted


def plan(project: Project, cloud: Cloud, apps: Sequence[str] | None = None) -> Plan:
    """Return what deploying a stage would change, for all apps or some; changes nothing."""
    changes: list[Change] = []
    permissions: list[Permission] = []
    for stack in observe.stacks(project, cloud.stage):
        changes += plan_stacks.changes(cloud, stack)
    for app in project.apps if apps is None else apps:
        for each in plan_apps.changes(project, cloud, app):
            if isinstance(each, Change):
                changes.append(each)
            else:
                permissions.append(each)
    where = f"account {cloud.account}, {cloud.stage.region}"
    return Plan(cloud.stage.name, where, tuple(changes), tuple(permissions), Prices.load())
