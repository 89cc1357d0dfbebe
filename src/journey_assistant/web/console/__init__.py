"""The console of the people behind the assistant: sign-in, Today, inbox, drafts, decisions, customers."""
