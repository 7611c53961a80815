# Teardown: the children go, or are left behind without an owner where the user asked for that.
package code.deployment.release

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if {
	some kind in ["ReplicaSet", "ControllerRevision", "ExpertConsultation"]
	actions.touches_child(action, "delete-object", kind)
}

permitted(action) if {
	actions.touches_child(action, "patch-object", "ReplicaSet")
	disowns(action.patch)
}

# A Service has a name of its own: nothing but its owner is taken away, or what a delivery wrote on one of Git's.
permitted(action) if {
	action.type == "patch-object"
	action.target.resource in {"Service", "HTTPRoute"}
	action.target.namespace == input.resource.namespace
	actions.as_tenant(action)
	actions.guarded(action)
	action.patch == {"metadata": {"ownerReferences": null}}
}

permitted(action) if {
	action.type == "patch-object"
	action.target.resource == "Service"
	action.target.namespace == input.resource.namespace
	actions.as_tenant(action)
	actions.guarded(action)
	action.patch == {
		"metadata": {"labels": {"code-engine.dev/deployment": null}},
		"spec": {"selector": null},
	}
}

permitted(action) if actions.shifts_route(action)

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

disowns(patch) if {
	object.keys(patch) == {"metadata"}
	actions.marks(object.remove(patch.metadata, ["ownerReferences"]))
}
