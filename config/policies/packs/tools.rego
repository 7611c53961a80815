# Which MCP tools may be called: those that the Tenant lists. Where there is no Tenant, those of our own servers that do not
# reach beyond the cluster; what a tool may then do is the right of the identity that calls it.
package code.packs.tools

import data.code.lib.actions
import data.code.lib.tenancy
import future.keywords.not

within_cluster := ["kubernetes.*", "security.*", "policy.evaluate"]

calls(action) if {
	action.type == "call-tool"
	actions.filled(action.server)
	actions.filled(action.tool)
	is_object(action.arguments)
}

calls_as_tenant(action) if {
	calls(action)
	actions.as_tenant(action)
}

default ok := false

ok if {
	tenancy.known
	every action in input.actions { tolerable(action) }
}

tolerable(action) if count(asked(action)) == 0

tolerable(action) if {
	count(asked(action)) > 0
	every call in asked(action) { listed(call) }
}

# The tools that an action calls: a metric may be read by one.
asked(action) := [action] if action.type == "call-tool"

asked(action) := [action.query] if asks_metric(action)

asked(action) := [] if {
	action.type != "call-tool"
	not asks_metric(action)
}

asks_metric(action) if {
	action.type == "query-metric"
	action.query.kind == "mcp"
}

listed(action) if {
	some pattern in allowed
	tenancy.covers(pattern, $"{action.server}.{action.tool}")
}

allowed := tenancy.listed("tools") if tenancy.tenanted

allowed := within_cluster if tenancy.untenanted

deny contains {
	"rule": "tools/not-listed",
	"message": $"tool {call.server}.{call.tool} is not among the tools that may be called in this namespace",
	"remedy": "add it to spec.tools.allow of the Tenant; a namespace without a Tenant has the kubernetes and security servers and policy.evaluate",
} if {
	some action in input.actions
	some call in asked(action)
	not listed(call)
}

# A tool that does not say it is harmless needs somebody who said yes to it, in time.
unapproved contains {
	"rule": "tools/approval-missing",
	"message": $"tool {action.server}.{action.tool} can destroy something, and nobody has approved this call",
	"remedy": "have the call approved, or use a tool that only reads",
} if {
	some action in input.actions
	not harmless(action)
	not approved(action)
}

harmless(action) if action.hints.readOnly == true

harmless(action) if action.hints.destructive == false

approved(action) if {
	actions.filled(action.approval.by)
	actions.filled(action.approval.expires)
	actions.filled(input.time.now)
	action.approval.expires > input.time.now
}
