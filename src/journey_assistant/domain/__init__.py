"""The words of the trade as frozen values, and its rules as pure functions. No library is imported here."""
