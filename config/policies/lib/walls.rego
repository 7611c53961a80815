# What stands in every namespace of a Tenant, and whom it may let in.
package code.lib.walls

import data.code.lib.actions
import data.code.lib.namespaces
import future.keywords.not

builds(action) if {
	some kind in ["ResourceQuota", "LimitRange", "NetworkPolicy"]
	in_tenant(action, kind)
}

builds(action) if {
	in_tenant(action, "ServiceAccount")
	action.object.metadata.name == "code-tenant"
}

builds(action) if {
	in_tenant(action, "RoleBinding")
	action.object.roleRef.apiGroup == "rbac.authorization.k8s.io"
	action.object.roleRef.kind == "ClusterRole"
	startswith(action.object.roleRef.name, "code:")
	is_array(action.object.subjects)
	count(action.object.subjects) > 0
	every subject in action.object.subjects { welcome(subject, action.object.roleRef.name) }
}

# Takes down what the Tenant no longer asks for, and the doors of a namespace that was refused: wherever its label is.
removes(action) if {
	some kind in ["ResourceQuota", "LimitRange", "NetworkPolicy", "ServiceAccount", "RoleBinding"]
	takes_down(action, kind)
	startswith(action.target.name, "code-")
}

# Ends the deliveries of a namespace: nobody acts as the tenant's identity there any more.
ends_deliveries(action) if {
	takes_down(action, "RoleBinding")
	action.target.name in {"code-tenant-identity", "code-tenant-workload"}
}

takes_down(action, kind) if {
	action.type == "delete-object"
	action.target.resource == kind
	actions.as_operator(action)
	actions.guarded(action)
	action.target.namespace in input.tenant.namespaces
	not namespaces.reserved(action.target.namespace)
}

in_tenant(action, kind) if {
	actions.writes(action, "apply-object", kind)
	actions.as_operator(action)
	namespaces.belongs(action.object.metadata.namespace)
}

# People and groups by their own names: `system:` ones are everybody, or somebody else's.
welcome(subject, role) if {
	subject.kind in {"User", "Group"}
	actions.filled(subject.name)
	not startswith(subject.name, "system:")
	role != "code:tenant-identity"
}

welcome(subject, role) if {
	subject.kind == "ServiceAccount"
	actions.filled(subject.name)
	namespaces.belongs(subject.namespace)
	role != "code:tenant-identity"
}

# Who may act as the tenant's identity is the operator alone.
welcome(subject, role) if {
	role == "code:tenant-identity"
	subject.kind == "ServiceAccount"
	subject.name == "code-operator"
	subject.namespace == "code-system"
}

deny contains {
	"rule": "tenant/subject-refused",
	"message": $"{action.object.roleRef.name} may not be given to {subject.kind} {subject.name} in namespace {action.object.metadata.namespace}",
	"remedy": "name people, groups or ServiceAccounts of the tenant's own namespaces",
} if {
	some action in input.actions
	action.object.kind == "RoleBinding"
	some subject in action.object.subjects
	not welcome(subject, action.object.roleRef.name)
}
