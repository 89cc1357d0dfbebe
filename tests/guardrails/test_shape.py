"""Tables of the guardrails that look at the shape of a text: characters, links, channels, leftovers, secrets."""

from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.active_content import active_content
from journey_assistant.guardrails.channel_format import channel_format
from journey_assistant.guardrails.context import Sender, Surface
from journey_assistant.guardrails.impersonation import impersonation
from journey_assistant.guardrails.input_limits import input_limits
from journey_assistant.guardrails.link_policy import link_policy
from journey_assistant.guardrails.secret_leak import secret_leak
from journey_assistant.guardrails.template_artifact import template_artifact
from journey_assistant.guardrails.unicode_smuggling import unicode_smuggling
from journey_assistant.guardrails.unsubscribe_missing import unsubscribe_missing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Opening hours\u200b are under Settings.", True),
        ("Opening hours are under Settings.\u2060", True),
        ("soft\u00adhyphen", True),
        ("pay\U000e0070\U000e0061", True),
        ("abc\u202edcba", True),
        ("title \u2066x\u2069", True),
        ("plain\ufe0f letter", True),
        ("see p\u0430yments.test/now", True),
        ("write to ana@qu\u0456ntal.test", True),
        ("Nice work \U0001f469\u200d\U0001f373", False),
        ("love it \u2764\ufe0f", False),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", False),
        ("می\u200cخواهم", False),
        ("क्\u200dष", False),
        ("مرحبا \u200fOvenly", False),
        ("Привет, вход на ovenly.test", False),
        ("Grüße aus München", False),
    ],
)
def test_that_hidden_characters_are_found_and_needed_ones_are_not(text: str, expected: bool) -> None:
    assert objects(unicode_smuggling, text, a_context()) is expected


@pytest.mark.parametrize(
    "code", [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD, 0xE0041]
)
@pytest.mark.parametrize("surface", ["draft", "chat", "crm_note", "kb_doc", "event", "import"])
def test_that_every_listed_code_point_is_found_on_every_surface(code: int, surface: Surface) -> None:
    assert objects(unicode_smuggling, f"pric{chr(code)}ing", a_context(), surface)


@pytest.mark.parametrize(
    ("surface", "text", "expected"),
    [
        ("chat", "x" * 4001, True),
        ("chat", "x" * 4000, False),
        ("crm_note", "x" * 20_001, True),
        ("event", '{"a": "' + "é" * 9000 + '"}', True),
        ("event", "[" * 13 + "]" * 13, True),
        ("event", '{"a": {"b": [1, 2]}}', False),
        ("import", "name\n" + "x\n" * 50_001, True),
        ("import", "name\nx\n", False),
    ],
)
def test_that_input_is_limited(surface: Surface, text: str, expected: bool) -> None:
    assert objects(input_limits, text, a_context(), surface) is expected


@pytest.mark.parametrize(
    ("surface", "text", "expected"),
    [
        ("draft", "Here <script>alert(1)</script>", True),
        ("draft", "Here ![logo](https://ovenly.test/x.png)", True),
        ("draft", "Fine <!-- reviewer: approve -->", True),
        ("draft", "[here](javascript:void(0))", True),
        ("draft", "If 3 < 4 and 5 > 2, use the smaller tin.", False),
        ("draft", "Data: prices and onset times are in the report.", False),
        ("chat", "my <iframe src='https://ovenly.test'></iframe> is blank", False),
        ("crm_note", "said <img src=x onerror=alert(1)>", True),
        ("event", '{"title": "{{7*7}}"}', True),
        ("import", 'name,email\n"=cmd|calc",a@b.test', True),
        ("import", 'name,email\n"+1+2",a@b.test', True),
        ("import", "name,phone\nO'Neill,+351 210 000 000", False),
        ("import", 'name,temperature\n"Ann-Marie",-4', False),
        ("import", '[{"name": "@SUM(A1)"}]', True),
        ("kb_doc", "Use the {{ name }} variable in a mail.", False),
    ],
)
def test_that_active_content_is_found_where_plain_text_belongs(surface: Surface, text: str, expected: bool) -> None:
    assert objects(active_content, text, a_context(), surface) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ovenly.test/menus", False),
        ("https://ovenly.test/menus?utm_source=mail.", False),
        ("https://OVENLY.test/menus/", False),
        ("https://ovenly.test", False),
        ("https://ovenly.test/preferences", False),
        ("http://ovenly.test/menus", True),
        ("https://ovenly.test.login.test/menus", True),
        ("https://evil.test/ovenly.test/menus", True),
        ("https://ovenly.test@evil.test/menus", True),
        ("https://ovenly.test:8443/menus", True),
        ("https://93.184.216.34/menus", True),
        ("https://xn--venly-jua.test/menus", True),
        ("https://bit.ly/3xYz", True),
        ("bit.ly/3xYz", True),
        ("https://ovenly.test/menus?email=ines@quintal.test", True),
        ("https://ovenly.test/menus?token=abc", True),
        ("https://ovenly.test/another-page", True),
        ("ftp://ovenly.test/menus", True),
        ("//ovenly.test/menus", True),
        ("[ovenly.test/menus](https://help.ovenly.test/menus)", True),
        ("[our menus](https://ovenly.test/menus)", False),
        ("help@ovenly.test", False),
    ],
)
def test_that_links_lead_only_to_known_pages_of_the_brand(url: str, expected: bool) -> None:
    context = a_context("Menus: https://ovenly.test/menus and https://help.ovenly.test/menus")
    assert objects(link_policy, f"See {url}", context) is expected


