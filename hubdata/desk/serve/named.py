"""Who JupyterLab lets in: whoever has its token, and asks by the name that was given out; nobody else, with any cookie.

A cookie of 127.0.0.1 goes to every port of this machine, one of a name of its own to that name alone.
"""

from typing import Any, cast

from jupyter_server.auth.identity import PasswordIdentityProvider, User


class Named(PasswordIdentityProvider):
    """Jupyter's own way, for the one name that its settings allow."""

    async def get_user(self, handler: Any) -> User | None:
        """The officer, if the request names this machine as it was told to them."""
        if handler.request.host_name not in handler.settings["local_hostnames"]:
            return None
        return await cast(Any, super().get_user(handler))
