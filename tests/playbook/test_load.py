"""Loading a playbook: parts laid over each other, and errors that name file, line, field and what is allowed."""

import pytest

from journey_assistant.errors import ConfigurationError
from journey_assistant.playbook.load import load_playbook, read_contact_reasons
from sweeping import DEFAULT_DIR, default_playbook

VELOCITY = "plays/pricing_velocity.yaml"


def write(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


MISTAKES = [
    (VELOCITY, "priorty: 3\n", f"{VELOCITY}:1: priorty: .*did you mean priority"),
    (VELOCITY, "a: 1\n", "allowed: .*audience"),
    (VELOCITY, "priority: high\n", f"{VELOCITY}:1: priority: .*integer"),
    (VELOCITY, "\n\nfreshness: 4 hours\n", f"{VELOCITY}:3: freshness: .*such as '48 h'"),
    (VELOCITY, "purpose: spam\n", "purpose: .*allowed: 'marketing' or 'service'|purpose: .*'marketing' or 'service'"),
    (VELOCITY, "auto_send: true\n", "only a service play"),
    (VELOCITY, "trigger: {signal: pricing_velocty}\n", f"{VELOCITY}:1: trigger.*did you mean pricing_velocity"),
    (VELOCITY, "cap_group: outreech\n", "no cap group outreech .*did you mean outreach"),
    (VELOCITY, "unless:\n  state: {field: customer.plam, is: x}\n", f"{VELOCITY}:1: unless: .*mean customer.plan"),
    (VELOCITY, "unless: {count: {of: page_viewed, where: {path: {paths: princing}}}}\n", "did you mean pricing"),
    (VELOCITY, "unless:\n  count:\n    of: page_viewed\n    within: 1 h\n    older_than: 2 h\n", ":2: unless.count"),
    (VELOCITY, "stage: [\n", f"{VELOCITY}:\\d+: not YAML"),
    (VELOCITY, "stage: decision\nstage: support\n", ":2: 'stage' stands twice \\(first in line 1\\)"),
    ("plays/second.yaml", (DEFAULT_DIR / VELOCITY).read_text(), "second.yaml:2: id: .*stands already in .*velocity"),
    ("plays/new.yaml", "id: new\n", "new.yaml:1: .*: Field required"),
    ("plais.yaml", "a: 1\n", "no such part of a playbook"),
    ("gate.yaml", "rows:\n- {code: x, why: y, queue: retentoin, when: {need: injury}}\n", ":2: .*mean retention"),
    ("gate.yaml", "rows:\n- {code: x, why: y, when: {need: injry}}\n", ":2: rows.0.when.need"),
    ("holds.yaml", "holds:\n- {code: x, check: no_consnt, until: y}\n", ":2: .*did you mean no_consent"),
    ("holds.yaml", "holds:\n- {code: x, until: y}\n", "either check .* or when"),
    ("signals.yaml", "rules:\n  velocity_view: 4\n", ":2: rules.velocity_view: .*did you mean velocity_views"),
    ("signals.yaml", "rules:\n  velocity_window: 1\n", ":2: rules.velocity_window: a duration"),
    ("signals.yaml", "own:\n  a: {when: {signal: b}}\n  b: {when: {signal: a}}\n", "the signal a asks for itself"),
    ("queues.yaml", "queues:\n  sales:\n    zone: Mars/Base\n", ":3: queues.sales.zone: .*no time zone"),
    ("queues.yaml", 'queues:\n  sales:\n    hours: [{days: [mon], from: "18:00", to: "09:00"}]\n', ":3: .*before it"),
    ("phrases.yaml", "phrases:\n  handover: {en: ''}\n", "no English text"),
    ("policy.yaml", "frequency_caps:\n  email: {max: many}\n", ":2: frequency_caps.email.max: 'many' is not a number"),
    ("policy.yaml", "quiet_hours: {beginning: '21:00'}\n", ":1: quiet_hours: unknown key 'beginning'"),
    ("contact_reasons.yaml", "reasons:\n- &a {id: a, queue: sales, examples: [x]}\n- *a\n", "a stands twice"),
    ("company.yaml", "brand: B\nplans:\n- {id: a, nam: A}\n", "company.yaml:3: plans.0.nam: .*did you mean name"),
    ("company.yaml", "base_url: ftp://x\n", "company.yaml:1: base_url"),
    ("offers.yaml", "offers:\n- {id: a, txt: A}\n", "offers.yaml:2: .*did you mean text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "said"), MISTAKES)
def test_that_a_mistake_is_one_clear_line(tmp_path, name, text, said):
    with pytest.raises(ConfigurationError, match=said) as error:
        load_playbook(DEFAULT_DIR, write(tmp_path, name, text))
    assert "\n" not in str(error.value)
    assert name.rsplit("/", 1)[-1] in str(error.value)


def test_that_a_number_is_changed_without_the_rest(tmp_path):
    book = load_playbook(DEFAULT_DIR, write(tmp_path, VELOCITY, "freshness: 6 h\n"))
    changed, default = book.plays["pricing_velocity"], default_playbook().plays["pricing_velocity"]
    assert changed.freshness.total_seconds() == 6 * 3600
    assert changed.trigger == default.trigger
    assert book.hash != default_playbook().hash


def test_that_a_list_is_replaced_whole(tmp_path):
    own = "reasons:\n- {id: tuning, queue: technical, examples: [My guitar is out of tune]}\n"
    assert list(load_playbook(DEFAULT_DIR, write(tmp_path, "contact_reasons.yaml", own)).contact_reasons) == ["tuning"]


def test_that_the_hash_is_that_of_the_content(tmp_path):
    same = write(tmp_path, "autonomy.yaml", "# a comment\ncontact_reasons: {}\ndefault: draft\n")
    assert load_playbook(DEFAULT_DIR, same).hash == default_playbook().hash


def test_that_a_case_folder_brings_company_offers_and_policy_and_nothing_else(tmp_path):
    write(tmp_path, "company.yaml", "brand: Low Ceiling\nplans: [{id: label, name: Label, price_monthly: 9}]\n")
    write(tmp_path, "offers.yaml", "offers: [{id: o, text: T, ends_at: 2026-05-01, value: {kind: percent}}]\n")
    write(tmp_path, "policy.json", '{"version": "1", "frequency_caps": {"email": {"max": 1, "days": 7}}, "tone": {}}')
    write(tmp_path, "cast.yaml", "people: []\n")
    book = load_playbook(DEFAULT_DIR, case_dir=tmp_path)
    assert book.company.brand == "Low Ceiling"
    assert book.company.plan("label").price_monthly == 9
    assert f"{book.company.offers[0].ends_at:%Y-%m-%d %H:%M}" == "2026-05-01 23:59"
    assert book.policy.channel_caps["email"].most == 1
    assert book.policy.channel_caps["sms"].most == 1


def test_that_without_a_company_there_is_no_brand_and_no_offer():
    company = default_playbook().company
    assert (company.brand, company.offers) == ("", ())
    assert company.preferences_url == "https://example.invalid/preferences"


def test_that_the_lists_of_pages_serve_signals_and_conditions_alike(tmp_path):
    book = load_playbook(DEFAULT_DIR, write(tmp_path, "paths.yaml", "paths:\n  pricing: [/Tarife/]\n"))
    assert book.vocabulary.rules.pricing_paths == ("/tarife",)
    assert book.vocabulary.paths["pricing"] == ("/tarife",)


def test_that_the_default_playbook_knows_no_company():
    text = " ".join(file.read_text(encoding="utf-8") for file in DEFAULT_DIR.rglob("*.yaml")).casefold()
    assert "fernway" not in text
    assert default_playbook().company.plans == ()


def test_that_every_phrase_speaks_every_shipped_language():
    for code, texts in default_playbook().phrases.items():
        assert set(texts) == {"en", "de", "es", "fr", "it", "pt", "nl"}, code


def test_that_an_unknown_language_hears_english():
    book = default_playbook()
    assert book.phrase("handover", "fi") == book.phrase("handover", "en")
    assert book.phrase("handover", "de-AT") == book.phrase("handover", "de")


def test_that_every_contact_reason_has_a_dozen_examples():
    assert {len(reason.examples) for reason in default_playbook().contact_reasons.values()} == {12}


def test_that_an_operators_list_of_contact_reasons_is_read_alone(tmp_path):
    write(tmp_path, "r.yaml", "reasons: [{id: a, queue: b, examples: [x]}]\n")
    assert [reason.id for reason in read_contact_reasons(tmp_path / "r.yaml")] == ["a"]
    with pytest.raises(ConfigurationError, match=r"r\.yaml:1: reasons"):
        read_contact_reasons(write(tmp_path, "r.yaml", "reasons: []\n") / "r.yaml")
