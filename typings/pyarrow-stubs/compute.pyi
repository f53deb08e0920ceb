# pyarrow writes the functions of this module when it is imported, from its C++ registry, and brings no types for them.
from typing import Any

def __getattr__(name: str) -> Any: ...
