"""Step = module = prompt file = test file; guardrail = module = test file."""

from architecture.repository import PACKAGE, ROOT, imported_modules, modules_in

STEPS = modules_in(PACKAGE / "agent" / "steps")
GUARDRAILS = modules_in(PACKAGE / "guardrails")
MODELS_READ = "journey_assistant.prompts"


def prompts() -> set[str]:
    return {path.stem for path in (ROOT / "prompts").glob("*.md")} - {"README"}


def test_that_every_step_and_guardrail_has_the_test_file_of_its_name() -> None:
    wanted = [f"tests/agent/steps/test_{step}.py" for step in STEPS]
    wanted += [f"tests/guardrails/test_{guardrail}.py" for guardrail in GUARDRAILS]
    missing = [name for name in wanted if not (ROOT / name).is_file()]
    assert not missing, "\n".join(missing)


def test_that_a_step_that_asks_a_model_has_the_prompt_of_its_name() -> None:
    asking = {
        step
        for step in STEPS
        if any(name.startswith(MODELS_READ) for name, _ in imported_modules(PACKAGE / "agent" / "steps" / f"{step}.py"))
    }
    assert asking <= prompts(), f"without a prompt: {sorted(asking - prompts())}"


def test_that_every_prompt_belongs_to_a_step() -> None:
    without_step = prompts() - set(STEPS) if STEPS else set()
    assert not without_step
