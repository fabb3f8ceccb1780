"""A server that says what is wrong with the arguments of a tool, and what it takes instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from optuna_guide.domain.wording import cut, join_words, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp_types import CallToolResult, InputRequiredResult, Tool
    from pydantic_core import ErrorDetails

_MOST_COLUMNS = 60  # of a value that is quoted


class StrictServer(MCPServer):
    """Refuses arguments that a tool does not know, which would be ignored otherwise."""

    async def list_tools(self) -> list[Tool]:
        """The tools, whose schemas allow what is known only."""
        return [
            tool.model_copy(
                update={"input_schema": {**tool.input_schema, "additionalProperties": False}}
            )
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Any = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            ToolError: If there is no such tool, or its arguments are wrong; or what it says.
        """
        schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
        if name not in schemas:
            raise ToolError(f"There is no tool {name!r}: there are {', '.join(schemas)}.")
        schema = schemas[name]
        if unknown := [repr(one) for one in arguments if one not in schema["properties"]]:
            wrong = f"{join_words(unknown)} {'are' if len(unknown) > 1 else 'is'} no argument"
            raise ToolError(f"{wrong}: {_takes(name, schema)}")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = "; ".join(map(_say, error.__cause__.errors()))
            raise ToolError(f"{wrong}. {_takes(name, schema)}") from error


def _say(wrong: ErrorDetails) -> str:
    """What is wrong with one argument: its value, and what it should be."""
    where = ".".join(map(str, wrong["loc"]))
    if wrong["type"] == "missing":
        return f"{where} is missing"
    should = re.sub(r"^\w+ should", "it should", wrong["msg"]).split(", ")[0]
    return f"{where} is {cut(one_line(repr(wrong['input'])), _MOST_COLUMNS)}: {should}"


def _takes(name: str, schema: Mapping[str, Any]) -> str:
    """The arguments of a tool: those that it needs, and what they are."""
    known, needed = schema["properties"], schema.get("required", ())
    told = [
        f"{one}{' (needed)' * (one in needed)}"
        + (f": {words}" if (words := known[one].get("description")) else "")
        for one in known
    ]
    return f"{name} takes {'; '.join(told) if told else 'no arguments'}."
