"""IP addresses as Go's net/netip reads them, with its words for what is wrong (netip.go: ParseAddr)."""

from gomend.gomod.quoting import quote
from gomend.gomod.refusal import GoRefusalError

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


class InvalidAddressError(GoRefusalError):
    """No IP address. `reason` is Go's words, `at` the part that it points to."""

    def __init__(self, address: str, reason: str, at: str = "") -> None:
        super().__init__(f"ParseAddr({quote(address)}): {reason}" + (f" (at {quote(at)})" if at else ""))
        self.address = address
        self.reason = reason
        self.at = at


def is_ipv4(address: str) -> bool:
    """Whether this is an IPv4 address; False for IPv6. Raises InvalidAddressError where it is neither."""
    for char in address:
        if char == ".":
            _check_ipv4(address, address)
            return True
        if char == ":":
            _check_ipv6(address)
            return False
        if char == "%":
            raise InvalidAddressError(address, "missing IPv6 address")
    raise InvalidAddressError(address, "unable to parse IP")


def _check_ipv4(address: str, text: str) -> None:
    value = dots = digits = 0
    for at, char in enumerate(text):
        if "0" <= char <= "9":
            if digits == 1 and value == 0:
                raise InvalidAddressError(address, "IPv4 field has octet with leading zero")
            value = value * 10 + int(char)
            digits += 1
            if value > 255:
                raise InvalidAddressError(address, "IPv4 field has value >255")
        elif char == ".":
            if at in (0, len(text) - 1) or text[at - 1] == ".":
                raise InvalidAddressError(address, "IPv4 field must have at least one digit", text[at:])
            if dots == 3:
                raise InvalidAddressError(address, "IPv4 address too long")
            dots += 1
            value = digits = 0
        else:
            raise InvalidAddressError(address, "unexpected character", text[at:])
    if dots < 3:
        raise InvalidAddressError(address, "IPv4 address too short")


def _check_ipv6(address: str) -> None:  # noqa: PLR0912  one loop, as the rule is written
    rest, percent, zone = address.partition("%")
    if percent and not zone:
        raise InvalidAddressError(address, "zone must be a non-empty string")
    ellipsis = -1
    if rest.startswith("::"):
        ellipsis = 0
        rest = rest[2:]
        if not rest:
            return
    size = 0
    while size < 16:
        length = _group_length(address, rest)
        if rest[length : length + 1] == ".":
            _check_embedded(address, rest, size, ellipsis)
            rest = ""
            size += 4
            break
        size += 2
        rest = rest[length:]
        if not rest:
            break
        if rest[0] != ":":
            raise InvalidAddressError(address, "unexpected character, want colon", rest)
        if len(rest) == 1:
            raise InvalidAddressError(address, "colon must be followed by more characters", rest)
        rest = rest[1:]
        if rest[0] == ":":
            if ellipsis >= 0:
                raise InvalidAddressError(address, "multiple :: in address", rest)
            ellipsis = size
            rest = rest[1:]
            if not rest:
                break
    if rest:
        raise InvalidAddressError(address, "trailing garbage after address", rest)
    if size < 16 and ellipsis < 0:
        raise InvalidAddressError(address, "address string too short")
    if size == 16 and ellipsis >= 0:
        raise InvalidAddressError(address, "the :: must expand to at least one field of zeros")


def _group_length(address: str, rest: str) -> int:
    length = 0
    while length < len(rest) and rest[length] in _HEX_DIGITS:
        if length > 3:
            raise InvalidAddressError(address, "each group must have 4 or less digits", rest)
        length += 1
    if length == 0:
        raise InvalidAddressError(address, "each colon-separated field must have at least one digit", rest)
    return length


def _check_embedded(address: str, rest: str, size: int, ellipsis: int) -> None:
    if ellipsis < 0 and size != 12:
        reason = "embedded IPv4 address must replace the final 2 fields of the address"
        raise InvalidAddressError(address, reason, rest)
    if size + 4 > 16:
        reason = "too many hex fields to fit an embedded IPv4 at the end of the address"
        raise InvalidAddressError(address, reason, rest)
    _check_ipv4(address, rest)
