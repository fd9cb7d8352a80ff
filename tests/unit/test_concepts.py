from __future__ import annotations

import tomllib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.locales import TAGS
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.completion import only_places_follow
from search.concepts.index import LabelIndex
from search.concepts.reading import find_concepts, particles, understand
from search.concepts.thesaurus import DATA, Concept, Thesaurus
from search.concepts.understanding import Filter, Topic, Word
from search.errors import InvalidThesaurus


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return load_thesaurus()


@pytest.fixture(scope="module")
def labels(thesaurus: Thesaurus) -> LabelIndex:
    return LabelIndex(thesaurus.concepts.values())


def topic(name: str, *broader: str, **found: tuple[str, ...]) -> Concept:
    return Concept(name, "topic", {"en": (name,), **found}, broader)


def test_the_thesaurus_is_large_enough_and_complete(thesaurus: Thesaurus) -> None:
    topics = thesaurus.of_scheme("topic")
    assert len(topics) >= 250
    for concept in topics:
        assert all(concept.labels.get(tag) for tag in TAGS), concept.id


ROOTS = {"digital-technology", "digital-occupations", "study-abroad", "exchange-schemes"}


def test_every_topic_hangs_below_a_root(thesaurus: Thesaurus) -> None:
    assert {concept.id for concept in thesaurus.of_scheme("topic") if not concept.broader} <= ROOTS


