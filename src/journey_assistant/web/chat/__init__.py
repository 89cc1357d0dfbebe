"""The chat of a customer: conversations, live events, files, page views."""
