"""Who must be left alone, as pure rules: called by the gate, by guardrails and in the send transaction."""
