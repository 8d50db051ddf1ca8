"""Uses `tf mcp` with the official Python client of the Model Context Protocol, as an agent would.

    python mcp_client.py PATH_TO_TF

Exits 0 when everything is as it must be, and prints a line for each check. Needs the package `mcp`.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time

import mcp
from mcp import ClientSession, StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client

TOOLS = [
    "create_task", "list_tasks", "show_task", "claim_task", "update_task", "comment_on_task", "complete_task",
    "block_task", "flow_status", "note",
]

checked = 0


def check(what: str, holds: bool, seen: object = "") -> None:
    global checked
    if not holds:
        sys.exit(f"not so: {what}\n{seen}")
    checked += 1
    print(f"ok  {what}")


class Workspace:
    """A temporary directory with a workspace, and nothing of the caller's environment."""

    def __init__(self, binary: str):
        self.holder = tempfile.TemporaryDirectory(prefix="tf-mcp-")
        self.directory = os.path.realpath(self.holder.name)
        self.binary = binary
        self.environment = {
            "HOME": self.directory, "PATH": os.environ["PATH"], "USER": "ann", "LOGNAME": "ann", "TF_ACTOR": "",
            "XDG_STATE_HOME": self.directory + "/state",
        }
        self.tf("init")

    def tf(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.directory, env=self.environment, capture_output=True, text=True,
            timeout=60)
        if done.returncode != 0:
            sys.exit(f"tf {' '.join(arguments)} exited {done.returncode}: {done.stderr}")
        return done.stdout

    def server(self, **environment: str) -> StdioServerParameters:
        return StdioServerParameters(
            command=self.binary, args=["mcp"], cwd=self.directory, env=self.environment | environment)


async def use_tools(session, workspace: Workspace, era: str) -> None:
    """The life of a task; `session` is either kind of client, which call their methods the same."""
    tools = (await session.list_tools()).tools
    check(f"{era}: the tools are listed", [tool.name for tool in tools] == TOOLS, tools)
    check(f"{era}: every tool has a schema", all(tool.input_schema["type"] == "object" for tool in tools))

    async def call(name: str, **arguments):
        # The client checks structured content against the tool's output schema itself.
        result = await session.call_tool(name, arguments)
        if not result.is_error:
            check(f"{era}: {name}: text and structure say the same",
                  json.loads(result.content[0].text) == result.structured_content, result)
        return result

    created = await call("create_task", title=f"Écrire – {era}", labels=["x"], payload={"deep": [1, None, "ü"]})
    task = created.structured_content["task"]["id"]
    listed = await call("list_tasks", ready=True, labels=["x"])
    check(f"{era}: what was created is ready", task in [t["id"] for t in listed.structured_content["tasks"]], listed)
    claimed = await call("claim_task", task=task, duration="10m")
    token = claimed.structured_content["task"]["lease"]["token"]
    refused = await call("complete_task", task=task)
    check(f"{era}: without the token it is refused, with the reason", refused.is_error
          and refused.structured_content["error"]["code"] == "lease_required" and "lease" in refused.content[0].text,
          refused)
    updated = await call("update_task", task=task, lease=token, progress="half", percent=50)
    check(f"{era}: progress is kept", updated.structured_content["task"]["progress"]["percent"] == 50, updated)
    await call("comment_on_task", task=task, text="all is well")
    done = await call("complete_task", task=task, lease=token, reason="it works")
    check(f"{era}: it is done", done.structured_content["task"]["status"] == "done", done)
    shown = await call("show_task", task=task)
    check(f"{era}: what was said is shown", shown.structured_content["comments"][0]["text"] == "all is well", shown)
    check(f"{era}: the commands see the same",
          json.loads(workspace.tf("--json", "task", "show", task)) == shown.structured_content["task"], shown)
    for name, arguments, word in [
        ("show_task", {"task": "T-99"}, "T-99 not found"), ("block_task", {"task": task, "reason": "x"}, "is done"),
        ("update_task", {"task": task, "priority": "soon"}, "soon"), ("flow_status", {"flow": "F-1"}, "F-1"),
        ("note", {"kind": "fact", "text": "x", "flow": "F-1"}, "no board"),
    ]:
        result = await call(name, **arguments)
        check(f"{era}: {name} {arguments} is an error for the model", result.is_error
              and word in result.content[0].text, result)


