import MCP

/// Every tool, in the order in which they are listed.
enum WorkspaceTools {
    static func all(_ session: ToolSession) -> [Tool] {
        [
            CreateTaskTool.tool(session), ListTasksTool.tool(session), ShowTaskTool.tool(session),
            ClaimTaskTool.tool(session), UpdateTaskTool.tool(session), CommentOnTaskTool.tool(session),
            CompleteTaskTool.tool(session), BlockTaskTool.tool(session), FlowStatusTool.tool(session),
            NoteTool.tool(session),
        ]
    }
}
