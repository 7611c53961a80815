# Ends a delivery that is tried only: deletes the plans and the questions that earlier dry runs left, and nothing that serves.
package code.deployment.dry_run

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

permitted(action) if {
	some kind in ["ControllerRevision", "ExpertConsultation"]
	actions.touches_child(action, "delete-object", kind)
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
