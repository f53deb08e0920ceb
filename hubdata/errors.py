"""The exception tree: what can go wrong, and the exit code that a script sees; messages never carry personal data.

HubError                1   the work could not be done; nothing is half-done
├── BadParameter        2   wrong use: an unknown name, a date that is none, a value out of range
├── WrongAddress        2   the address of the database is wrong: its user, password, host, name or options
│   └── NoPassword          the server wants a password, and the address has none
├── Refused             3   done with care or refused: a person must look at the problems listed
└── NewerSchema         1   the database was made by a newer hubdata
"""


class HubError(Exception):
    """Base of all errors that are meant for a reader; `str()` is one plain sentence or more."""

    exit_code = 1


class BadParameter(HubError):
    """A command or report was asked for with a parameter that it cannot use."""

    exit_code = 2


class WrongAddress(HubError):
    """The database's server, or nobody, answered that the address is wrong; who gave it can put it right."""

    exit_code = 2


class NoPassword(WrongAddress):
    """The server wants a password and the address has none: whoever sits at a terminal may be asked for it."""


class Refused(HubError):
    """Something was refused for reasons that a person must look at; `problems` lists them all."""

    exit_code = 3

    def __init__(self, message: str, problems: list | None = None):
        super().__init__(message)
        self.problems = problems or []


class NewerSchema(HubError):
    """The database is from a newer version of hubdata than this one."""
