"""The codes a fact may have. Codes are stored, filtered and served by the API; `labels.py` says them in words."""

from __future__ import annotations

KINDS = ("joint-programme", "training-base", "visiting-scholar", "overseas-training", "shared-course", "scholarship")
STATES = ("draft", "in-review", "published", "suspended", "closed", "archived")
LEVELS = ("bachelor", "master", "doctoral", "postdoctoral", "professional")
MODES = ("onsite", "online", "mixed")
AWARDS = ("degree", "double-degree", "joint-degree", "certificate", "none")
FUNDINGS = ("full", "partly", "none")
ORIGINS = ("source", "human", "machine")
PROSE = ("title", "summary", "description")  # what a listing says in each language
PARTNER_ROLES = ("home", "host", "funder", "nominating")
OPENING_CAUSES = ("new", "reopened")
PARTNER_STATES = ("asked", "confirmed", "declined")
OUTPUTS = (
    "thesis",
    "joint-paper",
    "open-data-set",
    "prototype",
    "course-materials",
    "report",
    "software",
    "exhibition",
)

DEADLINE_PURPOSES = ("home-nomination", "agency", "host", "referee", "documents")

MONEY_ITEMS = (
    "stipend", "tuition", "housing", "insurance", "travel", "settling-in", "visa", "research-cost", "family", "fee",
)  # fmt: skip
MONEY_PAYERS = ("host", "home", "funder", "participant")
MONEY_PERIODS = ("month", "year", "once")
# What forms and sheets offer; records may have any other, too.
CURRENCIES = (
    "CNY", "USD", "EUR", "VND", "LAK", "KHR", "THB", "MMK", "MYR", "SGD", "IDR", "PHP", "BND", "HKD", "MOP", "JPY",
    "KRW", "AUD", "GBP",
)  # fmt: skip
ZONES = (
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Ho_Chi_Minh", "Asia/Vientiane", "Asia/Phnom_Penh", "Asia/Bangkok",
    "Asia/Yangon", "Asia/Kuala_Lumpur", "Asia/Kuching", "Asia/Singapore", "Asia/Jakarta", "Asia/Pontianak",
    "Asia/Makassar", "Asia/Jayapura", "Asia/Manila", "Asia/Brunei", "Asia/Dili", "Asia/Hong_Kong", "Asia/Macau", "UTC",
    "Asia/Tokyo", "Asia/Seoul", "Australia/Sydney", "Europe/Brussels", "Europe/London", "Europe/Lisbon",
    "America/New_York",
)  # fmt: skip

# Lowest first: levels 3 and 5 to 8 of ISCED 2011.
DEGREES = ("upper-secondary", "short-cycle", "bachelor", "master", "doctoral")
RULE_KINDS = (
    "citizenship", "citizenship-excluded", "age-max", "degree-min", "degree-within", "employment", "residence-max",
    "no-concurrent-award", "language-test", "nomination",
)  # fmt: skip
LANGUAGE_TESTS = ("IELTS", "TOEFL", "HSK", "CEFR", "VSTEP", "TOCFL", "CU-TFL", "UKBI", "MUET", "JLPT", "CAPLE")
NOMINATORS = ("home-university", "ministry", "agency", "employer")

DOCUMENTS = (
    "cv", "study-plan", "research-plan", "reference-letter", "transcript", "degree-certificate",
    "language-certificate", "passport-copy", "portfolio", "employer-consent", "enrolment-proof", "photo",
    "health-certificate",
)  # fmt: skip
DOCUMENT_DUES = ("application", "later", "after-offer")
CRITERIA = (
    "research-fit", "academic-record", "language", "motivation", "work-experience", "portfolio", "home-impact",
)  # fmt: skip
STAGES = ("document-check", "expert-review", "interview", "ranking", "decision")
DECIDERS = ("host-committee", "joint-committee", "funder", "ministry", "supervisor")
APPLY_STEPS = (
    "read-terms", "contact-host", "home-nomination", "agency-registration", "online-form", "upload-documents",
    "paper-copies", "embassy", "interview", "result",
)  # fmt: skip
EQUIPMENT = (
    "gpu-cluster", "server-room", "network-lab", "security-range", "robot-arms", "plc-benches", "cnc-machines",
    "3d-printers", "drones", "iot-kits", "chip-design-workstations", "clean-room", "vr-studio", "recording-studio",
    "logistics-line", "livestream-studio", "simulators", "greenhouse", "computer-rooms", "new-energy-vehicle-bays",
)  # fmt: skip
