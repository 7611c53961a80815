package code.tenant.release_namespaces_test

import data.code.lib.samples
import data.code.tenant.release_namespaces
import future.keywords.not

ask(actions) := decision if {
	decision := release_namespaces.decision with input as samples.tenancy("release-namespaces", actions)
}

test_lets_go_of_namespaces_and_deletes_those_it_made if {
	ask([samples.mark_namespace, samples.delete_namespace, samples.record]) == {"allow": true, "deny": [], "warn": []}
}

test_deletes_nothing_where_the_owner_retains if {
	every deletion in ["Retain", "", null] {
		retained := samples.patched(samples.tenancy("release-namespaces", [samples.delete_namespace]), "/resource/spec/deletion", deletion)
		decision := release_namespaces.decision with input as retained
		not decision.allow
	}
}

test_deletes_no_namespace_that_it_did_not_make if {
	every name in ["legacy", "acme-found", "other", "default", "kube-system"] {
		not ask([samples.patched(samples.delete_namespace, "/target/name", name)]).allow
	}
	both := samples.patched(
		samples.tenancy("release-namespaces", [samples.delete_namespace]),
		"/resource/spec/namespaces/adopt/names",
		["acme-prod"],
	)
	decision := release_namespaces.decision with input as both
	not decision.allow
}

test_leaves_the_walls_standing if {
	every kind in ["ResourceQuota", "NetworkPolicy", "RoleBinding", "ServiceAccount"] {
		target := {"resource": kind, "namespace": "acme-prod", "name": "code-tenant"}
		not ask([samples.patched(samples.delete_namespace, "/target", target)]).allow
	}
}

ending(namespace, name) := decision if {
	found := object.union(samples.tenant, {"namespaces": ["acme-prod"]})
	target := {"resource": "RoleBinding", "namespace": namespace, "name": name}
	question := samples.tenancy("release-namespaces", [samples.patched(samples.delete_namespace, "/target", target)])
	decision := release_namespaces.decision with input as samples.within(found, question)
}

test_ends_the_deliveries if {
	ending("acme-prod", "code-tenant-identity").allow
	ending("acme-prod", "code-tenant-workload").allow
	not ending("acme-prod", "code-tenant-owner").allow
	not ending("other", "code-tenant-identity").allow
}

test_deletes_by_deleting_and_nothing_but_namespaces if {
	not ask([samples.patched(samples.delete_namespace, "/type", "exec-shell")]).allow
	not ask([samples.patched(samples.delete_namespace, "/target/resource", "PersistentVolume")]).allow
}

test_denies_any_other_identity_and_an_unguarded_deletion if {
	not ask([samples.patched(samples.delete_namespace, "/as", samples.worker)]).allow
	not ask([samples.patched(samples.delete_namespace, "/uid", "")]).allow
	not ask([samples.binding]).allow
	not ask([]).allow
}
