"""A report as JSON, versioned: the one form that every other writer starts from.

A sentence without values is a plain string, one with values keeps its template and them: a page can
be made in either language long afterwards.
"""

from __future__ import annotations

import json
import math
from typing import Any

from .. import __version__
from ..model import (
    REPORT_FORMAT,
    Detail,
    Diagnosis,
    Finding,
    Mark,
    Report,
    Text,
    Verdict,
    text,
)

Sentence = str | dict[str, Any]


def report_data(report: Report, status: str) -> dict[str, Any]:
    """The report as plain data; ``format`` changes whenever a reader would have to."""
    return {
        "format": REPORT_FORMAT,
        "grader": __version__,
        "submission": report.submission,
        "seed": report.seed,
        "status": status,
        "score": report.score,
        "max_score": report.max_score,
        "notes": [text_data(note) for note in report.notes],
        "questions": [mark_data(mark) for mark in report.marks],
    }


def mark_data(mark: Mark) -> dict[str, Any]:
    return {
        "exercise": mark.exercise,
        "question": mark.question,
        "score": mark.score,
        "max_score": mark.max_score,
        "notes": [text_data(note) for note in mark.notes],
        "checks": [finding_data(finding) for finding in mark.findings],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.check,
        "promise": finding.promise,
        "verdict": str(finding.verdict),
        "score": finding.score,
        "max_score": finding.max_score,
        "message": None if finding.message is None else text_data(finding.message),
        "details": [{"label": d.label, "text": text_data(d.text)} for d in finding.details],
        "diagnosis": None if finding.diagnosis is None else diagnosis_data(finding.diagnosis),
    }


def diagnosis_data(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "certainty": diagnosis.certainty,
        "misconception": diagnosis.misconception,
        "sentence": text_data(diagnosis.sentence),
        "evidence": None if diagnosis.evidence is None else text_data(diagnosis.evidence),
        "spot": diagnosis.spot,
    }


def text_data(sentence: Text) -> Sentence:
    """The English template alone where it is the whole sentence; else what it is made of too."""
    if not sentence.values and not _has_braces(sentence.template):
        return sentence.template
    values = {name: _value_data(value) for name, value in sentence.values.items()}
    return {"text": str(sentence), "template": sentence.template, "values": values}


def _value_data(value: object) -> Any:
    if isinstance(value, Text):
        said = text_data(value)
        return {"text": said} if isinstance(said, str) else said  # a string is no sentence here
    if isinstance(value, (list, tuple)):
        return [_value_data(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no word for it
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def dumps(data: Any) -> str:
    """Readable JSON with names in their own script; NaN never occurs in it."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def compact(data: Any) -> str:
    """The same in one line: indenting takes longer than all else that is done with a result."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def revived(data: dict[str, Any]) -> Report:
    """The report that ``data`` was made from; its sentences can be said in every language."""
    notes = tuple(map(revived_text, data["notes"]))
    return Report(data["submission"], data["seed"], tuple(map(_mark, data["questions"])), notes)


def _mark(data: dict[str, Any]) -> Mark:
    findings, notes = tuple(map(_finding, data["checks"])), tuple(map(revived_text, data["notes"]))
    return Mark(data["exercise"], data["question"], findings, notes)


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(
        data["name"],
        data["promise"],
        Verdict(data["verdict"]),
        data["score"],
        data["max_score"],
        None if data["message"] is None else revived_text(data["message"]),
        tuple(Detail(fact["label"], revived_text(fact["text"])) for fact in data["details"]),
        None if data["diagnosis"] is None else _diagnosis(data["diagnosis"]),
    )


def _diagnosis(data: dict[str, Any]) -> Diagnosis:
    evidence = None if data["evidence"] is None else revived_text(data["evidence"])
    sentence, spot = revived_text(data["sentence"]), data.get("spot", "")
    return Diagnosis(data["certainty"], sentence, data["misconception"], evidence, spot)


def revived_text(data: Sentence) -> Text:
    """What :func:`text_data` was given. A string with braces is a whole sentence of report/v1."""
    if isinstance(data, str):
        return text("{sentence}", sentence=data) if _has_braces(data) else Text(data)
    template = data["template"] if "template" in data else data["text"]
    return Text(template, {name: _value(one) for name, one in data.get("values", {}).items()})


def _value(data: Any) -> object:
    if isinstance(data, dict):
        return revived_text(data)
    if isinstance(data, list):
        return [_value(one) for one in data]
    return _Written(data) if isinstance(data, str) else data


class _Written(str):
    """A value that was written out: a number that JSON cannot hold takes no number's format."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        try:
            return super().__format__(spec)
        except ValueError:
            return str(self)


def _has_braces(sentence: str) -> bool:
    return "{" in sentence or "}" in sentence
