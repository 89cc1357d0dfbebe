from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.login import Credentials
from journey_assistant.domain.outbox import Signature, message_of_draft
from journey_assistant.services.sign_mail import signature_of
from records import NOON, OURS, draft, message, run_record


async def signed_by(reviewer: str | None, approver: str) -> Signature | None:
    store = MemoryStore()
    before = draft(reviewer=reviewer, tenant_id=OURS)
    await store.commit_run(OURS, run_record(), Effects(draft=before))
    for name in ("dana", "eve"):
        await store.add_colleague(OURS, Colleague(ColleagueId(name), name.title(), Role.CSM, NOON))
    await store.put_credentials(OURS, Credentials(ColleagueId("dana"), email="dana@halden.test"))
    after = before.approve(by=approver, at=NOON)
    await store.change_draft(OURS, before, after)
    return await signature_of(store, message_of_draft(after, at=NOON))


async def test_that_whose_draft_it_is_signs_it_whoever_approved() -> None:
    assert await signed_by("dana", "eve") == Signature("Dana", "dana@halden.test")


async def test_that_without_a_colleague_behind_it_whoever_approved_signs() -> None:
    assert await signed_by("onboarding", "eve") == Signature("Eve")
    assert await signed_by(None, "dana") == Signature("Dana", "dana@halden.test")


async def test_that_what_nobody_reviewed_is_signed_by_nobody() -> None:
    assert await signature_of(MemoryStore(), message()) is None
