from pathlib import Path

import numpy as np
import pytest

from journey_assistant.adapters.sentiment_transformers import TransformersSentiment, map_labels
from journey_assistant.errors import ConfigurationError
from journey_assistant.ports import EncodedText

GOOD, BAD = "lovely kind good", "awful rude bad"


def tiny_classifier(folder: Path, names: list[str]) -> Path:
    """A classifier of one layer whose word embeddings alone decide; made here, so nothing is downloaded."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", *GOOD.split(), *BAD.split(), "the", "room"]
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=len(names),
        id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)},
    )
    torch.manual_seed(3)
    model = BertForSequenceClassification(config)
    rows = [(GOOD, len(names) - 1), (BAD, 0), ("the room", len(names) // 2)]
    ids = [torch.tensor([tokenizer.encode(text).ids]) for text, _ in rows]
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(60):
        loss = sum(model(x, labels=torch.tensor([y])).loss for x, (_, y) in zip(ids, rows, strict=True))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval().save_pretrained(folder)
    return folder


def text(words: str) -> EncodedText:
    return EncodedText(words, np.zeros(2, dtype=np.float32))


@pytest.mark.torch
@pytest.mark.parametrize("names", [["negative", "neutral", "positive"], ["LABEL_0", "LABEL_1", "LABEL_2"]])
def test_that_a_local_classifier_reads_the_mood(tmp_path: Path, names: list[str]) -> None:
    reader = TransformersSentiment.from_setting(f"transformers:{tiny_classifier(tmp_path, names)}")
    good, bad, plain = (reader.read(text(words)) for words in (GOOD, BAD, "the room"))
    assert (good.label, bad.label, plain.label) == ("positive", "negative", "neutral")
    assert good.negative + good.neutral + good.positive == pytest.approx(1.0)
    assert bad.frustrated == pytest.approx(bad.negative)


@pytest.mark.torch
def test_that_a_folder_that_is_no_classifier_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="cannot open the classifier"):
        TransformersSentiment(tmp_path).read(text("hi"))


def test_that_a_missing_folder_is_refused_before_the_first_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no transformers model \(config\.json\)"):
        TransformersSentiment.from_setting(f"transformers:{tmp_path / 'absent'}")


@pytest.mark.parametrize("value", ["transformers:", "huggingface:x", "x"])
def test_that_another_spelling_of_the_setting_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="neither 'embedded' nor 'transformers:<folder>'"):
        TransformersSentiment.from_setting(value)


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (["NEGATIVE", "POSITIVE"], ["negative", "positive"]),
        (["LABEL_0", "LABEL_1"], ["negative", "positive"]),
        (["positive", "neutral", "negative"], ["positive", "neutral", "negative"]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], ["negative"] * 2 + ["neutral"] + ["positive"] * 2),
        (["anger", "negative", "neutral"], [None, "negative", "neutral"]),
    ],
)
def test_that_labels_are_mapped_by_name_or_order(names: list[str], columns: list[str | None]) -> None:
    assert map_labels(names) == columns


def test_that_the_models_own_mapping_goes_first() -> None:
    assert map_labels(["LABEL_0", "LABEL_1"], {"LABEL_0": "positive", "LABEL_1": "negative"}) == [
        "positive",
        "negative",
    ]


@pytest.mark.parametrize("names", [["cat", "dog"], ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"]])
def test_that_labels_that_say_nothing_are_refused(names: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="cannot map the classifier's labels"):
        map_labels(names)