async def use_resources(session, era: str) -> None:
    listed = (await session.list_resources()).resources
    check(f"{era}: resources are listed", [str(r.uri) for r in listed][:2] == ["tf:///prime", "tf:///status"], listed)
    prime = (await session.read_resource("tf:///prime")).contents[0].text
    check(f"{era}: the prime is Markdown of less than 60 lines", prime.startswith("# ") and prime.count("\n") < 60)
    templates = (await session.list_resource_templates()).resource_templates
    check(f"{era}: templates are listed", [t.name for t in templates] == ["task", "prompt", "log"], templates)
    try:
        await session.read_resource("tf:///tasks/T-99")
        check(f"{era}: a resource that is not there is an error", False)
    except mcp.MCPError as error:
        check(f"{era}: a resource that is not there is an error", "T-99" in str(error), error)


async def with_handshake(workspace: Workspace) -> None:
    async with stdio_client(workspace.server()) as (read, write):
        async with ClientSession(read, write) as session:
            answer = await session.initialize()
            check("the handshake agrees on a version", answer.protocol_version == "2025-11-25", answer)
            check("the server says who it is", answer.server_info.name == "tf" and answer.instructions)
            await session.send_ping()
            await use_tools(session, workspace, "handshake")
            await use_resources(session, "handshake")
            try:
                await session.call_tool("no_such_tool", {})
                check("an unknown tool is an error of the protocol", False)
            except mcp.MCPError as error:
                check("an unknown tool is an error of the protocol", error.code == -32602, error)
            times = []
            for _ in range(200):
                start = time.perf_counter()
                await session.call_tool("show_task", {"task": "T-1"})
                times.append((time.perf_counter() - start) * 1000)
            print(f"    show_task, there and back through this client: median {sorted(times)[100]:.2f} ms")


async def without_handshake(workspace: Workspace) -> None:
    async with Client(stdio_client(workspace.server())) as client:
        check("a client that asks for it needs no handshake", client.protocol_version == "2026-07-28")
        await use_tools(client, workspace, "stateless")
        await use_resources(client, "stateless")


async def in_a_run(workspace: Workspace) -> None:
    """The environment of a run: its own task is meant, and others are out of reach."""
    own, other = workspace.tf("task", "create", "Own").strip(), workspace.tf("task", "create", "Other").strip()
    workspace.tf("agent", "add", "waiter", "--shell", "while [ ! -e go ]; do sleep 0.05; done")
    workspace.tf("task", "assign", own, "--agent", "waiter")
    run = json.loads(workspace.tf("--json", "task", "show", own))["run"]
    async with Client(stdio_client(workspace.server(TF_TASK=own, TF_RUN=run, TF_ACTOR="agent:waiter"))) as client:
        shown = await client.call_tool("show_task", {})
        check("within a run its own task is meant", shown.structured_content["task"]["id"] == own, shown)
        foreign = await client.call_tool("comment_on_task", {"task": other, "text": "x"})
        check("a comment on a foreign task is refused",
              foreign.structured_content["error"]["code"] == "out_of_scope", foreign)
        blocked = await client.call_tool("block_task", {"reason": "no key"})
        check("it blocks its own", blocked.structured_content["task"]["status"] == "blocked", blocked)
    with open(workspace.directory + "/go", "w"):
        pass
    workspace.tf("run", "wait", run)


def servers(workspace: Workspace) -> list[str]:
    """The servers that are alive in a workspace."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if words[1:2] == [b"mcp"] and os.path.realpath(f"/proc/{pid}/cwd") == workspace.directory:
                found.append(pid)
        except OSError:
            continue  # It has ended meanwhile.
    return found


async def gone_away(workspace: Workspace) -> None:
    """A client that goes away leaves no server behind."""
    async with stdio_client(workspace.server()) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            check("while the client is there, so is the server", len(servers(workspace)) == 1, servers(workspace))
    check("the client gone, the server is gone", servers(workspace) == [], servers(workspace))


async def main(binary: str) -> None:
    workspace = Workspace(os.path.abspath(binary))
    await with_handshake(workspace)
    await without_handshake(workspace)
    await in_a_run(workspace)
    await gone_away(workspace)
    report = json.loads(workspace.tf("--json", "doctor"))
    check("the workspace is whole", not any(f.get("severity") == "error" for f in report.get("findings", [])), report)
    print(f"{checked} passed, 0 failed")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: mcp_client.py PATH_TO_TF")
    asyncio.run(main(sys.argv[1]))
