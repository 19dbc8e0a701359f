"""Symbols as numbers: letters, sounds or amino acids in, one integer tensor out."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

PAD, START, END = 0, 1, 2


class Alphabet:
    """Numbers a fixed list of symbols. 0 pads, 1 starts, 2 ends; the symbols follow from 3 on.

    `len(alphabet)` counts the three marks too: it is the size of an embedding table.
    """

    def __init__(self, symbols: Sequence[str]) -> None:
        self.symbols = tuple(symbols)
        self._number = {symbol: number for number, symbol in enumerate(self.symbols, start=3)}
        if len(self._number) != len(self.symbols):
            raise ValueError(f"the alphabet {self.symbols} holds a symbol twice")

    def __len__(self) -> int:
        return 3 + len(self.symbols)

    def __repr__(self) -> str:
        return f"Alphabet of {len(self.symbols)} symbols: {' '.join(self.symbols)}"

    def encode(self, texts: Iterable[Sequence[str]], marks: bool = False) -> Tensor:
        """Number the symbols of B texts and pad them at the end to the length T of the longest.

        texts   words ("cat"), or tuples of symbols (("K", "AE", "T"))
        marks   put START before and END after each text, as a model that writes needs it
        -> int64 (B, T), 0 where there is no symbol
        Raises ValueError that names a symbol the alphabet does not have.
        """
        rows = [self._numbers(text, marks) for text in texts]
        longest = max(map(len, rows), default=0)
        padded = [row + [PAD] * (longest - len(row)) for row in rows]
        return torch.tensor(padded, dtype=torch.long).reshape(len(rows), longest)

    def decode(self, numbers: Tensor | Sequence[int]) -> tuple[str, ...]:
        """The symbols of one row (T,), up to the first END; PAD and START are left out.

        Raises ValueError for a number that stands for no symbol.
        """
        symbols: list[str] = []
        for number in numbers.tolist() if isinstance(numbers, Tensor) else numbers:
            if number == END:
                break
            if not 0 <= number < len(self):
                raise ValueError(f"{number} stands for no symbol: this alphabet has the numbers 0 to {len(self) - 1}")
            if number not in (PAD, START):
                symbols.append(self.symbols[number - 3])
        return tuple(symbols)

    def _numbers(self, text: Sequence[str], marks: bool) -> list[int]:
        try:
            numbers = [self._number[symbol] for symbol in text]
        except KeyError as error:
            shown = text if isinstance(text, str) else " ".join(text)
            raise ValueError(f"{error.args[0]!r} in {shown!r} is not one of: {' '.join(self.symbols)}") from error
        return [START, *numbers, END] if marks else numbers
