"""Values that must not be shown."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret. Neither `repr` nor `str` shows it."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return repr(self)
