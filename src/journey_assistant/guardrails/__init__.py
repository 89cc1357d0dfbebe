"""Guardrails: one file, one function, one name each. ``check.py`` runs them; a Finding is data, never an exception.

ungrounded_claim: every factual sentence rests on a passage or a fact of this customer, with its conditions
number_mismatch: every figure of a text stands in the evidence, an offer, a done action or the record
invented_understanding: feelings, plans and circumstances are only told back when the customer stated them
false_action_claim: nothing is reported as done that was not done
pii_leak: no other person's data, and of the customer's own no full card, account, tax number or password
secret_leak: keys, tokens, one-time codes, private keys, stack traces, internal hosts and paths
internal_disclosure: scores, segments, staff notes, traces and other people's activity stay inside
consent_missing: marketing needs a stored yes; nothing but a source and a time can set one
suppression: open issues, bad moods, recent buyers, stop states and repeated offers: no marketing now
frequency_cap: not more marketing than the caps allow
quiet_hours: no marketing at night where the customer is
creepy: what we observed may steer a message, but its details never show that somebody was watched
sensitive_inference: health, family, religion, origin, sexuality, age and money trouble only when declared
offer_authority: no discount, credit, refund, exception or outcome is promised but an approved offer
unfair_offer: no price or condition hangs on who somebody is, where they live or how much they depend on us
regulated_advice: no tax, legal, medical, veterinary or financial advice and no assurance of compliance
human_handoff_required: who asks for a person, threatens law or is in danger is not answered alone
tone_mismatch: no cheer, emoji or selling for an upset customer; no blame for anyone
offensive_language: no profanity, insult or slur
pressure_tactics: urgency needs a dated offer or a fact; no fake counters, threats or guilt
template_artifact: what a template or a model leaves behind and a customer must never read
wrong_entity: names, titles, companies, plans, products, tickets, pets and the brand equal the record
language_mismatch: a text is written in the language of the thread, else of the profile
channel_format: length, subject, markup, capitals, emoji and exclamation marks as the channel allows
link_policy: every link leads over https to a known page of the brand
unsubscribe_missing: marketing says how to stop it
competitor_disparagement: a rival may be named, never run down
impersonation: the assistant never says, implies or signs that a person writes when none does
prompt_injection: text from outside that addresses the assistant, or forges roles, decisions or earlier turns
unicode_smuggling: characters that a reader cannot see, or that pretend to be others
system_prompt_leak: the hidden prompt and its canary never show, and asking for them is declined
cross_customer_access: nobody reads or names another customer
active_content: markup, scripts and formulas where plain text belongs
input_limits: input that is too long, too deep or too many rows is refused before anything reads it
action_scope: the five actions are all there is
approval_integrity: what is sent is byte for byte what a person approved
event_replay: an event takes effect once, and only while it is fresh
decision_unexplained: every decision row has a reason code, its evidence and the versions of its rules

Beside them: ``context`` (what a text is compared with), ``policy`` (limits), ``cost`` (the clock of their
budgets), ``repair`` (what can be mended without a model), ``reading`` (how a text is read) and ``terms`` (the word
lists as data).
"""
