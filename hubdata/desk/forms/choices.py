"""The closed lists that a form's fields offer: from the option's own type, from the policy, from the records.

What is offered is a convenience; the command itself judges every value that comes back.
"""

from collections.abc import Callable
from contextlib import closing

from hubdata.desk.commands.command import Options
from hubdata.desk.forms.form import Field
from hubdata.errors import HubError

SINGLE = {"category": "categories"}  # an option that is repeated is called as one of its values
OF_PEOPLE = ("assignee", "whose", "who")  # who works here; where nobody is registered, a name is typed


def known(field: Field, options: Options) -> dict[str, str]:
    """The values that a field may have with their labels, from no record of a family; empty if it is free."""
    # YAML and SQLAlchemy, 0.4 s: when a form is made, which the hub is opened for first, not when this module is
    from hubdata.records.tables import contract

    named = contract.registers().get(SINGLE.get(field.name, field.name), "")
    register = field.choice.register if field.choice else named if field.kind in (str, list) else ""
    if not register:
        return field.choice.labels if field.choice else _people(options) if field.name in OF_PEOPLE else {}
    labels = options.policy.labels(register, options.as_at)
    return ({"all": "All hubs"} if field.default == "all" else {}) | labels


def recorded(field: Field, options: Options) -> dict[str, str]:
    """The values that the records have for a field: organisations, holds in force, disposals under way."""
    return RECORDED[field.name](options)


def registers(options: Options) -> dict[str, dict[str, str]]:
    """What the codes of the registers are called on a day, by the columns that hold them."""
    from hubdata.records.tables import contract  # YAML and SQLAlchemy, 0.4 s: as above

    found = options.policy
    return {column: found.labels(name, options.as_at) for column, name in contract.registers().items()}


def recorded_organisations(options: Options) -> dict[str, str]:
    """What each organisation is called, with its code."""
    with options.hub().read() as connection:
        rows = connection.exec_driver_sql("SELECT organisation, name FROM organisations ORDER BY name, organisation")
        return {code: f"{name} ({code})" for code, name in rows}


def _people(options: Options) -> dict[str, str]:
    from hubdata.rules.follow import whose  # SQLAlchemy and DuckDB: 1.3 s that only a form with records should take

    try:
        with closing(options), options.hub().read() as connection:
            return {name: name for name in whose.people(connection).names}
    except HubError:  # no hub: its page says so once, and has no forms
        return {}


def _holds(options: Options) -> dict[str, str]:
    from hubdata.retention import holds  # SQLAlchemy and DuckDB: 1.3 s that only a form with records should take

    found = holds.held(options.hub(), options.as_at)
    return {each.hold: f"{each.hold}: {each.family}, {each.code.replace('_', ' ')}" for each in found}


def _disposals(options: Options) -> dict[str, str]:
    from hubdata.retention import review  # the same 1.3 s

    return {
        each.disposal: f"{each.disposal}: {each.status}, {each.to_destroy:,} to destroy"
        for each in review.listed(options.hub())
        if each.status in review.OPEN
    }


RECORDED: dict[str, Callable[[Options], dict[str, str]]] = {
    **dict.fromkeys(("to", "from_organisation", "organisation", "ask", "acknowledge"), recorded_organisations),
    "hold": _holds,
    "disposal": _disposals,
}
