"""One small file a step, named for what it does. A step reads the state and returns what it adds."""