def test_who_asks_for_an_occupation_finds_its_field(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    (found,) = understand("ผู้ดูแลระบบฐานข้อมูล", "th", labels, thesaurus).topics
    answers = thesaurus.answers(found.concept)
    assert (found.concept, answers[found.concept], answers["databases"]) == ("database-administrators", 0, 1)
    assert thesaurus.answers("databases") == thesaurus.descendants("databases")


def test_every_preferred_label_is_understood_as_its_concept(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    wrong = []
    for concept in thesaurus.of_scheme("topic"):
        for tag in TAGS:
            label = concept.labels[tag][0]
            readings = labels.find(label, tag)
            if [match.entries[0].concept for match in readings] != [concept.id]:
                wrong.append((concept.id, tag, label, [match.entries[0].concept for match in readings]))
    assert not wrong


def test_no_label_of_a_language_means_two_topics(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    shared: list[tuple[str, str, str, str]] = []
    for concept in thesaurus.of_scheme("topic"):
        for tag in TAGS:
            for label in concept.labels[tag]:
                others = [
                    entry.concept
                    for entry in labels.readings(label)
                    if entry.scheme == "topic"
                    and entry.concept != concept.id
                    and label in thesaurus[entry.concept].labels[tag]
                ]
                shared.extend((concept.id, other, tag, label) for other in others)
    assert not shared


NEED = {
    "zh-Hans": "人工智能 奖学金 中国", "en": "AI scholarship China", "vi": "học bổng trí tuệ nhân tạo Trung Quốc",
    "th": "ทุน ปัญญาประดิษฐ์ จีน", "id": "beasiswa kecerdasan buatan Tiongkok", "ms": "biasiswa kecerdasan buatan China",
    "lo": "ທຶນ ປັນຍາປະດິດ ຈີນ", "km": "អាហារូបករណ៍ បញ្ញាសិប្បនិម្មិត ចិន", "my": "ပညာသင်ဆု ဉာဏ်ရည်တု တရုတ်",
    "fil": "iskolarsip artificial intelligence China", "pt": "bolsa inteligência artificial China",
}  # fmt: skip


@pytest.mark.parametrize("language", TAGS)
def test_one_need_is_understood_alike_in_all_languages(language: str, thesaurus: Thesaurus, labels: LabelIndex) -> None:
    read = understand(NEED[language], language, labels, thesaurus)
    assert [found.concept for found in read.topics] == ["artificial-intelligence"]
    assert {(f.field, f.values) for f in read.filters} == {("funding", ("full", "partly")), ("country", ("CN",))}
    assert read.words == ()


@pytest.mark.parametrize(
    "query",
    ["hoc bong tri tue nhan tao trung quoc", "人工智慧獎學金中國", "ทุนเรียนปัญญาประดิษฐ์ที่จีน", "ＡＩ scholarships in China"],
)
def test_careless_typing_is_understood(query: str, thesaurus: Thesaurus, labels: LabelIndex) -> None:
    read = understand(query, "en", labels, thesaurus)
    assert [found.concept for found in read.topics] == ["artificial-intelligence"]
    assert "country" in {found.field for found in read.filters}


@pytest.mark.parametrize(
    ("query", "phrase", "meant"),
    [
        ('"machine learning" robotics', "machine learning", ("machine-learning",)),
        ("robotics “reading machine learning papers”", "reading machine learning papers", ()),
        ("机器人「机器学习」", "机器学习", ("machine-learning",)),
    ],
)
def test_quoted_text_stays_a_phrase(
    query: str, phrase: str, meant: tuple[str, ...], thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    read = understand(query, "en", labels, thesaurus)
    assert [found.concept for found in read.topics] == ["robotics"]
    (word,) = read.words
    assert (word.text, word.quoted, word.alternatives) == (phrase, True, meant)
    assert understand(read.without(word.span), "en", labels, thesaurus).words == ()


def test_a_part_can_be_taken_out_of_the_query(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    read = understand("ทุน ปัญญาประดิษฐ์ จีน", "th", labels, thesaurus)
    assert read.without(read.topics[0].span) == "ทุน จีน"


PIECES = ["online", "AI", "course", "pelatihan", "di", "luar negeri", "«", "»", "ทุน", "จีน", "农业", "IT", "của", ", "]


@given(text=st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_every_character_of_a_query_is_read_once(text: str, thesaurus: Thesaurus, labels: LabelIndex) -> None:
    read = understand(text, "en", labels, thesaurus)
    parts: list[Topic | Filter | Word] = [*read.topics, *read.filters, *read.words]
    spans = sorted((part.span for part in parts), key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(read.text[span.start : span.end] == span.text for span in spans)


def test_concepts_are_found_in_prose_once_for_each_field(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    texts = {"vi": {"title": "Học máy và học máy", "summary": "Thị giác máy tính"}}
    found = {(e.concept, e.source, e.surface) for e in find_concepts(texts, labels, thesaurus)}
    assert found == {("machine-learning", "title", "Học máy"), ("computer-vision", "summary", "Thị giác máy tính")}


@pytest.mark.parametrize(
    ("query", "concept"),
    [
        ("一学期 交换生", "exchange-students"), ("交换 生物", "biotechnology"),
        ("人工 智能", "artificial-intelligence"), ("人工 智能奖学金", "artificial-intelligence"),
        ("机器学习 奖学金", "machine-learning"),
    ],
)  # fmt: skip
def test_chinese_words_do_not_meet_across_a_space(
    query: str, concept: str, thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    read = understand(query, "zh-Hans", labels, thesaurus)
    assert [topic.concept for topic in read.topics] == [concept]


def test_short_thai_labels_keep_to_word_limits(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    assert "funding" not in {f.field for f in understand("ต้นทุน", "th", labels, thesaurus).filters}


@pytest.mark.parametrize(
    ("query", "language", "concept"),
    [
        ("imagens médicas", "pt", "medical-imaging"), ("redes neuronais", "pt", "neural-networks"),
        ("sensores", "pt", "sensors"), ("tecnologia digital", "pt", "digital-technology"),
        ("robótica de serviços", "pt", "service-robots"), ("drones in agriculture", "en", "agricultural-drones"),
        ("drone untuk pertanian", "id", "agricultural-drones"), ("pagkilala ng boses", "fil", "speech-recognition"),
        ("transporte inteligente", "pt", "intelligent-transport-systems"), ("daungang matalino", "fil", "smart-ports"),
        ("รู้จำเสียงพูด", "th", "speech-recognition"), ("ຮັບຮູ້ສຽງເວົ້າ", "lo", "speech-recognition"),
        ("សម្គាល់សំឡេងនិយាយ", "km", "speech-recognition"), ("စက်ဖြင့် ဘာသာပြန်", "my", "machine-translation"),
        ("မိုက်ခရိုအီလက်ထရွန်းနစ်", "my", "microelectronics"), ("ឡូជីស្ទិកឆ្លងដែន", "km", "cross-border-logistics"),
        ("ໂລຊິດສະຕິກ", "lo", "logistics"), ("text to speech", "en", "speech-synthesis"),
        ("speech to text", "en", "speech-recognition"), ("electronic forms", "en", None), ("data, science", "en", None),
    ],
)  # fmt: skip
def test_a_label_is_known_in_other_wordings(query: str, language: str, concept: str | None, labels: LabelIndex) -> None:
    found = [match.entries[0].concept for match in labels.find(query, language)]
    assert found == ([concept] if concept else [])


@pytest.mark.parametrize(
    ("query", "language", "field"),
    [
        ("online AI course", "en", "mode"), ("pelatihan AI di luar negeri", "id", "kind"),
        ("tập huấn AI ở nước ngoài", "vi", "kind"), ("kursus AI dalam talian", "ms", "mode"),
    ],
)  # fmt: skip
def test_a_filter_is_found_around_a_topic(
    query: str, language: str, field: str, thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    read = understand(query, language, labels, thesaurus)
    assert [found.concept for found in read.topics] == ["artificial-intelligence"]
    assert [found.field for found in read.filters] == [field]
    assert read.words == ()


def test_everyday_words_are_read_in_queries_but_not_in_prose(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    read = understand("học bổng nông nghiệp Trung Quốc", "vi", labels, thesaurus)
    assert [found.concept for found in read.topics] == ["digital-agriculture"]
    assert not list(find_concepts({"vi": {"title": "Đại học nông nghiệp"}}, labels, thesaurus))


@pytest.mark.parametrize(
    ("query", "language", "topics"),
    [
        ("pesca AI", "id", ["artificial-intelligence"]),
        ("pesca AI", "pt", ["smart-aquaculture", "artificial-intelligence"]),
        ("បច្ចេកវិទ្យា IT ចិន", "km", ["information-technology"]), ("is it in China", "en", []),
    ],
)  # fmt: skip
def test_everyday_words_belong_to_their_language(
    query: str, language: str, topics: list[str], thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    assert [found.concept for found in understand(query, language, labels, thesaurus).topics] == topics


def test_everyday_words_name_known_concepts_and_are_no_labels(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    tables = tomllib.loads((DATA / "everyday.toml").read_text("utf-8"))
    assert all(concept in thesaurus and set(found) <= set(TAGS) for concept, found in tables.items())
    words = [word for found in tables.values() for entries in found.values() for word in entries]
    assert not [word for word in words if any(entry.scheme == "topic" for entry in labels.readings(word))]
    assert not particles() & {word for word in words if not word.isupper()}


def test_prose_writes_abbreviations_in_capitals(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    texts = {
        "vi": {"title": "Xem ai phát hiện trước", "summary": "Dùng AI"},
        "id": {"title": "Karena ia belajar"},
        "en": {"title": "Students who excel", "summary": "Budgets in Excel"},
    }
    found = [(evidence.language, evidence.source) for evidence in find_concepts(texts, labels, thesaurus)]
    assert found == [("vi", "summary"), ("en", "summary")]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("อยากเรียน AI ค่ะ", "th"), ("ချစ်ပ်ဒီဇိုင်း နည်းပညာ သင်တန်း", "my"), ("pag-aaral ng AI", "fil"),
        ("想学芯片设计专业", "zh-Hans"), ("tôi muốn học về AI", "vi"), ("khóa ngắn hạn AI", "vi"),
        ("春季入学 人工智能", "zh-Hans"), ("AI stipend per month, open to Thai citizens", "en"),
        ("saan po ba makakapagsanay ng AI kahit fresh grad", "fil"),
        ("nakasubok na ba kayo, nagre-review ng AI", "fil"),
        ("biayanya berapa, beasiswanya untuk AI", "id"),
    ],
)  # fmt: skip
def test_phrases_without_meaning_are_dropped(
    query: str, language: str, thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    assert understand(query, language, labels, thesaurus).words == ()


@pytest.mark.parametrize(
    ("head", "language", "only"),
    [
        ("students from", "en", True), ("来自", "zh-Hans", True), ("Mga mag-aaral mula sa", "fil", True),
        ("master in", "en", False), ("students from", "vi", False), ("kredi", "id", False), ("", "en", False),
    ],
)  # fmt: skip
def test_only_places_follow_some_words(head: str, language: str, only: bool) -> None:
    assert only_places_follow(head, language) is only


@pytest.mark.parametrize("query", ["数字人才 马来西亚", "数字化人才培训 马来西亚"])
def test_a_talent_is_no_virtual_human(query: str, thesaurus: Thesaurus, labels: LabelIndex) -> None:
    assert understand(query, "zh-Hans", labels, thesaurus).topics == ()
    found = understand("数字人技术 马来西亚", "zh-Hans", labels, thesaurus).topics
    assert [topic.concept for topic in found] == ["metaverse"]


def test_particles_name_no_topic(labels: LabelIndex) -> None:
    for word in particles():
        whole = (match for match in labels.find(word) if (match.start, match.end) == (0, len(word)))
        assert not [match for match in whole if match.entries[0].scheme == "topic"], word


@pytest.mark.parametrize(
    ("concepts", "message"),
    [
        ([topic("a", "b")], "a: unknown concept “b”"),
        ([topic("a", "b"), topic("b", "a")], "a: is broader than itself"),
        ([Concept("a", "topic", {"en": ()})], "a: no label in en"),
    ],
)
def test_broken_thesauri_are_named(concepts: list[Concept], message: str) -> None:
    with pytest.raises(InvalidThesaurus, match=message):
        Thesaurus(concepts, ("en",))


def test_descendants_count_the_shortest_way(thesaurus: Thesaurus) -> None:
    small = Thesaurus([topic("a"), topic("b", "a"), topic("c", "b", "a")], ("en",))
    assert small.descendants("a") == {"a": 0, "b": 1, "c": 1}
    assert small.ancestors("c") == {"b": 1, "a": 1}


@pytest.mark.parametrize(
    ("query", "citizen", "host"),
    [
        ("scholarships for Vietnamese students in China", "VN", "CN"), ("Thai nationals robotics", "TH", None),
        ("面向越南学生的人工智能奖学金 中国", "VN", "CN"), ("học bổng cho sinh viên Việt Nam ở Trung Quốc", "VN", "CN"),
        ("ทุนสำหรับนักศึกษาไทย ประเทศจีน", "TH", "CN"), ("beasiswa untuk mahasiswa Indonesia di Tiongkok", "ID", "CN"),
        ("ທຶນ ສຳລັບ ນັກສຶກສາລາວ", "LA", None), ("អាហារូបករណ៍ សម្រាប់ និស្សិតកម្ពុជា", "KH", None),
        ("မြန်မာကျောင်းသားများအတွက် ပညာသင်ဆု", "MM", None), ("bolsas para estudantes de Timor-Leste", "TL", None),
        ("AI in Thailand", None, "TH"), ("去泰国学人工智能", None, "TH"),
    ],
)  # fmt: skip
def test_a_country_people_come_from_is_not_where_they_go(
    query: str, citizen: str | None, host: str | None, thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    read = understand(query, "en", labels, thesaurus)
    asked = {found.field: found.values for found in read.filters}
    assert asked.get("open_to") == ((citizen,) if citizen else None)
    assert asked.get("country") == ((host,) if host else None)


@pytest.mark.parametrize(
    "query", ["Chinese Government Scholarship", "中国政府奖学金", "học bổng chính phủ Trung Quốc", "ทุนรัฐบาลจีน"]
)
def test_a_scheme_is_known_by_its_name(query: str, thesaurus: Thesaurus, labels: LabelIndex) -> None:
    (topic,) = understand(query, "en", labels, thesaurus).topics
    assert topic.concept == "chinese-government-scholarship"


@pytest.mark.parametrize("query", ["Luban Workshop", "luban workshops", "鲁班工坊", "鲁班工坊项目"])
def test_a_workshop_of_its_own_name_is_no_vocational_training(
    query: str, thesaurus: Thesaurus, labels: LabelIndex
) -> None:
    (topic,) = understand(query, "th", labels, thesaurus).topics
    assert topic.concept == "luban-workshops"


def test_an_index_written_and_read_finds_the_same(thesaurus: Thesaurus, labels: LabelIndex) -> None:
    again = LabelIndex.from_lines(labels.to_lines())
    assert list(again.to_lines()) == list(labels.to_lines())
    for language, query in NEED.items():
        assert again.find(query, language) == labels.find(query, language)
        assert understand(query, language, again, thesaurus) == understand(query, language, labels, thesaurus)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("UI scholarship", True),
        ("ui design", False),
        ("北京大学奖学金", True),
        ("北京大学生奖学金", False),
    ],
)
def test_an_organisation_is_named_by_whole_words_and_two_letters_by_capitals(
    query: str, named: bool, thesaurus: Thesaurus
) -> None:
    universities = [
        Concept("ui", "organisation", {"id": ("UI",)}),
        Concept("pku", "organisation", {"zh-Hans": ("北京大学",)}),
    ]
    index = LabelIndex([*thesaurus.concepts.values(), *universities])
    found = {part.field for part in understand(query, "en", index, thesaurus).filters}
    assert ("organisation" in found) == named
