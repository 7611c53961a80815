# Which namespaces a Tenant may touch: those that its spec names, or that its room found carrying its label.
package code.lib.namespaces

import data.code.lib.actions
import future.keywords.not

# Kept for the cluster: nobody's work goes in.
systemic(name) if startswith(name, "kube-")

systemic(name) if name in {"code-system", "code-audit"}

# No Tenant owns these.
reserved(name) if systemic(name)

reserved(name) if name == "default"

belongs(name) if {
	actions.filled(name)
	not reserved(name)
	named(name)
}

named(name) if {
	prefix
	startswith(name, prefix)
}

named(name) if name in input.resource.spec.namespaces.adopt.names

named(name) if {
	not forced
	name in input.resource.spec.namespaces.create
}

# Found by label: for a Tenant that adopts by selector, or forces no prefix.
named(name) if {
	name in input.tenant.namespaces
	input.resource.spec.namespaces.adopt.selector
}

named(name) if {
	name in input.tenant.namespaces
	not forced
}

prefix := input.resource.spec.namespaces.prefix if actions.filled(input.resource.spec.namespaces.prefix)

forced if {
	prefix
	object.get(input.resource.spec.namespaces, "forcePrefix", true) != false
}

# Makes a namespace that the spec asks for. Only a creation: it can take nothing that is there already.
makes(action) if {
	writes_label(action, "create-object")
	action.object.metadata.name in input.resource.spec.namespaces.create
}

# Applies a namespace under the Tenant's label, or changes nothing but labels and annotations.
labels(action) if writes_label(action, "apply-object")

writes_label(action, type) if {
	actions.writes(action, type, "Namespace")
	actions.as_operator(action)
	belongs(action.object.metadata.name)
	actions.filled(input.resource.name)
	action.object.metadata.labels["code-engine.dev/tenant"] == input.resource.name
	every key, _ in action.object { key in {"apiVersion", "kind", "metadata"} }
}

labels(action) if {
	patches(action, "Namespace")
	belongs(action.target.name)
	object.keys(action.patch) == {"metadata"}
	actions.marks(action.patch.metadata)
}

patches(action, kind) if {
	action.type == "patch-object"
	action.target.resource == kind
	actions.as_operator(action)
	actions.guarded(action)
}

# Only a namespace that the Tenant made, never one it adopted.
deletes(action) if {
	action.type == "delete-object"
	action.target.resource == "Namespace"
	actions.as_operator(action)
	actions.guarded(action)
	input.resource.spec.deletion == "Delete"
	belongs(action.target.name)
	action.target.name in input.resource.spec.namespaces.create
	not action.target.name in object.get(input.resource.spec.namespaces, ["adopt", "names"], [])
}

# Names of the namespaces that these actions concern, for messages.
touched contains action.object.metadata.name if {
	some action in input.actions
	action.object.kind == "Namespace"
}

touched contains action.target.name if {
	some action in input.actions
	action.target.resource == "Namespace"
}

deny contains {
	"rule": "tenant/reserved-name",
	"message": $"namespace {name} is reserved and belongs to no tenant",
	"remedy": "take it out of spec.namespaces of the Tenant",
} if {
	some name in touched
	reserved(name)
}

deny contains {
	"rule": "tenant/foreign-namespace",
	"message": $"namespace {name} is none that the Tenant names: it has not its prefix and is not listed",
	"remedy": "rename it, or list it in spec.namespaces of the Tenant",
} if {
	some name in touched
	not reserved(name)
	not belongs(name)
}
