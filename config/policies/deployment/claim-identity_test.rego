package code.deployment.claim_identity_test

import data.code.deployment.claim_identity
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := claim_identity.decision with input as samples.delivery("claim-identity", actions)
}

account := samples.apply_as_operator({
	"apiVersion": "v1",
	"kind": "ServiceAccount",
	"metadata": {"name": "code-tenant", "namespace": "acme-prod"},
})

binding(role, namespace, name) := samples.apply_as_operator({
	"apiVersion": "rbac.authorization.k8s.io/v1",
	"kind": "RoleBinding",
	"metadata": {"name": role, "namespace": "acme-prod"},
	"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
	"subjects": [{"kind": "ServiceAccount", "namespace": namespace, "name": name}],
})

workload := binding("code:tenant-workload", "acme-prod", "code-tenant")

identity := binding("code:tenant-identity", "code-system", "code-operator")

test_allows_exactly_the_identity_and_its_two_bindings if {
	ask([account, workload, identity]) == {"allow": true, "deny": [], "warn": []}
	ask([account, samples.record]) == {"allow": true, "deny": [], "warn": []}
}

test_denies_any_other_identity_role_or_place if {
	every action in [
		samples.patched(account, "/object/metadata/name", "root"),
		samples.patched(account, "/object/metadata/namespace", "other"),
		samples.patched(account, "/as", samples.worker),
		samples.patched(account, "/type", "create-object"),
		binding("cluster-admin", "acme-prod", "code-tenant"),
		binding("code:tenant-workload", "other", "code-tenant"),
		binding("code:tenant-workload", "code-system", "code-operator"),
		binding("code:tenant-identity", "acme-prod", "code-tenant"),
		samples.patched(workload, "/type", "create-object"),
		samples.patched(workload, "/object/kind", "ClusterRoleBinding"),
		samples.patched(workload, "/as", samples.worker),
		samples.patched(workload, "/object/roleRef/kind", "Role"),
		samples.patched(workload, "/object/subjects", []),
		samples.patched(workload, "/object/metadata/namespace", "other"),
	] {
		not ask([action]).allow
	}
}

test_denies_every_foreign_action if {
	every action in samples.foreign { not ask([action]).allow }
}

test_gives_no_identity_to_the_namespaces_of_the_cluster if {
	every namespace in ["kube-system", "code-system", "code-audit"] {
		question := samples.patched(samples.delivery("claim-identity", [account]), "/resource/namespace", namespace)
		decision := claim_identity.decision with input as question
		not decision.allow
		{reason.rule | some reason in decision.deny} == {"identity/system-namespace"}
	}
}

test_denies_an_empty_list if not ask([]).allow
