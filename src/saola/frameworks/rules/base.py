"""What every scoring rule has in common."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

_REFERENCE = re.compile(r"(?P<code>[A-Za-z0-9_.:-]+)(?:\[(?P<breakdown>[A-Z_]+=[^\]]+)\])?")


class Reference(NamedTuple):
    """An input, whole or of one part of the people: `online` or `online[SEX=F]`."""

    code: str
    breakdown: str = "_T"

    @classmethod
    def parse(cls, written: str) -> "Reference | None":
        """Read a reference; none where it is malformed."""
        found = _REFERENCE.fullmatch(written)
        return cls(found["code"], found["breakdown"] or "_T") if found else None

    def __str__(self) -> str:
        return self.code if self.breakdown == "_T" else f"{self.code}[{self.breakdown}]"


class Inputs(Protocol):
    """The values that rules read, one element a row (unit × period × field)."""

    def values(self, reference: Reference) -> Values:
        """Give numbers, NaN where there is none."""

    def errors(self, reference: Reference) -> Values:
        """Give standard errors of the numbers, NaN where none is known."""

    def words(self, reference: Reference) -> Words:
        """Give categories, none where there is none."""


@dataclass(frozen=True)
class Rule(ABC):
    """A scoring rule.

    Attributes:
        kind: Its name in a framework file.
        parameters: The keys a framework file may give it: name → required.
    """

    kind: ClassVar[str] = ""
    parameters: ClassVar[Mapping[str, bool]] = {}

    @property
    @abstractmethod
    def references(self) -> tuple[Reference, ...]:
        """The inputs it reads."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the inputs it reads, each once."""
        return tuple(dict.fromkeys(reference.code for reference in self.references))

    @abstractmethod
    def rate(self, inputs: Inputs) -> Values:
        """Give the share of the points that each row earns, in 0..1, NaN where an input is missing.

        Args:
            inputs: Values of one length.
        """

    def error(self, inputs: Inputs) -> Values:
        """Give the standard error of the rate; 0 where nothing is known of the inputs' errors.

        First-order propagation; a rule of steps or tiers, which has no slope, gives 0.
        """
        return np.zeros(self.rate(inputs).shape)
