"""A report as JSON, versioned: the one form that every other writer starts from."""

from __future__ import annotations

import json
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
        "notes": [str(note) for note in report.notes],
        "questions": [mark_data(mark) for mark in report.marks],
    }


def mark_data(mark: Mark) -> dict[str, Any]:
    return {
        "exercise": mark.exercise,
        "question": mark.question,
        "score": mark.score,
        "max_score": mark.max_score,
        "notes": [str(note) for note in mark.notes],
        "checks": [finding_data(finding) for finding in mark.findings],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.check,
        "promise": finding.promise,
        "verdict": str(finding.verdict),
        "score": finding.score,
        "max_score": finding.max_score,
        "message": None if finding.message is None else str(finding.message),
        "details": [{"label": d.label, "text": str(d.text)} for d in finding.details],
        "diagnosis": None if finding.diagnosis is None else diagnosis_data(finding.diagnosis),
    }


def diagnosis_data(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "certainty": diagnosis.certainty,
        "misconception": diagnosis.misconception,
        "sentence": str(diagnosis.sentence),
        "evidence": None if diagnosis.evidence is None else str(diagnosis.evidence),
    }


def dumps(data: Any) -> str:
    """Readable JSON with names in their own script; NaN never occurs in it."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def revived(data: dict[str, Any]) -> Report:
    """The report that ``data`` was made from; its sentences are whole."""
    notes = tuple(map(_said, data["notes"]))
    return Report(data["submission"], data["seed"], tuple(map(_mark, data["questions"])), notes)


def _mark(data: dict[str, Any]) -> Mark:
    findings, notes = tuple(map(_finding, data["checks"])), tuple(map(_said, data["notes"]))
    return Mark(data["exercise"], data["question"], findings, notes)


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(
        data["name"],
        data["promise"],
        Verdict(data["verdict"]),
        data["score"],
        data["max_score"],
        None if data["message"] is None else _said(data["message"]),
        tuple(Detail(fact["label"], _said(fact["text"])) for fact in data["details"]),
        None if data["diagnosis"] is None else _diagnosis(data["diagnosis"]),
    )


def _diagnosis(data: dict[str, Any]) -> Diagnosis:
    evidence = None if data["evidence"] is None else _said(data["evidence"])
    return Diagnosis(data["certainty"], _said(data["sentence"]), data["misconception"], evidence)


def _said(sentence: str) -> Text:
    return text("{sentence}", sentence=sentence)
