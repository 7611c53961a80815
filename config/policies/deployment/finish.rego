# Calls the tools that come after, asks people about those that failed, and prunes the children that no rollback needs any more.
package code.deployment.finish

import data.code.lib.actions
import data.code.lib.verdict
import data.code.packs.tools
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if tools.calls_as_tenant(action)

# People are asked about a call that did not succeed.
permitted(action) if actions.asks_about_call(action)

permitted(action) if {
	some kind in ["ReplicaSet", "ControllerRevision", "ExpertConsultation"]
	actions.touches_child(action, "delete-object", kind)
}

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
	tools.ok
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

deny contains reason if some reason in tools.deny

decision := verdict.of(good, deny, set())
