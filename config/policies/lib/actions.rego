# What every policy of this folder shares: how to read one action and how to prove that it is ours.
#
# To add a step: `<room>/<step>.rego` with package `code.<room>.<step>` (`-` becomes `_`) and a rule `decision`, and its
# `<step>_test.rego` beside it. Nothing is registered: the build makes every `decision` it finds an entry point.
# To allow one more kind of action: one more `permitted(action)` in the step's file and a case in its test.
#
# Four laws, each learned from a hole:
# - Prove the good. A rule that forbids the bad is undefined, and silent, when a field is missing or ill-typed; a rule that
#   permits the good is then undefined too, and undefined is denied.
# - Prove shapes before `every`: `every x in 7 {...}` is true.
# - `import future.keywords.not` wherever `not` is used: without it `not f(input.x)` is undefined when `input.x` is missing,
#   instead of true, and the deny behind it is silent. The build refuses a file that forgets it.
# - Only built-ins that the WebAssembly carries itself: `contains`, `split`, `concat` and the text template `$"..."`, never
#   `sprintf` or a regular expression. The build refuses the others.
package code.lib.actions

# The question holds at least one action, in a list.
given if {
	is_array(input.actions)
	count(input.actions) > 0
}

operator := "system:serviceaccount:code-system:code-operator"

# The identity that the work of this resource is written under: one ServiceAccount a namespace.
tenant_identity := $"system:serviceaccount:{input.resource.namespace}:code-tenant" if filled(input.resource.namespace)

as_operator(action) if action.as == operator

as_tenant(action) if action.as == tenant_identity

# Remembering something in the resource's own status: no effect on anything else.
records(action) if {
	action.type == "record"
	filled(action.record.kind)
}

api_versions := {
	"ControllerRevision": "apps/v1",
	"ExpertConsultation": "code-engine.dev/v1alpha1",
	"HTTPRoute": "gateway.networking.k8s.io/v1",
	"Job": "batch/v1",
	"LimitRange": "v1",
	"Namespace": "v1",
	"NetworkPolicy": "networking.k8s.io/v1",
	"Pod": "v1",
	"ReplicaSet": "apps/v1",
	"ResourceQuota": "v1",
	"RoleBinding": "rbac.authorization.k8s.io/v1",
	"Service": "v1",
	"ServiceAccount": "v1",
}

# An action of this type with a whole object of this kind, which has a name.
writes(action, type, kind) if {
	action.type == type
	action.object.kind == kind
	action.object.apiVersion == api_versions[kind]
	filled(action.object.metadata.name)
}

# The same in the resource's own namespace, under the tenant's identity.
writes_as_tenant(action, type, kind) if {
	writes(action, type, kind)
	as_tenant(action)
	action.object.metadata.namespace == input.resource.namespace
}

# A child that names this resource, by UID, as its owner.
creates_child(action, kind) if {
	writes_as_tenant(action, "create-object", kind)
	is_array(action.object.metadata.ownerReferences)
	some owner in action.object.metadata.ownerReferences
	filled(owner.uid)
	owner.uid == input.resource.uid
}

# A request to people about a call of a tool: only their yes lets anything go on, and it passes for no review.
asks_about_call(action) if {
	creates_child(action, "ExpertConsultation")
	action.object.spec.answer.permits == ["approve"]
	startswith(action.object.spec.subject.step, "ask-")
}

# A question that nobody needs an answer to any more is withdrawn, and asked again where one is needed after all.
withdraws(action) if {
	touches_child(action, "patch-object", "ExpertConsultation")
	action.patch == {"spec": {"withdrawn": null}}
}

withdraws(action) if {
	touches_child(action, "patch-object", "ExpertConsultation")
	object.keys(action.patch) == {"spec"}
	object.keys(action.patch.spec) == {"withdrawn"}
	object.keys(action.patch.spec.withdrawn) == {"reason", "message"}
}

# A patch or deletion of a child of this resource. Only its name is known here: it starts with the resource's, cut as long
# names are; UID, resourceVersion and the tenant's own rights do the rest.
touches_child(action, type, kind) if {
	action.type == type
	action.target.resource == kind
	action.target.namespace == input.resource.namespace
	as_tenant(action)
	filled(input.resource.name)
	startswith(action.target.name, trim_right(substring(input.resource.name, 0, 40), "-."))
	guarded(action)
}

# The object that was read is the object that is changed.
guarded(action) if {
	action.type == "patch-object"
	filled(action.resourceVersion)
}

guarded(action) if {
	action.type == "delete-object"
	filled(action.uid)
}

# An immutable copy of a ConfigMap or Secret of the resource's own namespace, made as the tenant for a ReplicaSet.
copies_config(action) if {
	action.type == "copy-config"
	action.kind in {"ConfigMap", "Secret"}
	action.namespace == input.resource.namespace
	as_tenant(action)
	every name in [action.source, action.digest, action.copy, action.owner.uid] { filled(name) }
	endswith(action.copy, $"-{action.digest}")
	action.owner.kind == "ReplicaSet"
	action.owner.apiVersion == "apps/v1"
	object.get(action.owner, "controller", false) == false
}

