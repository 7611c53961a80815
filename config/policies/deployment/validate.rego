# Asks the API server what it would say, and freezes the plan. The packs judge the pods here already: what they refuse never
# becomes an object.
package code.deployment.validate

import data.code.lib.actions
import data.code.lib.verdict
import data.code.packs.pod_security
import data.code.packs.supply_chain
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if {
	some kind in ["ReplicaSet", "Pod", "ControllerRevision"]
	actions.writes_as_tenant(action, "dry-run-object", kind)
}

permitted(action) if actions.reads_metric(action)

permitted(action) if actions.creates_child(action, "ControllerRevision")

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
	pod_security.ok
	supply_chain.ok
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

deny contains reason if some reason in pod_security.deny

deny contains reason if some reason in supply_chain.deny

decision := verdict.of(good, deny, supply_chain.warn)
