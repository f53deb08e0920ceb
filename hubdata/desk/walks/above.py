"""Which pages of the desk lead through something above their forms; what they need is loaded for them alone."""

from collections.abc import Callable


def walks(name: str, changed: Callable[[], None]) -> list:
    """What a page leads through above its forms, if it does."""
    if name == "setup":
        from hubdata.desk.walks.setup import SetUp  # the board and DuckDB: 0.9 s that no other page should take

        return [SetUp(changed)]
    if name == "returns":
        from hubdata.desk.walks.returns import Returns  # pyarrow and DuckDB: 0.9 s as above

        return [Returns(changed)]
    return []
