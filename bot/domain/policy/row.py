"""One row of the table of a policy's values: its name, what it means, and its kind."""

from dataclasses import dataclass, replace
from typing import Any

from bot.domain.policy import Policy
from bot.domain.policy.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """One row: a value's name, what it means in a sentence, and its kind."""

    name: str
    path: tuple[str, ...]  # the field of the policy, or of one of its steps
    means: str
    kind: Kind

    @property
    def moves_support(self) -> bool:
        """Say whether support has to be counted anew when it changes."""
        return self.name.startswith("support.")

    def of(self, policy: Policy) -> Any:
        """Give the value in this policy."""
        value: Any = policy
        for field in self.path:
            value = getattr(value, field)
        return value

    def written(self, policy: Policy) -> str:
        """Give the value in this policy as people type it."""
        return self.kind.write(self.of(policy))

    def set_in(self, policy: Policy, value: Any) -> Policy:
        """Give the policy with this value instead."""
        if len(self.path) == 1:
            return replace(policy, **{self.path[0]: value})
        step, field = self.path
        return replace(policy, **{step: replace(getattr(policy, step), **{field: value})})


def value_row(name: str, field: str, means: str, kind: Kind) -> PolicyValue:
    """Make a row; `field` is one of the policy, or `step.field` of one of its steps."""
    return PolicyValue(name=name, path=tuple(field.split(".")), means=means, kind=kind)
