"""The agent: one graph that reads a snapshot and returns one outcome. Nothing is sent, saved or changed in here."""
