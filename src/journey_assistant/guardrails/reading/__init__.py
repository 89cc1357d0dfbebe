"""How guardrails read a text: folding, sentences, words, numbers, links, names, and what hides behind encodings."""
