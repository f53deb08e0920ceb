"""Every rule code is what the contract says, and a spec test beside this one finds it."""

import re
from pathlib import Path

from hubdata.rules.findings import CODES

# Source: contract.md, rule codes; NM01 is what it says of unregistered names below its tables;
# DQ01 and DQ02 are P10's, for entries that contradict themselves or stand still;
# LB01 is domain.md 2.4: agreement is never called consent unless consent is the lawful basis.
CONTRACT = """
    SH01 breach P5,P6    SH02 breach P5    SH03 breach P5     SH04 breach P5    SH05 breach P5    SH06 breach P5
    SH07 breach P5       SH08 breach P5,P6 SH09 check P5      SH10 breach P6    SH11 breach P7    SH12 breach P7
    SH13 check P7        SH14 check P5     SH15 check P7
    RT01 breach P8       RT02 check P8     RT03 check P8      RT04 check P8
    LD01 breach P3       LD02 check P3     LD03 check P3      LD04 breach P3    OC01 check P3
    FR01 check P10       DQ01 check P10    DQ02 check P10    PP01 check P11    NV01 check P12     NM01 check P2
    LM01 breach P2       RR01 breach P9       RR02 check P9       RR03 check P9
    LB01 check P5        NV02 check P12
    DQ03 check P5        DQ04 check P10    DQ05 check P9,P10
"""


def test_every_code_has_the_severity_and_the_promise_of_the_contract():
    listed = {code: (severity, promise) for code, severity, promise in re.findall(r"(\S+) (\S+) (\S+)", CONTRACT)}

    assert {code: (str(rule.severity), rule.promise) for code, rule in CODES.items()} == listed


def test_every_code_says_in_one_sentence_what_is_wrong_and_what_to_do():
    for code, rule in CODES.items():
        assert rule.code == code
        assert rule.sentence[0].isupper() and not rule.sentence.endswith("."), code
        assert rule.what_to_do[0].isupper() and rule.what_to_do.endswith((".", "?")), code


def test_a_spec_test_finds_every_code():
    specified = {code for file in Path(__file__).parent.glob("test_*.py") for code in _found(file.read_text("utf-8"))}

    assert specified == set(CODES)


def _found(text: str) -> list[str]:
    return re.findall(r'\("([A-Z]{2}\d\d)", "', text)
