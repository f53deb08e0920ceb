"""The data dictionary, from the passports: every table and column that may exist, and why; it reads no records."""

from collections.abc import Iterator

from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES, Base, passport
from hubdata.terms import terms

HEAD = ("column", "required", "holds", "why", "sensitivity", "a person's own copy", "retention", "statistics")


def tables() -> dict[str, str]:
    """Every table and what a row of it is; those that a partner may send come first."""
    said = {m.class_.__tablename__: (m.class_.__doc__ or "").strip() for m in Base.registry.mappers}
    return {name: said[name] for name in [*CONTRACT_TABLES, *sorted(set(TABLES) - set(CONTRACT_TABLES))]}


def columns(table: str) -> Iterator[tuple[str, ...]]:
    """Each column of a table, with what `HEAD` names."""
    for column in TABLES[table].c:
        card = passport(table, column.name)
        need = "yes" if not column.nullable and column.name != "recorded_at" else ""
        yield (
            column.name,
            need,
            _allowed(table, column.name),
            card.purpose,
            card.sensitivity,
            card.access,
            card.retention,
            card.statistics,
        )


def _allowed(table: str, name: str) -> str:
    card = passport(table, name)
    words = {term.__name__: ", ".join(term) for term in terms()}
    kinds = {
        "reference": f"a reference to {card.allowed}",
        "references": f"references to {card.allowed}, `;` between",
        "codes": f"{card.allowed} of params, `;` between",
    }
    if card.kind == "codes" and card.allowed in words:
        return f"any of {words[card.allowed]}, `;` between"
    if card.kind in kinds and card.allowed:
        return kinds[card.kind]
    return words.get(card.allowed) or (f"{card.allowed} of params" if card.allowed else card.kind)
