from __future__ import annotations

from guardrails.builders import a_context
from journey_assistant.guardrails.context import Checked, DoneAction
from journey_assistant.guardrails.policy import policy_from


def test_that_a_subject_line_is_told_from_the_body() -> None:
    checked = Checked("Subject: New menus\n\nHere they are.")
    assert (checked.subject, checked.body) == ("New menus", "Here they are.")
    assert Checked("Here they are.").subject is None


def test_that_folding_keeps_every_character_in_its_place() -> None:
    text = "Straße à côté — İstanbul ﬁ ½"
    assert len(Checked(text).folded) == len(text)


def test_that_the_threads_language_outranks_the_profiles() -> None:
    assert a_context(customer={"language": "de"}).language == "de"
    assert a_context(customer={"language": "de"}, thread_language="en").language == "en"


def test_that_hosts_come_from_the_company_and_from_the_policy() -> None:
    policy = policy_from({"links": {"allow_domains": {"Ovenly": ["menus.test"]}}})
    assert a_context(policy=policy).hosts == {"ovenly.test", "help.ovenly.test", "menus.test"}


def test_that_a_handover_is_known_from_the_actions_of_the_run() -> None:
    assert a_context(actions_done=(DoneAction("route_to_human", ("billing",)),)).handed_over
    assert not a_context(actions_done=(DoneAction("label_sent"),)).handed_over
