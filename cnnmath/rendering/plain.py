"""Seven-bit text: what is shown where a terminal cannot show more."""

from unicodedata import combining, normalize

_SPELLED = {
    "×": "x", "·": "*", "−": "-", "–": "-", "—": "-", "…": "...", "≈": "~", "≤": "<=", "≥": ">=", "≠": "!=",
    "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "Σ": "sum", "∑": "sum", "∗": "*", "⊗": "(x)", "√": "sqrt",
    "✓": "ok", "✗": "x", "□": "o", "■": "#", "°": " degrees", "→": "->", "“": '"', "”": '"', "’": "'",
    "│": "|", "─": "-", "γ": "gamma", "α": "alpha", "σ": "sigma", "∞": "inf", "²": "^2", "³": "^3",
}  # fmt: skip


def seven_bit(text: str) -> str:
    """Return `text` in ASCII; a letter loses its marks, and what has no spelling becomes `?`.

    >>> seven_bit("28×28 ≤ x̃")
    '28x28 <= x'
    """
    if text.isascii():
        return text
    return "".join(character if character.isascii() else _spelled(character) for character in text)


def _spelled(character: str) -> str:
    if character in _SPELLED:
        return _SPELLED[character]
    letters = "".join(part for part in normalize("NFD", character) if part.isascii())
    return letters or ("" if combining(character) else "?")
