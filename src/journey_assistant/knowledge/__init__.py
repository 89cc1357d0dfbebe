"""The knowledge base: articles, their passages, and finding the ones that answer a question."""
