"""One module for each kind of suite: how a case is performed, and how the result is judged."""
