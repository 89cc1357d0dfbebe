"""Understanding: what a text feels like, asks for and needs, and what a timeline says. Local and deterministic."""
