# Questions and actions for the tests of this folder: whole, well-formed, and changed by `json.patch` in the test that
# breaks them.
package code.lib.samples

operator := "system:serviceaccount:code-system:code-operator"

worker := "system:serviceaccount:acme-prod:code-tenant"

tenant := {"name": "acme", "podSecurity": "restricted"}

# What a step of a Deployment is asked about; no Tenant.
delivery(step, actions) := question("deployment", step, actions, {
	"kind": "Deployment",
	"namespace": "acme-prod",
	"name": "shop",
	"uid": "u-1",
	"generation": 1,
	"labels": {},
	"spec": {"replicas": 2},
})

question(room, step, actions, resource) := {
	"subject": {"user": worker},
	"resource": resource,
	"step": {"kind": room, "name": step, "safety": false, "teardown": false},
	"actions": actions,
	"time": {"now": "2026-03-02T14:05:00Z", "weekday": "Mon", "minute": 845, "date": "2026-03-02"},
}

within(tenant_, question_) := object.union(question_, {"tenant": tenant_})

record := {"type": "record", "record": {"kind": "intent"}}

digest := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

# A pod that keeps the level restricted.
pod := {"metadata": {"labels": {"app": "shop"}}, "spec": {
	"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
	"containers": [{
		"name": "app",
		"image": $"images.acme.example/shop@sha256:{digest}",
		"ports": [{"containerPort": 8080}],
		"readinessProbe": {"httpGet": {"path": "/", "port": 8080}},
		"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
	}],
	"volumes": [{"name": "scratch", "emptyDir": {}}],
}}

create_replica_set := create_replica_set_of(pod)

create_replica_set_of(pod_) := {
	"type": "create-object",
	"as": worker,
	"object": object.union(child("apps/v1", "ReplicaSet"), {"spec": {"replicas": 1, "template": pod_}}),
}

# A Job that measures: its pod is restricted and holds no token.
measure := measure_with(pod)

measure_with(pod_) := {
	"type": "create-object",
	"as": worker,
	"object": object.union(child("batch/v1", "Job"), {"spec": {
		"backoffLimit": 0,
		"activeDeadlineSeconds": 300,
		"ttlSecondsAfterFinished": 3600,
		"template": object.union(pod_, {"spec": {
			"automountServiceAccountToken": false,
			"restartPolicy": "Never",
		}}),
	}}),
}

dry_run_pod_of(pod_) := {
	"type": "dry-run-object",
	"as": worker,
	"object": {
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": object.union(pod_.metadata, {"name": "shop-dry", "namespace": "acme-prod"}),
		"spec": pod_.spec,
	},
}

create_plan := {"type": "create-object", "as": worker, "object": child("apps/v1", "ControllerRevision")}

create_consultation := {
	"type": "create-object",
	"as": worker,
	"object": child("code-engine.dev/v1alpha1", "ExpertConsultation"),
}

ask_about_call := {
	"type": "create-object",
	"as": worker,
	"object": object.union(child("code-engine.dev/v1alpha1", "ExpertConsultation"), {"spec": {
		"subject": {"step": "ask-scan-1a2b3c4d"},
		"answer": {"permits": ["approve"]},
	}}),
}

child(api_version, kind) := {
	"apiVersion": api_version,
	"kind": kind,
	"metadata": {
		"name": "shop-7f9c",
		"namespace": "acme-prod",
		"ownerReferences": [{"uid": "u-1", "controller": true}],
	},
}

scale := {
	"type": "patch-object",
	"as": worker,
	"target": {"resource": "ReplicaSet", "namespace": "acme-prod", "name": "shop-7f9c"},
	"resourceVersion": "17",
	"patch": {"spec": {"replicas": 3}},
}

withdraw_question := {
	"type": "patch-object",
	"as": worker,
	"target": {"resource": "ExpertConsultation", "namespace": "acme-prod", "name": "shop-7f9c"},
	"resourceVersion": "17",
	"patch": {"spec": {"withdrawn": {"reason": "Aborted", "message": "aborted by a person"}}},
}

