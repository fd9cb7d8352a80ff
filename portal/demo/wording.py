"""Names of departments and offices, in the language a demonstration listing is written in; universities of the
Philippines call theirs by English names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# By the first two digits of the ISCED-F field; "" for all others.
_DEPARTMENTS: Mapping[str, Mapping[str, str]] = {
    "06": {
        "zh-Hans": "计算机与信息学院",
        "en": "School of Computing and Information",
        "vi": "Khoa Công nghệ thông tin",
        "th": "คณะเทคโนโลยีสารสนเทศ",
        "id": "Fakultas Ilmu Komputer",
        "ms": "Fakulti Sains Komputer",
        "lo": "ຄະນະເຕັກໂນໂລຊີຂໍ້ມູນຂ່າວສານ",
        "km": "មហាវិទ្យាល័យបច្ចេកវិទ្យាព័ត៌មាន",
        "my": "သတင်းအချက်အလက်နည်းပညာဌာန",
        "fil": "College of Computer Studies",
        "pt": "Faculdade de Informática",
    },
    "07": {
        "zh-Hans": "工程学院",
        "en": "School of Engineering",
        "vi": "Khoa Kỹ thuật",
        "th": "คณะวิศวกรรมศาสตร์",
        "id": "Fakultas Teknik",
        "ms": "Fakulti Kejuruteraan",
        "lo": "ຄະນະວິສະວະກຳສາດ",
        "km": "មហាវិទ្យាល័យវិស្វកម្ម",
        "my": "အင်ဂျင်နီယာဌာန",
        "fil": "College of Engineering",
        "pt": "Faculdade de Engenharia",
    },
    "04": {
        "zh-Hans": "经济管理学院",
        "en": "School of Economics and Management",
        "vi": "Khoa Kinh tế và Quản lý",
        "th": "คณะเศรษฐศาสตร์และการจัดการ",
        "id": "Fakultas Ekonomi dan Bisnis",
        "ms": "Fakulti Ekonomi dan Pengurusan",
        "lo": "ຄະນະເສດຖະສາດ ແລະ ບໍລິຫານທຸລະກິດ",
        "km": "មហាវិទ្យាល័យសេដ្ឋកិច្ច និងគ្រប់គ្រង",
        "my": "စီးပွားရေးနှင့် စီမံခန့်ခွဲမှုဌာန",
        "fil": "College of Economics and Management",
        "pt": "Faculdade de Economia e Gestão",
    },
    "": {
        "zh-Hans": "数字技术研究中心",
        "en": "Centre for Digital Technology",
        "vi": "Trung tâm Công nghệ số",
        "th": "ศูนย์เทคโนโลยีดิจิทัล",
        "id": "Pusat Teknologi Digital",
        "ms": "Pusat Teknologi Digital",
        "lo": "ສູນເຕັກໂນໂລຊີດິຈິຕອນ",
        "km": "មជ្ឈមណ្ឌលបច្ចេកវិទ្យាឌីជីថល",
        "my": "ဒစ်ဂျစ်တယ်နည်းပညာဗဟိုဌာန",
        "fil": "Center for Digital Technology",
        "pt": "Centro de Tecnologia Digital",
    },
}
_OFFICES: Mapping[str, str] = {
    "zh-Hans": "国际合作与交流处",
    "en": "International Office",
    "vi": "Phòng Hợp tác quốc tế",
    "th": "กองวิเทศสัมพันธ์",
    "id": "Kantor Urusan Internasional",
    "ms": "Pejabat Antarabangsa",
    "lo": "ຫ້ອງການພົວພັນສາກົນ",
    "km": "ការិយាល័យទំនាក់ទំនងអន្តរជាតិ",
    "my": "နိုင်ငံတကာဆက်ဆံရေးဌာန",
    "fil": "Office of International Affairs",
    "pt": "Gabinete de Relações Internacionais",
}


def department(isced: Sequence[str], language: str) -> str:
    """The department a listing of these fields would come from."""
    return _DEPARTMENTS.get(isced[0][:2], _DEPARTMENTS[""])[language]


def office(language: str) -> str:
    """The office that answers questions."""
    return _OFFICES[language]
