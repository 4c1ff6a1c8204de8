"""Write the golden files; those that no situation makes are removed."""

from . import FOLDER, all_shown

made = dict(all_shown())
for path in set(FOLDER.glob("*.txt")) - set(made):
    path.unlink()
for path, words in made.items():
    path.write_text(words, encoding="utf-8")
print(f"{len(made)} screens in {FOLDER}")
