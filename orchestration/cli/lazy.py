"""A click group that imports a command when somebody asks for it, and not before.

Listing and completing the names of commands reads the table below it only: a person who presses Tab
does not wait for Dagster.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click
from click.shell_completion import CompletionItem


@dataclass(frozen=True)
class Entry:
    """Where a command is, and what is said of it before it is imported.

    Attributes:
        target: `module:attribute` of a click command.
        summary: one line for the list of commands.
        examples: command lines, shown at the end of the command's own help.
    """

    target: str
    summary: str
    examples: tuple[str, ...]


class LazyGroup(click.Group):
    """Commands from a table of entries, in its order."""

    entries: Mapping[str, Entry] = {}

    def list_commands(self, _: click.Context) -> list[str]:
        """The names in the table's order, which is the order of use."""
        return list(self.entries)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Imports a command and puts its examples below its help."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, attribute = entry.target.split(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.target} is no click command")
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in entry.examples)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names from the table; click's own would import every command for its help."""
        names = [
            CompletionItem(name, help=entry.summary)
            for name, entry in self.entries.items()
            if name.startswith(incomplete)
        ]
        return names or click.Command.shell_complete(self, ctx, incomplete)
