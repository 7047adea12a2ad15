"""Words for people, always in both languages."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or term in English and Chinese; both may hold the same `{name}` placeholders."""

    en: str
    zh: str

    def said(self, language: Language, **values: object) -> str:
        """Return the words in `language`, each `{name}` filled from `values`.

        >>> Text("{n} rows", "{n} 行").said("zh", n=3)
        '3 行'
        """
        words = self.en if language == "en" else self.zh
        if not values:
            return words
        spoken = {name: value.said(language) if isinstance(value, Text) else value for name, value in values.items()}
        return words.format(**spoken)

    def filled(self, **values: object) -> "Text":
        """Return the same words with the placeholders filled in both languages."""
        return Text(self.said("en", **values), self.said("zh", **values))
