# A safety step: takes the traffic and the pods back to the serving revision. No pack judges it, so that no rule about pods,
# images, windows or money can keep a bad release running.
package code.deployment.roll_back

import data.code.lib.actions
import data.code.lib.verdict
import data.code.packs.pod_security
import data.code.packs.supply_chain
import data.code.packs.tools
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if tools.calls_as_tenant(action)

permitted(action) if actions.creates_child(action, "Service")

permitted(action) if actions.points_service(action)

permitted(action) if actions.creates_route(action)

permitted(action) if actions.splits_traffic(action)

permitted(action) if actions.shifts_route(action)

# One of ours that no promoted plan asks for.
permitted(action) if actions.touches_child(action, "delete-object", "HTTPRoute")

permitted(action) if {
	actions.touches_child(action, "patch-object", "ReplicaSet")
	actions.scales(action.patch)
}

permitted(action) if actions.copies_config(action)

# What served and is gone is built again: it was judged when it was rolled out.
permitted(action) if actions.creates_child(action, "ReplicaSet")

# A failed delivery is pruned as a finished one is, or failures would pile up; Jobs end when nobody waits for them.
permitted(action) if {
	some kind in ["ReplicaSet", "ControllerRevision", "ExpertConsultation", "Job"]
	actions.touches_child(action, "delete-object", kind)
}

permitted(action) if actions.withdraws(action)

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

# A rule that came after the revision was allowed is told, and does not stop it.
warn contains reason if some reason in pod_security.deny

warn contains reason if some reason in supply_chain.deny

decision := verdict.of(good, deny, warn)
