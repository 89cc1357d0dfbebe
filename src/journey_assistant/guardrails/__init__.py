"""Guardrails: one file a check, each independent of its siblings; ``check`` runs them."""
