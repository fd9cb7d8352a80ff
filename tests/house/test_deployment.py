"""The compose file and the Dockerfiles, held to the settings of the portal and to each other."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.settings import Settings, describe

ROOT = Path(__file__).parents[2]
SETTINGS = {variable for variable, _default, _help in describe()}
GUNICORN = {"PORTAL_WORKERS", "PORTAL_THREADS", "PORTAL_BIND"}
SECRETS = ("SECRET_KEY", "PASSWORD", "API_KEY")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return loaded


def test_every_variable_of_the_portal_is_a_setting(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "migrate"):
        assert set(compose["services"][name]["environment"]) <= SETTINGS | GUNICORN, name


def test_secrets_come_from_the_environment_and_must_be_set(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if any(word in variable for word in SECRETS):
                assert re.fullmatch(rf"\$\{{{variable}:\?.+\}}", str(value)), f"{name}: {variable}"
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text("utf-8")))
    offered = dict(line.split("=", 1) for line in (ROOT / ".env.example").read_text("utf-8").split() if "=" in line)
    assert asked <= set(offered)
    assert all(not offered[name] for name in asked if any(word in name for word in SECRETS))


def test_what_waits_waits_for_something_that_can_be_told(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for other, wanted in service.get("depends_on", {}).items():
            checked = "healthcheck" in services[other]
            assert wanted["condition"] == "service_completed_successfully" or checked, other


def test_only_the_web_is_reached_from_outside_and_on_loopback(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_volumes_are_named_and_used(compose: dict[str, Any]) -> None:
    used = {volume.split(":")[0] for s in compose["services"].values() for volume in s.get("volumes", ())}
    assert {name for name in used if not name.startswith("./")} == set(compose["volumes"])
    assert all((ROOT / name).is_file() for name in used if name.startswith("./"))


def test_the_server_and_its_client_are_of_one_major_version(compose: dict[str, Any]) -> None:
    image = (ROOT / "portal" / "deployment" / "elasticsearch.Dockerfile").read_text("utf-8")
    named = {*re.findall(r"elasticsearch:(\d+)\.", image)}
    named |= {
        s["image"].split(":")[1].split(".")[0]
        for s in compose["services"].values()
        if s.get("image", "").startswith("elasticsearch:")
    }
    assert named == {version("elasticsearch").split(".")[0]}


def test_the_image_takes_only_pinned_packages_and_runs_without_rights() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--require-hashes -r requirements.txt" in text
    assert text.index("USER portal") < text.rindex("CMD")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
    pins = (ROOT / "portal" / "deployment" / "requirements.txt").read_text("utf-8")
    assert "http" not in re.sub(r"http\w+==", "", pins.split("#")[0])
    assert {name for name in ("gunicorn", "elasticsearch", "psycopg") if f"\n{name}==" in pins} == {
        "gunicorn",
        "elasticsearch",
        "psycopg",
    }
    assert Settings().data_dir
