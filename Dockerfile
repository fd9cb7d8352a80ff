# The portal as an image: built in one stage, run in another without compilers, as a user without rights.
FROM python:3.13-slim AS build
WORKDIR /build
COPY portal/deployment/requirements.txt ./
RUN python -m venv /portal && /portal/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY portal portal
COPY search search
COPY translations translations
COPY migrations migrations
RUN pip wheel --no-cache-dir --no-deps --wheel-dir wheels . \
    && /portal/bin/pip install --no-cache-dir --no-deps wheels/*.whl \
    && /portal/bin/portal translations compile

FROM python:3.13-slim
RUN useradd --system --uid 1000 --home-dir /srv/portal portal && install -d -o portal -g portal /srv/portal
COPY --from=build /portal /portal
WORKDIR /app
COPY wsgi.py gunicorn.conf.py ./
ENV PATH=/portal/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_DATA_DIR=/srv/portal
USER portal
VOLUME /srv/portal
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "wsgi:app"]
