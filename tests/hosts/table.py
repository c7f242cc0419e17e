"""The table: a row for each host, a column for each case."""

from dataclasses import dataclass, field

RIGHT = "right"

SKIPPED = "skipped"


@dataclass
class Table:
    """What was seen of each host in each case."""

    hosts: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What does not fit into a cell: why a host was skipped."""
    _cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def set(self, host: str, case: str, cell: str) -> None:
        """Set a cell. One that is not right stays as it is."""
        if host not in self.hosts:
            self.hosts.append(host)
        if case not in self.cases:
            self.cases.append(case)
        if self._cells.get((host, case), RIGHT) == RIGHT:
            self._cells[host, case] = cell

    def note(self, words: str) -> None:
        """Add a note, once."""
        if words not in self.notes:
            self.notes.append(words)

    def lines(self) -> list[str]:
        """Render it as Markdown, with its notes. A cell that was not tried is empty."""
        rows = [["host", *self.cases]]
        rows += [[host, *(self._cells.get((host, case), "") for case in self.cases)] for host in self.hosts]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        rows.insert(1, ["-" * width for width in widths])
        table = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
        return table + [line for note in self.notes for line in ("", note)]
