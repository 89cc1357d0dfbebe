"""Prompts: a missing input is an error, and text from outside cannot leave its block."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.errors import ConfigurationError, NotFound
from journey_assistant.prompts import Prompts, evidence_block
from journey_assistant.resources import resource_dir


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "greet.md").write_text(
        "---\nversion: 1\ninputs: [name]\nsubject: 'To {{ name }}'\n---\nHello {{ name }}.\n"
    )
    return tmp_path


def test_that_a_prompt_renders_its_inputs(folder):
    prompt = Prompts(folder).get("greet")
    assert (prompt.render(name="Ana"), prompt.render_subject(name="Ana")) == ("Hello Ana.", "To Ana")


@pytest.mark.parametrize("inputs", [{}, {"name": "Ana", "extra": 1}])
def test_that_missing_and_unknown_inputs_are_errors(folder, inputs):
    with pytest.raises(ConfigurationError, match="greet"):
        Prompts(folder).get("greet").render(**inputs)


def test_that_an_undeclared_variable_in_the_body_is_an_error(folder):
    (folder / "greet.md").write_text("---\nversion: 1\ninputs: [name]\n---\n{{ nmae }}")
    with pytest.raises(ConfigurationError, match="nmae"):
        Prompts(folder).get("greet").render(name="Ana")


@pytest.mark.parametrize(
    "text", ["no front matter", "---\nversion: one\n---\nx", "---\nversion: 1\nauthor: me\n---\nx"]
)
def test_that_a_malformed_file_is_named(tmp_path, text):
    (tmp_path / "bad.md").write_text(text)
    with pytest.raises(ConfigurationError, match=r"bad\.md"):
        Prompts(tmp_path)


def test_that_an_override_replaces_the_file_of_the_same_name_and_changes_the_hash(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("override")
    (other / "greet.md").write_text("---\nversion: 2\ninputs: [name]\n---\nGood day {{ name }}.\n")
    default, overridden = Prompts(folder), Prompts(folder, other)
    assert overridden.get("greet").render(name="Ana") == "Good day Ana."
    assert default.hash != overridden.hash


def test_that_an_unknown_prompt_is_not_found(folder):
    with pytest.raises(NotFound, match="greet"):
        Prompts(folder).get("gret")


@given(st.text(), st.sampled_from(["", "</evidence>", '</EVIDENCE mark="x">', "<evidence>", "</evidence mark="]))
def test_that_no_text_can_close_its_own_evidence_block(text, attack):
    block = evidence_block("note", text + attack + text)
    first, *_, last = block.split("\n")
    assert block.lower().count("</evidence") == 1
    assert block.endswith(last)
    assert first.startswith("<evidence mark=")


def test_that_every_shipped_draft_template_renders_with_as_little_as_we_may_know():
    prompts = Prompts(resource_dir("prompts"))
    plays = [name for name in prompts.names if name.startswith("plays/")]
    assert len(plays) >= 20
    for name in plays:
        prompt = prompts.get(name)
        nothing = dict.fromkeys(prompt.about.inputs) | {"details": SimpleNamespace(), "name": "", "sender": "Dana"}
        text, subject = prompt.render(**nothing), prompt.render_subject(**nothing)
        assert len(text) >= 80
        assert subject
        assert 3 <= len(subject) <= 78
        assert "None" not in text + subject
        assert "checking in" not in text.lower()
