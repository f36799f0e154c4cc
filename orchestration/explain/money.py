"""The arithmetic of the marts in exact decimals: what their macros do, number for number."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

_EXACT = Context(prec=76, rounding=ROUND_HALF_UP)
#: Currencies whose minor unit has no decimals, and three; all others have two.
DIGITS = {
    0: "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}


def rounded(amount: Decimal, places: int) -> Decimal:
    """An amount rounded half away from zero to a number of places."""
    with localcontext(_EXACT):
        return amount.quantize(Decimal(1).scaleb(-places))


def exact_product(*factors: Decimal) -> Decimal:
    """A product without rounding."""
    with localcontext(_EXACT):
        found = Decimal(1)
        for factor in factors:
            found *= factor
        return found


def exact_quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A quotient to 76 digits.

    Raises:
        ZeroDivisionError: the denominator is 0.
    """
    with localcontext(_EXACT):
        return numerator / denominator


def converted(annual: Decimal, rate: Decimal) -> Decimal:
    """A year's amount in the reporting currency, 12 places (macro in_reporting_currency)."""
    return rounded(exact_product(rounded(annual, 8), rate), 12)


def monthly(annual: Decimal) -> Decimal:
    """A year's amount as MRR, 6 places (macro monthly_from_annual)."""
    return rounded(exact_quotient(annual, Decimal(12)), 6)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, exact."""
    with localcontext(_EXACT):
        return sum(amounts, Decimal(0))


def minor_digits(currency: str) -> int:
    """Decimals of a currency's minor unit, as the billing source counts it."""
    code = currency.upper()
    return next((digits for digits, codes in DIGITS.items() if code in codes.split()), 2)


def major(amount: object, currency: str) -> Decimal:
    """An amount in minor units (a number or its text) in major units."""
    return Decimal(str(amount)).scaleb(-minor_digits(currency))
