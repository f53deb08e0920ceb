"""Who visits the dashboards, and what they may do; it must not take a name from anything that a visitor can set.

Three ways in: loopback for one's own use (a cookie tells browsers apart), a token that is exchanged for such a cookie,
or a name in a header, believed only from the address of the reverse proxy that sets it. The name reaches a kernel in
X-Hub-User, which is written here over whatever the client sent.
"""

import hmac
from ipaddress import ip_address
from typing import Any, cast
from uuid import uuid4

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from traitlets import default

HEADER = "X-Hub-User"
LONGEST = 200


class Visitors(IdentityProvider):
    """Tells who asks; None is nobody, and nobody gets anything."""

    parent: Any  # the server, which knows its plan; a handler is `Any` too, because the visitor is put on it

    @default("cookie_options")
    def _cookie_of_this_session(self) -> dict:
        return {"samesite": "Lax", "expires_days": None}

    @default("get_secure_cookie_kwargs")
    def _cookie_for_a_day(self) -> dict:
        return {"max_age_days": 1}

    def get_user(self, handler: Any) -> User | None:
        """The visitor, worked out once for each request."""
        if not hasattr(handler, "visitor"):
            handler.visitor = self._named(handler) if self.parent.plan.header else self._known(handler)
            handler.request.headers.pop(HEADER, None)
            if handler.visitor:
                handler.request.headers[HEADER] = handler.visitor.username
        return handler.visitor

    def _named(self, handler) -> User | None:
        """Who the proxy says it is; one name, in one header, from the proxy's own address."""
        plan = self.parent.plan
        names = handler.request.headers.get_list(plan.header)
        if same_address(handler.request.remote_ip, plan.proxy) and len(names) == 1 and _is_name(names[0]):
            return User(names[0])
        return None

    def _known(self, handler) -> User | None:
        """Who the cookie says it is; a new visitor where the token is right or none is asked for."""
        user = cast(User | None, self.get_user_cookie(handler))  # ours does not wait for anything
        if user is None and self._let_in(handler):
            user = User(uuid4().hex)
            self.set_login_cookie(handler, user)
        return user

    def _let_in(self, handler) -> bool:
        token = self.parent.plan.token
        return token is None or hmac.compare_digest(token.encode(), (self.get_token(handler) or "").encode())

    def user_to_cookie(self, user: User) -> str:
        """What the signed cookie says."""
        return user.username

    def user_from_cookie(self, cookie_value: str) -> User:
        """Who a cookie that we signed speaks of."""
        return User(cookie_value)

    def get_handlers(self) -> list:
        """No pages of its own: who is let in is settled before any page."""
        return []


class Owners(Authorizer):
    """A kernel is for its own visitor; of one that is not there, anybody may hear that it is not."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Whether this visitor may do anything at all with the kernel that the address names."""
        return handler.kernel_manager.owners.get(handler.path_kwargs["kernel_id"]) in (None, user.username)


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are the same, be IPv4 written as itself or inside IPv6."""
    try:
        first, second = ip_address(one), ip_address(other)
    except ValueError:
        return False
    return (getattr(first, "ipv4_mapped", None) or first) == (getattr(second, "ipv4_mapped", None) or second)


def _is_name(name: str) -> bool:
    """A name is one line of visible characters; a comma would mean that somebody added a second name to the first."""
    return 0 < len(name) <= LONGEST and name.isprintable() and "," not in name and name == name.strip()
