"""What `%load_ext hubdata` brings to a notebook: `%%hubsql` with completion, and errors as one sentence, trace folded.

%%hubsql                      the answer of one SELECT over the notebook's view, shown
%%hubsql open_ones            kept as the frame open_ones
%%hubsql open_ones of before  over the view called before

`$day` in the SQL is the notebook's own variable, bound and never spelled into the text.
"""

import re
import sys
import traceback
from types import TracebackType
from typing import Any

from IPython.core.completer import SimpleCompletion, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from hubdata.errors import BadParameter, HubError
from hubdata.figures.html import element, together
from hubdata.rules import judge
from hubdata.workbench.answer import Answer
from hubdata.workbench.view import View

LINE = re.compile(r"(?P<name>[^\W\d]\w*)?(?:(?:^|\s+)of\s+(?P<view>[^\W\d]\w*))?", re.ASCII)
WORD = re.compile(r"(?:(\w+)\.)?(\w*)$")
QUOTED = re.compile(r"'(?:[^']|'')*'")
STOPPED = "Stopped. Nothing was changed."


class Magic:
    """`%%hubsql` of one shell."""

    def __init__(self, shell: InteractiveShell):
        self._shell = shell

    def hubsql(self, line: str, cell: str) -> Answer | None:
        """One SELECT over the notebook's view; see the head of this module. `%%hubsql NAME` keeps the frame."""
        asked = LINE.fullmatch(line.strip())
        if not asked:
            raise BadParameter(f"%%hubsql {line.strip()!r} says too much; write %%hubsql, or a name, or `NAME of VIEW`")
        answer = self.view(asked["view"]).sql(cell, **self._given(cell))
        if not asked["name"]:
            return answer
        self._shell.user_ns[asked["name"]] = answer
        return None

    def view(self, name: str | None = None) -> View:
        """The notebook's view: the one named, or `view`, or the only one. Raises BadParameter if there is none."""
        there = {each: one for each, one in self._shell.user_ns.items() if isinstance(one, View) and each[0] != "_"}
        if name is None:
            name = "view" if "view" in there or len(there) != 1 else next(iter(there))
        if name not in there:
            also = f"; there are {', '.join(sorted(there))}" if there else ""
            raise BadParameter(
                f'there is no view called {name}{also}: write {name} = hubdata.open().as_at("2026-09-30")'
            )
        return there[name]

    def _given(self, text: str) -> dict[str, Any]:
        names, there = judge.parameters(QUOTED.sub("''", text)), self._shell.user_ns
        if missing := sorted(names - there.keys()):
            raise BadParameter(f"${missing[0]} has no value; give {missing[0]} one in a cell above")
        return {name: there[name] for name in names}

    def words(self, text: str, line: str) -> tuple[str, list[tuple[str, str]]]:
        """The word that a line ends with, and what it may become: tables, columns of those named, with the kind."""
        opened = text.partition("\n")[0].removeprefix("%%hubsql")
        asked = LINE.fullmatch(opened.strip())
        view, (of, word) = self.view(asked["view"] if asked else None), WORD.findall(line)[0]
        named = {each for each in view.tables if re.search(rf"\b{each}\b", text, re.IGNORECASE)}
        if of:
            found = re.search(rf"\b(?:from|join)\s+(\w+)\s+(?:as\s+)?{re.escape(of)}\b", text, re.IGNORECASE)
            named = {found[1] if found else of} & {*view.tables}
        columns = {column for table in named for column in view.arrow(table).schema.names}
        offered = [(each, "column") for each in sorted(columns)]
        offered += [] if of else [(each, "table") for each in sorted(view.tables)]
        return word, [(each, kind) for each, kind in offered if each.startswith(word.lower())]


def load(shell: InteractiveShell) -> None:
    """Give a shell the magic, its completion, and errors for a reader."""
    magic = Magic(shell)
    shell.magics_manager.register_function(magic.hubsql, "cell", "hubsql")

    @context_matcher(identifier="hubdata.hubsql")
    def complete(context):
        if not context.full_text.startswith("%%hubsql") or context.cursor_line == 0:
            return {"completions": []}
        try:
            word, offered = magic.words(context.full_text, context.text_until_cursor)
        except BadParameter:  # no view yet: there is nothing to offer
            return {"completions": []}
        listed = [SimpleCompletion(text=each, type=kind) for each, kind in offered]
        return {"completions": listed, "matched_fragment": word, "suppress": True, "ordered": True}

    if shell.Completer is not None:
        shell.Completer.custom_matchers.append(complete)
    shell.set_custom_exc((HubError, KeyboardInterrupt), told)


def told(
    shell: InteractiveShell, kind: type, error: BaseException, trace: TracebackType | None, tb_offset: int | None = None
) -> list[str]:
    """Show an error as its one sentence, with the trace folded below it."""
    said = str(error) if isinstance(error, HubError) else STOPPED
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
    shell._showtraceback(kind, error, [said])
    lines = "".join(traceback.format_list(traceback.extract_tb(trace)))
    folded = element("details", together(element("summary", "Where it happened"), element("pre", lines)))
    shell.display_pub.publish({"text/html": folded, "text/plain": "%tb shows where it happened."})
    return [said]
