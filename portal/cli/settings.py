"""`portal settings`: what can be set, and how."""

from __future__ import annotations

import click

from portal.settings import describe


@click.command()
def settings() -> None:
    """Show every setting: its environment variable, default and meaning."""
    formatter = click.HelpFormatter()
    formatter.write_dl(
        [(variable, f"{text} (default: {default or 'empty'})") for variable, default, text in describe()]
    )
    click.echo(formatter.getvalue(), nl=False)
