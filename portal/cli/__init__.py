"""The `portal` command. Each module of this folder is one command (or group of them) of the same name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# Named here with their help, so that `portal --help` imports none of them.
COMMANDS = {
    "database": "Create, migrate and inspect the database.",
    "organisations": "Import and count universities and other organisations.",
    "listings": "Import, export and check listings.",
    "postings": "Publish what is due, close what has expired, ask teams.",
    "search": "Build, inspect and judge the search index.",
    "matching": "Judge how listings are ranked for people.",
    "thesaurus": "Export, import and check the concepts and their labels.",
    "worker": "Tell the search index of changes and send letters, as long as it runs.",
    "mail": "Send letters, and show those that wait.",
    "admin": "Name the people who run the site.",
    "demo": "Set up a demonstration site and serve it.",
    "translations": "Keep the message catalogues in step with the code.",
    "settings": "Show the settings and their environment variables.",
}

# What an operator may meet of the errors that have no page.
SENTENCES = {
    "index.being-rebuilt": "The index is being built anew by another process.",
    "index.being-told": "The index is being told of changes that come to no end; stop the workers, or try again.",
    "mail.smtp-url": "SMTP_URL is not of the form smtp://user:password@host:port?starttls=required (or no), or smtps://….",
    "mail.smtp-timeout": "SMTP_TIMEOUT is a number of seconds, 25 at most.",
    "mail.from": "MAIL_FROM is not an address.",
    "mail.no-such-letter": "There is no such letter.",
}


class Commands(click.Group):
    """Loads a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order a new operator needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a module: the object that has the module's name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"portal.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what an operator can put right is told in a sentence, without a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            advice = _advice(error)
            if advice is None:
                raise
            raise click.ClickException(advice) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _advice(error: Exception) -> str | None:
    from sqlalchemy.exc import OperationalError

    from portal.core.errors import PortalError
    from search.errors import SearchError

    if isinstance(error, SearchError):
        return f"The search index cannot be used: {error}"
    if isinstance(error, OperationalError):
        return f"The database cannot be used: {error.orig}. Is it there? `portal database upgrade` makes it."
    if isinstance(error, PortalError):
        return SENTENCES.get(error.code, f"{error.code}: {error.parameters}")
    return None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="digital-talent-portal")
@click.pass_context
def main(ctx: click.Context) -> None:
    """China–ASEAN Digital Talent Exchange: everything an operator does.

    Settings come from environment variables: see `portal settings`.
    """
    from portal.settings import Settings

    ctx.obj = Settings.from_environment()
