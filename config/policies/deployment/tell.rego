# Tells sinks of the settings what became of a delivery. A denial is told in the timeline and holds nothing up.
package code.deployment.tell

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

types := {
	"started",
	"stage_completed",
	"completed",
	"failed",
	"cancelled",
	"rolled_back",
	"approval_needed",
}

# It is the operator who speaks to a sink, and only of the resource itself.
permitted(action) if {
	action.type == "notify"
	actions.as_operator(action)
	actions.filled(action.sink)
	actions.filled(action.notice.id)
	action.notice.type in types
	action.notice.namespace == input.resource.namespace
	action.notice.name == input.resource.name
	action.notice.uid == input.resource.uid
}

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

decision := verdict.of(good, deny, set())