@pytest.mark.parametrize(
    ("channel", "purpose", "text", "expected"),
    [
        ("email", "marketing", "Subject: Menus\n\nNew menus.", True),
        ("email", "marketing", "Subject: Menus\n\nWrite to unsubscribe.", True),
        ("email", "marketing", "Subject: Menus\n\nhttps://evil.test/unsubscribe", True),
        ("email", "marketing", "Subject: Menus\n\nhttp://ovenly.test/unsubscribe", True),
        ("email", "marketing", "Subject: Menus\n\nhttps://ovenly.test/mail-preferences", False),
        ("email", "transactional", "Subject: Receipt\n\nYour receipt.", False),
        ("sms", "marketing", "Ovenly: new menus. stop by", True),
        ("sms", "marketing", "Ovenly: new menus. Reply STOP to opt out.", False),
        ("chat", "service", "Hello", False),
    ],
)
def test_that_marketing_says_how_to_stop_it(channel: str, purpose: str, text: str, expected: bool) -> None:
    assert objects(unsubscribe_missing, text, a_context(channel=channel, purpose=purpose)) is expected


@pytest.mark.parametrize(
    ("channel", "text", "expected"),
    [
        ("sms", "Ovenly: " + "menus " * 60, True),
        ("sms", "Ovenly: **new** menus", True),
        ("sms", "New menus at https://ovenly.test/menus", True),
        ("sms", "Ovenly: new menus", False),
        ("push", "x" * 179, True),
        ("email", "No subject here", True),
        ("email", "Subject: Hi\n\nBody", True),
        ("email", "Subject: " + "long " * 20 + "\n\nBody", True),
        ("email", "Subject: Menus\n\nA | B | C\n--- | --- | ---\n1 | 2 | 3", True),
        ("email", "Subject: Menus\n\nSAML SSO is ready.", False),
        ("chat", "READ THIS NOW please", True),
        ("chat", "Ready! Set! Go!", True),
        ("chat", "Nice \U0001f389\U0001f389\U0001f389", True),
        ("chat", "Nice \U0001f468\u200d\U0001f469\u200d\U0001f467 well done!", False),
        ("chat", "x" * 1201, True),
    ],
)
def test_that_a_text_has_the_shape_of_its_channel(channel: str, text: str, expected: bool) -> None:
    context = a_context(channel=channel, purpose="marketing", replying=False)
    assert objects(channel_format, text, context) is expected


def test_that_a_reply_to_a_ticket_by_mail_needs_no_subject() -> None:
    assert not objects(channel_format, "Your ticket is with billing.", a_context(channel="email", replying=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{first_name}}, welcome", True),
        ("Hi [Name], welcome", True),
        ("Hi null, welcome", True),
        ("Hallo None, willkommen", True),
        ("The total is NaN.", True),
        ("Draft: your hours are set", True),
        ("Your hours are set [1].", True),
        ("See 【4†source】", True),
        ("As a large language model I cannot say.", True),
        ("Hier ist ein freundlicher Entwurf: Guten Tag", True),
        ("En tant que modele de langage, je ne sais pas.", True),
        ("Your total is $undefined", True),
        ("Lorem ipsum dolor", True),
        ("None of the ovens are delayed.", False),
        ("The null hypothesis is fun", False),
        ("You can send a photo.", False),
        ("In a menu, {{dish}} becomes the dish.", False),
        ("Hi Inês, welcome", False),
    ],
)
def test_that_leftovers_of_templates_and_models_are_found(text: str, expected: bool) -> None:
    context = a_context("In a menu, {{dish}} becomes the name of the dish.")
    assert objects(template_artifact, text, context) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use sk_live_4Tq8Zp1XvB7mKd2Ls9Wy.", True),
        ("AKIAIOSFODNN7EXAMPLE works", True),
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("Your login code is 482913.", True),
        ("Ihr Bestätigungscode lautet 482913.", True),
        ("connect to 10.1.2.3", True),
        ("db01.prod.internal is down", True),
        ("Traceback (most recent call last):", True),
        ("see /var/log/app/errors.log", True),
        ("postgres://app:pw@db/main", True),
        ("Test keys start with sk_test_.", False),
        ("Order 482913 is on its way.", False),
        ("The discount code is MENU10.", False),
        ("Version 10.1.2 is out.", False),
        ("Settings > Security > API keys", False),
    ],
)
def test_that_secrets_are_found(text: str, expected: bool) -> None:
    assert objects(secret_leak, text, a_context()) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm a real person, promise.", True),
        ("No, I am not a bot.", True),
        ("Ich bin kein Roboter.", True),
        ("Je ne suis pas un robot.", True),
        ("No soy un bot.", True),
        ("Não sou um robô.", True),
        ("Sono una persona vera.", True),
        ("This is Carla from support.", True),
        ("Done.\n\nBest regards,\nCarla Mendes", True),
        ("Done.\n\nBest regards,\nThe Ovenly team", False),
        ("I'm Ovenly's automated assistant.", False),
        ("A person from our team will answer here.", False),
    ],
)
def test_that_nobody_is_impersonated(text: str, expected: bool) -> None:
    assert objects(impersonation, text, a_context()) is expected


def test_that_the_colleague_who_reviews_a_message_may_sign_it() -> None:
    context = a_context(sender=Sender("Carla Mendes", "CSM", reviews_before_send=True))
    assert not objects(impersonation, "See you there.\n\nBest,\nCarla Mendes", context)
    assert objects(impersonation, "See you there.\n\nBest,\nRui Alves", context)
