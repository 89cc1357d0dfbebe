"""Policy as data: loads and types the YAML, evaluates its conditions with an explanation, ranks and gates."""
