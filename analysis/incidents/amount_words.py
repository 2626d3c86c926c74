"""The words in which English, Russian and Ukrainian texts bound a number; without ``ё`` and capitals."""

__all__ = ["FIGURES", "LEADING", "QUALIFIERS", "TIMES", "TRAILING", "VAGUE"]

# what stands before a number -> what it makes of it
LEADING: dict[str, tuple[str, ...]] = {
    kind: tuple(words.split("|"))
    for kind, words in {
        "at_least": "at least|no fewer than|no less than|not less than|not fewer than|minimum|"
        "a minimum of|min|>=|≥|"
        "from|не менее|не менее чем|не меньше|не меньше чем|минимум|как минимум|по меньшей мере|"
        "по крайней мере|от|"
        "не менше|не менше ніж|не менше як|не менш ніж|не менш як|щонайменше|принаймні|мінімум|як мінімум|"
        "від",
        "more_than": "more than|over|above|greater than|upwards of|in excess of|exceeding|>|более|"
        "более чем|больше|"
        "больше чем|свыше|понад|більше|більше ніж|більше як|більш ніж|більш як",
        "about": "about|around|approximately|approx|approximate|circa|ca|c|some|roughly|nearly|almost|"
        "close to|"
        "an estimated|estimated|est|~|≈|около|примерно|приблизительно|ориентировочно|порядка|почти|близько|"
        "приблизно|орієнтовно|майже|десь",
        "at_most": "at most|up to|as many as|no more than|not more than|maximum|a maximum of|max|<=|≤|"
        "не более|"
        "не более чем|не больше|не больше чем|до|максимум|не більше|не більше ніж|не більше як|не більш|"
        "не більш ніж|не більш як|щонайбільше",
        "less_than": "less than|fewer than|under|below|<|менее|менее чем|меньше|меньше чем|менше|"
        "менше ніж|менше як|"
        "менш|менш ніж|менш як",
    }.items()
}
# what stands after it
TRAILING: dict[str, tuple[str, ...]] = {
    "at_least": ("+", "plus", "or more", "and more", "и более", "или более", "и больше", "или больше",
    "і більше",
                 "й більше", "або більше", "та більше"),
    "at_most": ("or less", "or fewer", "или менее", "или меньше", "або менше"),
    "about": ("or so", "approx", "примерно", "приблизно"),
}  # fmt: skip

_NUMERALS = (
    "zero ноль нуль", "one один одна одно одне одного одному", "two два две дві двух двох двое двоє",
    "three три трех трьох трое троє",
    "four четыре чотири четырех чотирьох", "five пять п'ять пяти п'яти", "six шесть шість шести",
    "seven семь сім семи", "eight восемь вісім восьми", "nine девять дев'ять девяти дев'яти",
    "ten десять десяти десяток десятка", "eleven одиннадцать одинадцять одиннадцати одинадцяти",
    "twelve двенадцать дванадцять двенадцати дванадцяти dozen дюжина дюжины дюжину",
    "thirteen тринадцать тринадцять тринадцати тринадцяти",
    "fourteen четырнадцать чотирнадцять четырнадцати чотирнадцяти",
    "fifteen пятнадцать п'ятнадцять пятнадцати п'ятнадцяти",
    "sixteen шестнадцать шістнадцять шестнадцати шістнадцяти",
    "seventeen семнадцать сімнадцять семнадцати сімнадцяти",
    "eighteen восемнадцать вісімнадцять восемнадцати вісімнадцяти",
    "nineteen девятнадцать дев'ятнадцять девятнадцати дев'ятнадцяти",
    "twenty двадцать двадцять двадцати двадцяти",
)  # fmt: skip
_TENS = {
    30: "thirty тридцать тридцять тридцати тридцяти", 40: "forty сорок сорока",
    50: "fifty пятьдесят п'ятдесят пятидесяти п'ятдесяти",
    60: "sixty шестьдесят шістдесят шестидесяти шістдесяти",
    70: "seventy семьдесят сімдесят семидесяти сімдесяти",
    80: "eighty восемьдесят вісімдесят восьмидесяти вісімдесяти", 90: "ninety девяносто дев'яносто",
    100: "hundred сто ста сотня сотни сотню",
}  # fmt: skip
# numbers in words, in the cases that follow the words above
FIGURES: dict[str, int] = {
    **{word: number for number, words in enumerate(_NUMERALS) for word in words.split()},
    **{word: number for number, words in _TENS.items() for word in words.split()},
    "a dozen": 12, "half a dozen": 6, "a hundred": 100, "a thousand": 1000, "полтора десятка": 15,
    "півтора десятка": 15,
}  # fmt: skip
del FIGURES["сотни"]  # alone it is "hundreds"
# what multiplies a figure that stands before it
TIMES: dict[str, int] = {
    "dozen": 12, "dozens": 12, "дюжины": 12, "дюжин": 12, "десятка": 10, "десятки": 10, "десятков": 10,
    "десятків": 10, "hundred": 100, "сотни": 100, "сотен": 100, "сотні": 100, "сотень": 100, "thousand": 1000,
    "тысячи": 1000, "тысяч": 1000, "тисячі": 1000, "тисяч": 1000,
}  # fmt: skip
# words that say only that there were at least so many
VAGUE: dict[str, int] = {
    word: number
    for number, words in {
        1: "some|один или несколько|одна чи кілька",
        2: "several|a few|few|many|multiple|numerous|a couple|couple|a number of|несколько|много|"
        "множество|пара|"
        "ряд|кілька|декілька|багато|чимало",
        20: "tens|tens of|десятки|несколько десятков|кілька десятків|декілька десятків",
        24: "dozens|dozens of|several dozen|a few dozen",
        40: "scores|scores of",
        200: "hundreds|hundreds of|several hundred|a few hundred|сотни|несколько сотен|сотні|кілька сотень|"
        "декілька сотень",
        2000: "thousands|thousands of|several thousand|тысячи|несколько тысяч|тисячі|кілька тисяч|"
        "декілька тисяч",
        20000: "tens of thousands|десятки тысяч|десятки тисяч",
    }.items()
    for word in words.split("|")
}
# what a column of qualifiers may say
QUALIFIERS: dict[str, str] = {
    "": "", "exact": "", "exactly": "", "точно": "", "each": "each", "per region": "each", "по": "each",
    "каждый": "each", "каждая": "each", "кожен": "each", "кожна": "each",
    **{word: kind for kind, words in LEADING.items() for word in words},
    "estimate": "about",
    **{kind.replace("_", " "): kind for kind in LEADING},
}  # fmt: skip