delete(kind) := {
	"type": "delete-object",
	"as": worker,
	"target": {"resource": kind, "namespace": "acme-prod", "name": "shop-7f9c"},
	"uid": "u-9",
	"propagation": "Background",
}

read_metric := {
	"type": "query-metric",
	"as": worker,
	"metric": "error-rate",
	"side": "desired",
	"query": {"kind": "prometheus", "server": "default", "query": "up", "at": 0},
	"timeout": 10000,
}

create_service := {"type": "create-object", "as": worker, "object": child("v1", "Service")}

point_service := {
	"type": "patch-object",
	"as": worker,
	"target": {"resource": "Service", "namespace": "acme-prod", "name": "web"},
	"resourceVersion": "7",
	"patch": {
		"metadata": {"labels": {"code-engine.dev/deployment": "shop"}},
		"spec": {"selector": {"code-engine.dev/deployment": "shop", "code-engine.dev/revision": "7f9c"}},
	},
}

route_rules := [{"backendRefs": [
	{"group": "", "kind": "Service", "name": "shop", "port": 80, "weight": 75},
	{"name": "shop-canary", "port": 80, "weight": 25},
]}]

create_route := {
	"type": "create-object",
	"as": worker,
	"object": object.union(child("gateway.networking.k8s.io/v1", "HTTPRoute"), {"spec": {"rules": route_rules}}),
}

split_traffic := {
	"type": "patch-object",
	"as": worker,
	"target": {"resource": "HTTPRoute", "namespace": "acme-prod", "name": "shop"},
	"resourceVersion": "7",
	"patch": {"spec": {"hostnames": null, "parentRefs": [{"name": "edge"}], "rules": route_rules}},
}

