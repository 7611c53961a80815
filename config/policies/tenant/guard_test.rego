package code.tenant.guard_test

import data.code.lib.samples
import data.code.tenant.guard
import future.keywords.not

ask(actions) := decision if {
	decision := guard.decision with input as samples.tenancy("guard", actions)
}

given_to(role, subjects) := json.patch(samples.binding, [
	{"op": "replace", "path": "/object/roleRef/name", "value": role},
	{"op": "replace", "path": "/object/subjects", "value": subjects},
])

operator_subject := {"kind": "ServiceAccount", "name": "code-operator", "namespace": "code-system"}

test_builds_every_wall_and_door if {
	ask([
		samples.wall("v1", "ResourceQuota"),
		samples.wall("v1", "LimitRange"),
		samples.wall("networking.k8s.io/v1", "NetworkPolicy"),
		samples.wall("v1", "ServiceAccount"),
		samples.binding,
		given_to("code:tenant-identity", [operator_subject]),
		given_to("code:tenant-workload", [{"kind": "ServiceAccount", "name": "code-tenant", "namespace": "acme-prod"}]),
		samples.record,
	]) == {"allow": true, "deny": [], "warn": []}
}

test_builds_in_the_namespaces_of_the_tenant_only if {
	every namespace in ["other", "default", "kube-system", "code-system", ""] {
		not ask([samples.patched(samples.wall("v1", "ResourceQuota"), "/object/metadata/namespace", namespace)]).allow
		not ask([samples.patched(samples.binding, "/object/metadata/namespace", namespace)]).allow
	}
}

test_binds_roles_of_ours_only if {
	every role in ["cluster-admin", "edit", "xcode:viewer", ""] {
		not ask([given_to(role, [{"kind": "Group", "name": "acme-admins"}])]).allow
	}
	not ask([samples.patched(samples.binding, "/object/roleRef/kind", "Role")]).allow
	not ask([samples.patched(samples.binding, "/object/roleRef/apiGroup", "")]).allow
}

test_lets_in_nobody_but_the_tenants_people_and_accounts if {
	every subject in [
		{"kind": "Group", "name": "system:authenticated"},
		{"kind": "Group", "name": "system:masters"},
		{"kind": "User", "name": "system:serviceaccount:other:root"},
		{"kind": "ServiceAccount", "name": "root", "namespace": "other"},
		operator_subject,
		{"kind": "Robot", "name": "r"},
		{"kind": "User", "name": ""},
		{"kind": "ServiceAccount", "name": "", "namespace": "acme-dev"},
		{"kind": "Robot", "name": "r", "namespace": "acme-dev"},
	] {
		decision := ask([given_to("code:tenant-owner", [subject])])
		not decision.allow
		{reason.rule | some reason in decision.deny} == {"tenant/subject-refused"}
	}
	not ask([samples.patched(samples.binding, "/object/subjects", [])]).allow
	not ask([samples.patched(samples.binding, "/object/subjects", "all")]).allow
	not ask([samples.patched(samples.binding, "/object/subjects", {"a": {"kind": "Group", "name": "acme-admins"}})]).allow
}

test_only_the_operator_acts_as_the_tenants_identity if {
	every subject in [
		{"kind": "Group", "name": "acme-admins"},
		{"kind": "ServiceAccount", "name": "ci", "namespace": "acme-dev"},
		{"kind": "User", "name": "code-operator", "namespace": "code-system"},
		{"kind": "ServiceAccount", "name": "other", "namespace": "code-system"},
		{"kind": "ServiceAccount", "name": "code-operator", "namespace": "acme-dev"},
	] {
		not ask([given_to("code:tenant-identity", [subject])]).allow
	}
}

taken_down(kind, namespace, name) := samples.patched(
	samples.delete_namespace,
	"/target",
	{"resource": kind, "namespace": namespace, "name": name},
)

ask_labelled(action) := decision if {
	found := object.union(samples.tenant, {"namespaces": ["acme-prod", "refused", "kube-system"]})
	decision := guard.decision with input as samples.within(found, samples.tenancy("guard", [action]))
}

test_takes_down_what_is_not_asked_for_where_its_label_is if {
	every kind in ["ResourceQuota", "LimitRange", "NetworkPolicy", "ServiceAccount", "RoleBinding"] {
		ask_labelled(taken_down(kind, "acme-prod", "code-tenant")).allow
		ask_labelled(taken_down(kind, "refused", "code-tenant")).allow
		not ask_labelled(taken_down(kind, "other", "code-tenant")).allow
		not ask_labelled(taken_down(kind, "kube-system", "code-tenant")).allow
		not ask_labelled(taken_down(kind, "acme-prod", "somebodys")).allow
	}
	not ask_labelled(taken_down("Secret", "acme-prod", "code-tenant")).allow
	not ask_labelled(samples.patched(taken_down("RoleBinding", "acme-prod", "code-tenant"), "/as", samples.worker)).allow
	not ask_labelled(samples.patched(taken_down("RoleBinding", "acme-prod", "code-tenant"), "/uid", "")).allow
	not ask([taken_down("RoleBinding", "acme-prod", "code-tenant")]).allow
}

test_denies_everything_else if {
	not ask([samples.namespace]).allow

	every action in [
		samples.patched(samples.wall("v1", "ServiceAccount"), "/object/metadata/name", "default"),
		samples.wall("v1", "Secret"),
		samples.wall("rbac.authorization.k8s.io/v1", "Role"),
		samples.patched(samples.wall("v1", "ResourceQuota"), "/as", samples.worker),
		samples.patched(samples.wall("v1", "ResourceQuota"), "/type", "create-object"),
		samples.delete_namespace,
		samples.scale,
	] {
		not ask([action]).allow
	}
	not ask([]).allow
}
