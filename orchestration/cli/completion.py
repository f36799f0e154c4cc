"""`saas-metrics completion`: click's own completion scripts."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


# \b keeps click from joining the lines.
HELP = """Print the script that makes a shell complete this program's words.

\b
bash  eval "$(saas-metrics completion bash)" in ~/.bashrc
zsh   eval "$(saas-metrics completion zsh)" in ~/.zshrc, after compinit
fish  saas-metrics completion fish > ~/.config/fish/completions/saas-metrics.fish
"""


@click.command(help=HELP)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that makes a shell complete this program's words."""
    from orchestration.cli.program import COMPLETE_VARIABLE, PROGRAM, cli

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click has no completion for {shell}.")
    click.echo(found(cli, {}, PROGRAM, COMPLETE_VARIABLE).source())
