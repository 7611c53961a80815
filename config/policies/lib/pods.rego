# The pods that these actions would bring about, found wherever an object carries them and proven to be pods.
package code.lib.pods

import data.code.lib.actions
import future.keywords.not

carries(action) if action.object.kind in {"Job", "ReplicaSet", "Pod"}

template(object_) := object_.spec.template if object_.kind in {"Job", "ReplicaSet"}

template(object_) := object_ if object_.kind == "Pod"

all := [template(action.object) |
	some action in input.actions
	carries(action)
]

containers := [container |
	some pod in all
	some container in containers_of(pod)
]

containers_of(pod) := [container |
	some field in container_fields
	some container in pod.spec[field]
]

container_fields := ["initContainers", "containers", "ephemeralContainers"]

# Every action that carries a pod carries one whose parts can be judged.
well_formed if {
	actions.given
	every action in input.actions { judgeable(action) }
}

judgeable(action) if not carries(action)

judgeable(action) if {
	pod := template(action.object)
	shaped(pod, ["metadata"])
	shaped(pod, ["metadata", "annotations"])
	shaped(pod.spec, ["securityContext"])
	is_array(pod.spec.containers)
	count(pod.spec.containers) > 0
	every field in container_fields { formed_list(pod.spec, field) }
	every container in containers_of(pod) { container_formed(container) }
	formed_list(pod.spec, "volumes")
}

container_formed(container) if {
	actions.filled(container.name)
	actions.filled(container.image)
	shaped(container, ["securityContext"])
	shaped(container, ["securityContext", "capabilities"])
}

# An object where there is anything at all.
shaped(parent, path) if is_object(present(parent, path, {}))

# A list of objects, or nothing.
formed_list(parent, field) if {
	is_object(parent)
	list := present(parent, [field], [])
	is_array(list)
	every member in list { is_object(member) }
}

# The value at a path; absent and null are alike, as they are to the API server.
present(parent, path, _) := value if {
	value := object.get(parent, path, null)
	value != null
}

present(parent, path, otherwise) := otherwise if object.get(parent, path, null) == null

# Root in such a pod is nobody on the node.
in_user_namespace(pod) if pod.spec.hostUsers == false

on_windows(pod) if pod.spec.os.name == "windows"

# For messages, so total.
name(holder) := holder.name if actions.filled(holder.name)

name(holder) := "?" if not actions.filled(holder.name)

named(container) := $"container {name(container)}"

image(container) := container.image if actions.filled(container.image)

image(container) := "?" if not actions.filled(container.image)

reason(rule, subject, complaint) := {
	"rule": $"pod-security/{rule}",
	"message": $"{subject} {complaint}",
	"remedy": "change spec.template, or ask the owner of the Tenant for another spec.podSecurity",
}
