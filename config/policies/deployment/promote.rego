# Makes the desired revision the serving one, and lets the old one go.
package code.deployment.promote

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if {
	actions.touches_child(action, "patch-object", "ReplicaSet")
	actions.scales(action.patch)
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
