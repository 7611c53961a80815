# In a namespace without a Tenant: gives the work an identity of its own, so that nothing is ever written with the operator's
# rights. Exactly these three objects, in this namespace, and never where the cluster keeps its own work.
package code.deployment.claim_identity

import data.code.lib.actions
import data.code.lib.namespaces
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if {
	home
	actions.writes(action, "apply-object", "ServiceAccount")
	at_home(action)
	action.object.metadata.name == "code-tenant"
}

permitted(action) if {
	home
	binds(action, "code:tenant-workload")
	action.object.subjects == [{
		"kind": "ServiceAccount",
		"namespace": input.resource.namespace,
		"name": "code-tenant",
	}]
}

permitted(action) if {
	home
	binds(action, "code:tenant-identity")
	action.object.subjects == [{
		"kind": "ServiceAccount",
		"namespace": "code-system",
		"name": "code-operator",
	}]
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

home if {
	actions.filled(input.resource.namespace)
	not namespaces.systemic(input.resource.namespace)
}

at_home(action) if {
	actions.as_operator(action)
	action.object.metadata.namespace == input.resource.namespace
}

binds(action, role) if {
	actions.writes(action, "apply-object", "RoleBinding")
	at_home(action)
	action.object.roleRef == {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
}

deny contains {
	"rule": "identity/system-namespace",
	"message": $"namespace {input.resource.namespace} is kept for the cluster's own work, and nothing is delivered into it",
	"remedy": "create the Deployment in a namespace of its own",
} if {
	namespaces.systemic(input.resource.namespace)
}
