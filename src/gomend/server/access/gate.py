"""What a request may have: decided from who asks and what for. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from gomend.gomod.private import matches
from gomend.server.access.rules import Policy
from gomend.server.access.tokens import Grant, Right, Token


@dataclass(frozen=True, slots=True)
class Permit:
    """A request is answered; `may_fetch`: also with what has to be fetched first."""

    may_fetch: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request is not answered: an HTTP status (401, 403, 404) and the reason, which go prints."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Gate:
    """`open_to_all` is what a client without a token may do; `private` a pattern list (GOPRIVATE's kind) of modules
    that it may never have, whatever it says. Without `has_tokens` the server is its user's own, and all is open.
    `tenant` is whose gate it is, empty for the server's own.
    """

    policy: Policy
    private: str = ""
    open_to_all: tuple[Grant, ...] = (Grant(Right.FETCH),)
    has_tokens: bool = False
    tenant: str = ""

    def module(self, holder: Token | None, module: str, version: str = "") -> Permit | Refusal:
        """A request for a file of a module, or for what a module has (no version)."""
        permit = self._rights(holder, module)
        if isinstance(permit, Refusal):
            return permit  # before any rule: its answer would tell who may not know
        objection = self.policy(module, version)
        if objection is not None and objection.hidden:
            return Refusal(404, f"not found: {module}{version and '@'}{version}")
        if objection is not None:
            return Refusal(403, f"{module}{version and '@'}{version} is not handed out here: {objection.reason}")
        return permit

    def _rights(self, holder: Token | None, module: str) -> Permit | Refusal:
        if not self.has_tokens:
            return Permit(may_fetch=True)
        if holder is not None:
            if holder.may(Right.READ, module, self.tenant):
                return Permit(may_fetch=holder.may(Right.FETCH, module, self.tenant))
            if matches(self.private, module):
                return self._no_right(holder, module)
        if not matches(self.private, module):
            for right in (Right.FETCH, Right.READ):
                if _gives(self.open_to_all, right, module):
                    return Permit(may_fetch=right is Right.FETCH)
        if holder is not None:
            return self._no_right(holder, module)
        return Refusal(401, "this server wants a token: put it into netrc as the password, or send it by GOAUTH")

    def database(self, holder: Token | None) -> Permit | Refusal:
        """A request for the checksum database: it is for all who may have anything."""
        if not self.has_tokens or self.open_to_all or (holder is not None and holder.is_for(self.tenant)):
            return Permit(may_fetch=True)
        if holder is not None:
            return self._no_right(holder, "the checksum database")
        return Refusal(401, "this server wants a token: put it into netrc as the password")

    def admin(self, holder: Token | None) -> Permit | Refusal:
        """A call that changes the server."""
        if holder is None:
            return Refusal(401, "this call wants a token with the right admin")
        if not holder.may(Right.ADMIN, tenant=self.tenant):
            return Refusal(403, f"the token {holder.name} lacks the right admin{self._here}")
        return Permit(may_fetch=True)

    def _no_right(self, holder: Token, what: str) -> Refusal:
        return Refusal(403, f"the token {holder.name} gives no right to {what}{self._here}")

    @property
    def _here(self) -> str:
        return f" in {self.tenant}" if self.tenant else ""


def _gives(grants: Iterable[Grant], right: Right, module: str) -> bool:
    return any(grant.right is right and matches(grant.pattern, module) for grant in grants)
