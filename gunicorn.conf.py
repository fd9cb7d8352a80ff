"""Settings of gunicorn, which reads this file by itself: `gunicorn wsgi:app`."""

import os
import re
from urllib.parse import quote

from gunicorn.glogging import Logger
from sqlalchemy.exc import SQLAlchemyError

bind = os.environ.get("PORTAL_BIND", "127.0.0.1:8000" if os.path.isdir(".git") else "0.0.0.0:8000")
workers = int(os.environ.get("PORTAL_WORKERS", "2"))
threads = int(os.environ.get("PORTAL_THREADS", "4"))
preload_app = True  # the label index is loaded once and shared by all workers
timeout, graceful_timeout, keepalive = 30, 30, 5
max_requests, max_requests_jitter = 20_000, 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's advice for containers
# One line of JSON for each request: no query, no address, nothing of a person.
accesslog = "-"
access_log_format = (
    '{"at":"%(t)s","method":"%(m)s","path":"%(U)s","status":%(s)s,"ms":%(M)s,"request":"%({x-request-id}o)s"}'
)
_LINKS = re.compile(r"/(confirm|new-password|new-email|invitations|confirmation|calendar|unsubscribe)/[^/]+")


class Discreet(Logger):
    """Writes no token of a letter's link, and each path as one word."""

    def atoms(self, resp, req, environ, request_time):
        """What the lines are made of."""
        atoms = super().atoms(resp, req, environ, request_time)
        atoms["U"] = quote(_LINKS.sub(r"/\1/-", environ.get("PATH_INFO") or ""), encoding="latin-1")
        return atoms


logger_class = Discreet
loglevel = os.environ.get("PORTAL_LOG_LEVEL", "info").lower()


def when_ready(server):
    """Before the first worker: load what every request needs."""
    site = server.app.wsgi().extensions["site"]
    try:
        site.warm()
    except SQLAlchemyError as error:  # workers start all the same and load it once the database is there
        server.log.warning("the label index cannot be loaded yet: %s", error)


def post_fork(_server, worker):
    """In a new worker: connections of the parent must not be shared."""
    worker.app.wsgi().extensions["site"].forked()
