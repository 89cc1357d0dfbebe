"""Months, clock words and units of seven languages, folded, in their canonical form."""

from __future__ import annotations

from journey_assistant.guardrails.reading.folding import fold

_MONTH_NAMES = {
    1: "january januar jänner janvier enero gennaio janeiro januari jan ene gen janv",
    2: "february februar février febrero febbraio fevereiro februari feb fev févr",
    3: "march märz mars marzo março maart mar mär mrt",
    4: "april avril abril aprile apr abr avr",
    5: "may mai mayo maggio maio mei mag",
    6: "june juni juin junio giugno junho jun giu",
    7: "july juli juillet julio luglio julho jul lug juil",
    8: "august août agosto augustus aug ago",
    9: "september septembre septiembre setiembre settembre setembro sept sep set",
    10: "october oktober octobre octubre ottobre outubro oct okt ott out",
    11: "november novembre noviembre novembro nov",
    12: "december dezember décembre diciembre dicembre dezembro dec dez dic déc",
}
MONTHS = {fold(name): number for number, names in _MONTH_NAMES.items() for name in names.split()}

_UNIT_NAMES = {
    "second": "second seconds sec sekunde sekunden seconde secondes segundo segundos secondo secondi seconden",
    "minute": "minute minutes min mins minuten minuto minutos minuti minuut",
    "hour": "hour hours hr hrs h std stunde stunden heure heures hora horas ora ore uur uren",
    "day": "day days tag tage tagen jour jours día días giorno giorni dia dias dag dagen",
    "working_day": "working-day business-day werktag werktage werktagen arbeitstag arbeitstage arbeitstagen werkdag "
    "werkdagen",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane weken",
    "month": "month months monat monate monaten mois mes meses mese mesi mês maand maanden",
    "year": "year years jahr jahre jahren an ans année années año años anno anni ano anos jaar jaren",
    "percent": "% percent percento prozent pourcent procent pct",
    "mm": "mm",
    "cm": "cm",
    "m": "metre metres meter meters metro metros metri",
    "km": "km kilometre kilometres kilometer kilometers",
    "inch": 'inch inches zoll in "',
    "g": "g gram grams gramm",
    "kg": "kg kilo kilos kilogram kilograms",
    "lb": "lb lbs pound-weight",
    "ml": "ml",
    "l": "l litre litres liter liters litro litros litri",
    "kb": "kb",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "tb terabyte terabytes",
    "celsius": "°c",
    "€": "€ eur euro euros",
    "$": "$ usd dollar dollars dólar dólares",
    "£": "£ gbp pound pounds",
    "chf": "chf franken",
    "¥": "¥ jpy yen",
    "kr": "kr sek nok dkk",
    "zł": "zł pln",
    "r$": "r$ brl reais real",
}
UNITS = {fold(name): unit for unit, names in _UNIT_NAMES.items() for name in names.split()}
CURRENCIES = frozenset({"€", "$", "£", "chf", "¥", "kr", "zł", "r$"})
WORKING = frozenset(
    fold(word)
    for word in [
        "working",
        "business",
        "work",
        "werk",
        "ouvrable",
        "ouvrables",
        "ouvré",
        "ouvrés",
        "hábil",
        "hábiles",
        "laborable",
        "laborables",
        "lavorativo",
        "lavorativi",
        "útil",
        "úteis",
        "feriale",
        "feriali",
    ]
)
PER_DAY = {
    "second": 1 / 86400,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.0,
    "year": 365.0,
}
"""Lengths of time in days. Months and years are approximate, as people use them."""

CLOCK_WORDS = {"noon": 720, "midday": 720, "mittag": 720, "midi": 720, "mediodia": 720, "mezzogiorno": 720}
CLOCK_WORDS |= {"midnight": 0, "mitternacht": 0, "minuit": 0, "medianoche": 0, "mezzanotte": 0, "meia-noite": 0}