# A Job that measures: one run, in time, whose pod holds no token. The packs judge the pod itself.
measures(action) if {
	creates_child(action, "Job")
	spec := action.object.spec
	spec.backoffLimit == 0
	is_number(spec.activeDeadlineSeconds)
	spec.activeDeadlineSeconds <= 3600
	is_number(spec.ttlSecondsAfterFinished)
	spec.template.spec.automountServiceAccountToken == false
	spec.template.spec.restartPolicy == "Never"
	object.get(spec.template.spec, "serviceAccountName", "default") == "default"
}

# A question to a provider of metrics, as the tenant: it changes nothing.
reads_metric(action) if {
	action.type == "query-metric"
	action.query.kind in {"prometheus", "prometheus-range", "web", "mcp"}
	filled(action.metric)
	as_tenant(action)
}

# A Service of any name, which Git may own: nothing is written but where its traffic goes, and that is to this resource's pods.
points_service(action) if {
	action.type == "patch-object"
	action.target.resource == "Service"
	action.target.namespace == input.resource.namespace
	as_tenant(action)
	guarded(action)
	points(action.patch)
}

points(patch) if {
	is_object(patch)
	every key, _ in patch { key in {"spec", "metadata"} }
	object.keys(patch.spec) == {"selector"}
	is_object(patch.spec.selector)
	every key, _ in patch.spec.selector { key in {"code-engine.dev/deployment", "code-engine.dev/revision"} }
	every key, _ in object.get(patch, "metadata", {}) { key == "labels" }
	marks(object.get(patch, "metadata", {}))
	every label, value in own_labels(patch) { leads_here(label, value) }
}

own_labels(patch) := object.union(object.get(patch, ["metadata", "labels"], {}), patch.spec.selector)

leads_here("code-engine.dev/deployment", value) if value == trim_right(substring(input.resource.name, 0, 63), "-.")

leads_here("code-engine.dev/revision", value) if filled(value)

# Given back to all pods.
leads_here("code-engine.dev/revision", null)

# A route of this resource's own: what it sends where is all that is written, and that is to Services of this namespace.
splits_traffic(action) if {
	action.type == "patch-object"
	touches_child(action, "patch-object", "HTTPRoute")
	object.keys(action.patch) == {"spec"}
	is_object(action.patch.spec)
	every key, _ in action.patch.spec { key in {"hostnames", "parentRefs", "rules"} }
	stays_here(action.patch.spec.rules)
}

# A route of Git's, of any name: its rules with what they were before, or our marks taken off again; nothing else of it.
shifts_route(action) if {
	action.type == "patch-object"
	action.target.resource == "HTTPRoute"
	action.target.namespace == input.resource.namespace
	as_tenant(action)
	guarded(action)
	shifts(action.patch)
}

shifts(patch) if {
	is_object(patch)
	count(patch) > 0
	every key, _ in patch { key in {"spec", "metadata"} }
	every key, value in object.get(patch, "spec", {}) {
		key == "rules"
		is_array(value)
	}
	every key, _ in object.get(patch, "metadata", {}) { key in {"labels", "annotations", "managedFields"} }
	every label, value in object.get(patch, ["metadata", "labels"], {}) { marks_route(label, value) }
	every name, _ in object.get(patch, ["metadata", "annotations"], {}) { name == "code-engine.dev/original" }
	is_array(object.get(patch, ["metadata", "managedFields"], []))
}

marks_route("code-engine.dev/deployment", value) if leads_here("code-engine.dev/deployment", value)

marks_route("code-engine.dev/deployment", null)

# Services of another namespace would be somebody else's.
stays_here(rules) if {
	is_array(rules)
	every rule in rules {
		is_array(rule.backendRefs)
		every backend in rule.backendRefs {
			filled(backend.name)
			object.get(backend, "namespace", input.resource.namespace) == input.resource.namespace
			object.get(backend, "kind", "Service") == "Service"
		}
	}
}

creates_route(action) if {
	creates_child(action, "HTTPRoute")
	stays_here(action.object.spec.rules)
}

# A patch of nothing but the number of pods and what is written on the label.
scales(patch) if {
	is_object(patch)
	every key, _ in patch { key in {"spec", "metadata"} }
	is_object(object.get(patch, "spec", {}))
	every key, value in object.get(patch, "spec", {}) {
		key == "replicas"
		is_number(value)
		value >= 0
	}
	marks(object.get(patch, "metadata", {}))
}

marks(metadata) if {
	is_object(metadata)
	every key, value in metadata {
		key in {"labels", "annotations"}
		is_object(value)
	}
}

filled(text) if {
	is_string(text)
	text != ""
}
