"""``python -m tests.unseen``: look at all of them again, print a table, rewrite the record."""

from collections import Counter

from autograder.truth import Live

from . import RECORD, SEEDS, UNREAD, WRONG, entry, heard, judged, load, written


def main() -> None:
    truth, old, new = Live(SEEDS[0]), load(), {}
    for one in WRONG:
        found = heard(one, truth)
        true = judged(one, found, old.get(str(one), {}))
        new[str(one)] = entry(one, found, true)
        print(f"{one}  ({one.kind})\n    wrong: {one.wrong}")
        print(f"    {found.certainty} {'+'.join(found.names)}: {found.says} [{found.evidence}]")
        print(f"    true: {true}")
    RECORD.write_text(written(new), encoding="utf-8")
    print_counts(new)


def print_counts(entries: dict) -> None:
    kinds = {str(one): (one.question.exercise, one.kind) for one in WRONG}
    counts = Counter((*kinds[name], value["certainty"]) for name, value in entries.items())
    print()
    for (exercise, kind, certainty), count in sorted(counts.items()):
        print(f"{exercise:16} {kind:8} {certainty:8} {count:3}")
    print("true:", dict(Counter(value["true"] for value in entries.values())))
    print("still to be read:", sum(value["true"] == UNREAD for value in entries.values()))


main()
