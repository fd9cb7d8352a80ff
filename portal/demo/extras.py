"""The further facts of training bases, joint programmes and shared courses, and what comes out of each kind."""

from __future__ import annotations

from typing import Any

from portal.demo.draft import Draft
from portal.listings import codes
from search.concepts.thesaurus import Thesaurus

# What a room for these topics has in it; topics below these count too.
_EQUIPMENT: dict[str, tuple[str, ...]] = {
    "artificial-intelligence": ("gpu-cluster",),
    "high-performance-computing": ("gpu-cluster",),
    "cloud-computing": ("server-room",),
    "databases": ("server-room",),
    "computer-networks": ("network-lab",),
    "telecommunications": ("network-lab",),
    "cybersecurity": ("security-range", "network-lab"),
    "robotics": ("robot-arms",),
    "automation": ("plc-benches", "robot-arms"),
    "smart-manufacturing": ("plc-benches", "robot-arms"),
    "numerical-control-machining": ("cnc-machines",),
    "additive-manufacturing": ("3d-printers",),
    "computer-aided-design": ("3d-printers", "cnc-machines"),
    "drones": ("drones",),
    "low-altitude-economy": ("drones", "simulators"),
    "internet-of-things": ("iot-kits",),
    "smart-city": ("iot-kits",),
    "integrated-circuits": ("chip-design-workstations",),
    "semiconductors": ("clean-room", "chip-design-workstations"),
    "electronics": ("iot-kits",),
    "human-computer-interaction": ("vr-studio",),
    "digital-media": ("recording-studio", "vr-studio"),
    "digital-education": ("recording-studio",),
    "logistics": ("logistics-line", "simulators"),
    "smart-ports": ("simulators", "logistics-line"),
    "e-commerce": ("livestream-studio",),
    "digital-agriculture": ("greenhouse", "iot-kits"),
    "new-energy-vehicles": ("new-energy-vehicle-bays",),
    "digital-health": ("simulators",),
}
_CERTIFICATES = {
    "network-lab": "Certificate of Practical Training: Network Operation",
    "security-range": "Certificate of Practical Training: Security Operation",
    "gpu-cluster": "Certificate of Practical Training: Applied Artificial Intelligence",
    "robot-arms": "Certificate of Practical Training: Robot Operation",
    "plc-benches": "Certificate of Practical Training: Industrial Control",
    "logistics-line": "Certificate of Practical Training: Smart Logistics",
    "livestream-studio": "Certificate of Practical Training: Cross-border E-commerce",
    "chip-design-workstations": "Certificate of Practical Training: Chip Design",
    "drones": "Certificate of Practical Training: Drone Operation",
    "new-energy-vehicle-bays": "Certificate of Practical Training: New Energy Vehicles",
}
_GENERAL_CERTIFICATE = "Certificate of Practical Training: Digital Skills"
_CREDITS = {"shared-course": (2, 3, 4, 6), "joint-programme": (60, 90, 120)}


def make_extras(draft: Draft, thesaurus: Thesaurus) -> dict[str, Any]:
    """The facts that only some kinds have."""
    kind = draft.programme.kind
    facts: dict[str, Any] = {
        "base_equipment": [],
        "base_certifications": [],
        "joint_degrees": [],
        "outputs": _outputs(draft),
        "credits": draft.rng.choice(_CREDITS[kind]) if kind in _CREDITS and draft.chance(0.8) else None,
    }
    if kind == "training-base":
        facts |= _base(draft, thesaurus)
    if kind == "joint-programme":
        facts |= _joint(draft)
    return facts


def _base(draft: Draft, thesaurus: Thesaurus) -> dict[str, Any]:
    equipment = equipment_for(draft.concepts, thesaurus)
    certified = draft.programme.award == "certificate"
    names = [_CERTIFICATES[item] for item in equipment if item in _CERTIFICATES] or [_GENERAL_CERTIFICATE]
    return {
        "base_equipment": equipment,
        "base_seats": draft.rng.randrange(24, 125, 4),
        "base_courses_a_year": draft.rng.randint(2, 12),
        "base_certifications": names[:2] if certified else [],
        "base_open_to_third_parties": draft.chance(0.5),
    }


def equipment_for(concepts: tuple[str, ...], thesaurus: Thesaurus) -> list[str]:
    """Equipment that fits the topics, in the order of the codes; every base has computer rooms."""
    wanted = {"computer-rooms"}
    for concept in concepts:
        for topic in (concept, *thesaurus.ancestors(concept)):
            wanted.update(_EQUIPMENT.get(topic, ()))
    return [item for item in codes.EQUIPMENT if item in wanted]


def _joint(draft: Draft) -> dict[str, Any]:
    """The time is split between the partners; the number of the approval says that it is not a real one."""
    total = draft.months[1]
    away = min(draft.rng.choice((6, 12, 12, 18, 24)), total // 2)
    level = draft.programme.levels[0]
    awarding = [draft.host.id]
    if draft.programme.award != "degree" and draft.partner:
        awarding.append(draft.partner.id)
    return {
        "joint_months_home": total - away,
        "joint_months_host": away,
        "joint_degrees": [{"degree": level, "organisation": organisation} for organisation in awarding],
        "joint_approval": f"DEMO-{draft.host.country}-{draft.base.year}-{draft.rng.randrange(10_000):04}",
    }


def _outputs(draft: Draft) -> list[str]:
    """One or two things that remain."""
    programme, rng = draft.programme, draft.rng
    if programme.kind == "scholarship":
        return (
            ["thesis", "joint-paper"]
            if "doctoral" in programme.levels
            else ["thesis"]
            if draft.is_degree
            else ["report"]
        )
    if programme.kind == "joint-programme":
        return ["thesis"]
    if programme.kind == "visiting-scholar":
        return ["joint-paper", rng.choice(("open-data-set", "software", "report"))]
    if "digital-media" in draft.concepts or "animation" in draft.concepts:
        return ["exhibition"]
    return rng.sample(("prototype", "report", "course-materials", "software"), rng.choice((1, 2)))
