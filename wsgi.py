"""For a WSGI server: `gunicorn wsgi:app`. Settings come from the environment (`portal settings` lists them)."""

from portal import create_app
from portal.settings import Settings
from portal.web.tracing import configure_logging

settings = Settings.from_environment()
configure_logging(settings.log_level)
app = create_app(settings)
