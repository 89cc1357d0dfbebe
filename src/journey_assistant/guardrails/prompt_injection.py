"""prompt_injection: text from outside that addresses the assistant, or forges roles, decisions or earlier turns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.decodings import decodings
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "prompt_injection"
_OVERRIDE = pattern(NAME, "override")
_ROLE_PLAY = pattern(NAME, "role_play")
_BYPASS = pattern(NAME, "bypass")
_STEERS = pattern(NAME, "steers")
_ADDRESSED = pattern(NAME, "addressed")
_MEMORY = pattern(NAME, "memory")
_ABOUT = pattern(NAME, "about_injection")
_HARMLESS = pattern(NAME, "harmless")
_OTHER_SCRIPTS = re.compile(
    r"(?:以前|上記|これまで|今まで|前)の?(?:の)?(?:指示|命令|ルール|規則).{0,10}(?:無視|忘れ)|(?:忽略|无视|忘记|無視|不要理会).{0,12}(?:指令|指示|规则|"
    r"規則|提示|命令|要求)|"
    r"(?:игнорир|забудь|не обращай внимания на|отмени).{0,30}(?:инструкц|правил|указан|команд|промпт)|(?:이전|"
    r"위의|모든).{0,8}(?:지시|명령|규칙).{0,8}(?:무시|잊)|"
    r"تجاهل.{0,25}(?:التعليمات|الأوامر|القواعد)|(?:पिछले|सभी).{0,20}निर्देश.{0,15}(?:अनदेखा|भूल)|"
    r"התעלם.{0,20}(?:ההוראות|מההוראות)|αγνόησε.{0,25}(?:οδηγίες|εντολές)|"
    r"システムプロンプト|系统提示词?|系統提示|системн\w{0,4} промпт|시스템 프롬프트"
)
_ROLE_TOKENS = re.compile(
    r"<\|?(?:im_start|im_end|system|endoftext|assistant|user|begin_of_text|eot_id|start_header_id)\|?>|"
    r"\[/?(?:inst|sys|system)\]|<</?sys>>|"
    r"</?(?:system|instructions?|system_prompt|assistant|customer_message|user_message|context|admin|"
    r"developer|prompt|untrusted|tool_result)(?:\s[^<>\n]{0,60})?>|"
    r"\"role\"\s{0,3}:\s{0,3}\"(?:system|assistant|developer|tool)\"|###\s{0,3}(?:system|instruction|end of|"
    r"new task|assistant|response)|"
    r"-{3,40}\s{0,3}(?:end of|begin|start of|system|new)|\bend of (?:conversation|user input|user message|"
    r"document|context|email|prompt)\b"
)
_FORGED_TURN = re.compile(r"(?m)^\s{0,4}(?:assistant|ai|bot|system|agent|support|developer)\s{0,2}:\s{0,3}\S")
_FORGED_SYSTEM = re.compile(
    r"\b(?:system|sys|admin|developer|root)\s{0,2}(?:note|message|override|prompt|instruction|command|alert|"
    r"update|notice)?\s{0,2}:\s{0,3}(?:[a-z]{2,20}\b)"
)
_DECISION = re.compile(
    r"[\"']?\b(?:auto_?approve\w{0,3}|action|route|decision|status|approved|skip_\w{2,20}|sentiment|"
    r"escalate|is_admin|verified|vip|override|guardrails?)[\"']?\s{0,2}[:=]\s{0,2}"
    r"[\"']?(?:true|false|approved|self_resolve|draft_message|route_to_human|hold|positive|admin|yes|none|"
    r"off|disabled)\b|--(?:no|disable|skip)-\w{3,20}"
)


def prompt_injection(text: Checked, context: CheckContext) -> list[Finding]:
    """The patterns over the text and its decodings; an article about injection and ordinary wishes pass."""
    for number, reading in enumerate((text.text, *decodings(text.text))):
        folded = fold(reading)
        why = next(_signs(folded, reading, text, is_decoded=number > 0), "")
        if why:
            return [
                Finding(NAME, Severity.BLOCK, why if number == 0 else f"{why}, behind an encoding", (0, len(text.text)))
            ]
    return []


def _signs(folded: str, reading: str, text: Checked, *, is_decoded: bool) -> Iterator[str]:
    if _is_about_injection(folded, text):
        return
    stored = text.surface != "chat"
    for why, where in (
        ("overrides the instructions", _OVERRIDE),
        ("gives the assistant another role", _ROLE_PLAY),
        ("asks to skip the checks", _BYPASS),
        ("steers what the assistant says or records", _STEERS),
        ("writes the assistant's memory", _MEMORY),
    ):
        match = where.search(folded)
        if match and not _HARMLESS.search(folded[max(0, match.start() - 30) : match.end() + 40]):
            yield why
    if _OTHER_SCRIPTS.search(reading.lower()):
        yield "overrides the instructions"
    if is_decoded:
        return
    if _ROLE_TOKENS.search(folded):
        yield "role tokens"
    if _forges_turns(folded, text):
        yield "forges an earlier turn"
    if _DECISION.search(folded) and not (stored and _is_own_schema(text)):
        yield "forges a decision"
    if stored and (_ADDRESSED.search(folded) or _FORGED_SYSTEM.search(folded)):
        yield "addresses the assistant"


def _is_about_injection(folded: str, text: Checked) -> bool:
    return text.surface == "kb_doc" and _ABOUT.search(folded) is not None and not _ADDRESSED.search(folded)


def _forges_turns(folded: str, text: Checked) -> bool:
    """A line that pretends to be the assistant's; a customer's own lines ("USER: …") forge nothing."""
    return text.surface == "chat" and _FORGED_TURN.search(folded) is not None


def _is_own_schema(text: Checked) -> bool:
    """An event's or row's own fields may be called ``status`` or ``verified``; only their free text is read here."""
    return text.text.lstrip()[:1] in ("{", "[") or text.surface == "import"
