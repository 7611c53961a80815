# Creates the ReplicaSet of a revision and moves its size, as the tenant, with pods that keep every pack; on the way it asks
# people and calls the tools that the strategy names.
package code.deployment.roll_out

import data.code.lib.actions
import data.code.lib.verdict
import data.code.packs.pod_security
import data.code.packs.supply_chain
import data.code.packs.tools
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if actions.creates_child(action, "ReplicaSet")

permitted(action) if {
	actions.touches_child(action, "patch-object", "ReplicaSet")
	actions.scales(action.patch)
}

permitted(action) if actions.copies_config(action)

permitted(action) if actions.creates_child(action, "ExpertConsultation")

permitted(action) if tools.calls_as_tenant(action)

permitted(action) if actions.reads_metric(action)

permitted(action) if actions.measures(action)

permitted(action) if actions.creates_child(action, "Service")

permitted(action) if actions.points_service(action)

permitted(action) if actions.creates_route(action)

permitted(action) if actions.splits_traffic(action)

permitted(action) if actions.shifts_route(action)

# A fresh baseline that nothing is compared with any more.
permitted(action) if {
	actions.touches_child(action, "delete-object", "ReplicaSet")
	endswith(action.target.name, "-baseline")
}

# One of ours that no promoted plan asks for.
permitted(action) if actions.touches_child(action, "delete-object", "HTTPRoute")

# A ReplicaSet that an object of this name left behind gets this one as its only owner.
permitted(action) if {
	actions.touches_child(action, "patch-object", "ReplicaSet")
	adopts(action.patch)
}

adopts(patch) if {
	object.keys(patch) == {"metadata"}
	object.keys(patch.metadata) == {"ownerReferences"}
	is_array(patch.metadata.ownerReferences)
	count(patch.metadata.ownerReferences) == 1
	actions.filled(patch.metadata.ownerReferences[0].uid)
	patch.metadata.ownerReferences[0].uid == input.resource.uid
}

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
	pod_security.ok
	supply_chain.ok
	tools.ok
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

deny contains reason if some reason in pod_security.deny

deny contains reason if some reason in supply_chain.deny

deny contains reason if some reason in tools.deny

decision := verdict.of(good, deny, supply_chain.warn)