copy_config := {
	"type": "copy-config",
	"as": worker,
	"kind": "Secret",
	"namespace": "acme-prod",
	"source": "keys",
	"digest": "0a1b2c3d4e",
	"copy": "keys-0a1b2c3d4e",
	"owner": {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop-7f9c", "uid": "u-9"},
}

shift_route := {
	"type": "patch-object",
	"as": worker,
	"target": {"resource": "HTTPRoute", "namespace": "acme-prod", "name": "front-door"},
	"resourceVersion": "7",
	"patch": {
		"metadata": {
			"labels": {"code-engine.dev/deployment": "shop"},
			"annotations": {"code-engine.dev/original": "{}"},
		},
		"spec": {"rules": route_rules},
	},
}

call := {
	"type": "call-tool",
	"as": worker,
	"name": "scan",
	"server": "security",
	"tool": "scan_manifest",
	"arguments": {},
	"key": "k",
	"timeout": 1000,
}

apply_as_operator(object_) := {"type": "apply-object", "as": operator, "object": object_}

# Actions that no step of a Deployment may ever do, each wrong for one reason.
foreign := [
	{"type": "exec-shell", "as": worker},
	{"type": "create-object", "as": worker, "object": child("v1", "Secret")},
	{"type": "apply-object", "as": worker, "object": child("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")},
	patched(create_replica_set, "/as", operator),
	patched(create_replica_set, "/as", "system:serviceaccount:other:code-tenant"),
	patched(create_replica_set, "/object/metadata/namespace", "other"),
	patched(create_replica_set, "/object/metadata/ownerReferences", [{"uid": "u-2"}]),
	patched(create_replica_set, "/object/metadata/ownerReferences", {"a": {"uid": "u-1"}}),
	patched(create_replica_set, "/object/apiVersion", "extensions/v1beta1"),
	patched(create_replica_set, "/object/metadata/name", ""),
	patched(copy_config, "/as", operator),
	patched(copy_config, "/namespace", "other"),
	patched(copy_config, "/kind", "Pod"),
	patched(copy_config, "/copy", "keys"),
	patched(copy_config, "/source", ""),
	patched(copy_config, "/owner/uid", ""),
	patched(copy_config, "/owner/kind", "Deployment"),
	patched(scale, "/as", operator),
	patched(scale, "/target/namespace", "other"),
	patched(scale, "/target/name", "bank-7f9c"),
	patched(scale, "/resourceVersion", ""),
	json.patch(scale, [{"op": "remove", "path": "/resourceVersion"}, {"op": "add", "path": "/uid", "value": "u-9"}]),
	patched(scale, "/patch", "all"),
	patched(scale, "/patch", {"status": {"replicas": 1}}),
	patched(scale, "/patch", {"spec": "all"}),
	patched(scale, "/patch", {"spec": {"replicas": -1}}),
	patched(scale, "/patch", {"metadata": "all"}),
	patched(scale, "/patch", {"metadata": {"labels": "all"}}),
	patched(scale, "/patch", {"spec": {"template": {}}}),
	patched(scale, "/patch", {"spec": {"replicas": "3"}}),
	patched(scale, "/patch", {"metadata": {"ownerReferences": [], "finalizers": ["x"]}}),
	patched(delete("ReplicaSet"), "/as", operator),
	patched(delete("ReplicaSet"), "/target/name", "bank-7f9c"),
	patched(delete("ReplicaSet"), "/uid", ""),
	json.patch(delete("ReplicaSet"), [{"op": "remove", "path": "/uid"}, {"op": "add", "path": "/resourceVersion", "value": "1"}]),
	delete("Secret"),
	patched(call, "/as", operator),
	patched(call, "/server", ""),
	patched(call, "/arguments", "all"),
	patched(record, "/record", {}),
	patched(record, "/type", "delete-object"),
]

patched(whole, path, value) := json.patch(whole, [{"op": "replace", "path": path, "value": value}])

consultation(step, actions) := question("expert-consultation", step, actions, {
	"kind": "ExpertConsultation",
	"namespace": "acme-prod",
	"name": "shop-review",
	"uid": "u-5",
	"spec": {},
})

ask_experts := {
	"type": "ask-experts",
	"question": {"digest": "d", "title": "safe?"},
	"experts": [{"name": "security", "provider": "builtin/security"}],
	"timeout": 1000,
}

weigh := {"type": "weigh-answers", "request": {"answers": []}}

# What a step of a Tenant is asked about.
tenancy(step, actions) := question("tenant", step, actions, tenant_resource)

tenant_resource := {"kind": "Tenant", "name": "acme", "uid": "u-7", "spec": {
	"namespaces": {
		"prefix": "acme-",
		"forcePrefix": true,
		"create": ["acme-dev", "acme-prod"],
		"adopt": {"names": ["legacy"]},
	},
	"deletion": "Delete",
}}

namespace := apply_as_operator({
	"apiVersion": "v1",
	"kind": "Namespace",
	"metadata": {"name": "acme-prod", "labels": {"code-engine.dev/tenant": "acme"}},
})

mark_namespace := {
	"type": "patch-object",
	"as": operator,
	"target": {"resource": "Namespace", "name": "acme-prod"},
	"resourceVersion": "3",
	"patch": {"metadata": {"labels": {"code-engine.dev/tenant": null}}},
}

delete_namespace := {
	"type": "delete-object",
	"as": operator,
	"target": {"resource": "Namespace", "name": "acme-prod"},
	"uid": "u-8",
	"propagation": "Background",
}

wall(api_version, kind) := apply_as_operator({
	"apiVersion": api_version,
	"kind": kind,
	"metadata": {"name": "code-tenant", "namespace": "acme-prod"},
})

binding := object.union(wall("rbac.authorization.k8s.io/v1", "RoleBinding"), {"object": {
	"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "code:tenant-owner"},
	"subjects": [
		{"kind": "Group", "name": "acme-admins"},
		{"kind": "ServiceAccount", "name": "ci", "namespace": "acme-dev"},
	],
}})
