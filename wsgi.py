"""For a WSGI server: `gunicorn wsgi:app`. Settings come from the environment (`portal settings` lists them)."""

from portal import create_app
from portal.settings import Settings

app = create_app(Settings.from_environment())
