package code.tenant.claim_namespaces_test

import data.code.lib.samples
import data.code.tenant.claim_namespaces
import future.keywords.not

ask(actions) := decision if {
	decision := claim_namespaces.decision with input as samples.tenancy("claim-namespaces", actions)
}

ask_of(spec, name) := decision if {
	question := samples.patched(samples.tenancy("claim-namespaces", [called(name)]), "/resource/spec/namespaces", spec)
	decision := claim_namespaces.decision with input as question
}

called(name) := samples.patched(samples.namespace, "/object/metadata/name", name)

rules(decision) := {reason.rule | some reason in decision.deny}

test_claims_by_prefix_and_adopts_by_name if {
	ask([samples.namespace, called("acme-new"), called("legacy"), samples.mark_namespace, samples.record]) == {
		"allow": true,
		"deny": [],
		"warn": [],
	}
}

test_makes_the_namespaces_that_the_spec_asks_for if {
	made := samples.patched(samples.namespace, "/type", "create-object")
	ask([made]).allow
	every action in [
		samples.patched(made, "/object/metadata/name", "acme-new"),
		samples.patched(made, "/object/metadata/name", "legacy"),
		samples.patched(made, "/object/metadata/labels", {}),
		samples.patched(made, "/as", samples.worker),
	] {
		not ask([action]).allow
	}
}

test_refuses_reserved_names_whatever_the_spec_says if {
	every name in ["default", "kube-system", "kube-x", "code-system", "code-audit"] {
		decision := ask_of({"create": [name], "adopt": {"names": [name]}}, name)
		not decision.allow
		rules(decision) == {"tenant/reserved-name"}
	}
}

test_refuses_a_namespace_of_somebody_else if {
	every name in ["other", "acme", "xacme-prod"] {
		decision := ask([called(name)])
		not decision.allow
		rules(decision) == {"tenant/foreign-namespace"}
	}
	not ask([called("")]).allow
	patch := samples.patched(samples.mark_namespace, "/target/name", "other")
	rules(ask([patch])) == {"tenant/foreign-namespace"}
}

test_without_a_forced_prefix_the_listed_names_are_the_tenants if {
	ask_of({"create": ["shop"]}, "shop").allow
	ask_of({"prefix": "acme-", "forcePrefix": false, "create": ["shop"]}, "shop").allow
	not ask_of({"prefix": "acme-", "create": ["shop"]}, "shop").allow
	not ask_of({"create": ["shop"]}, "bank").allow
	not ask_of({}, "shop").allow
	not ask_of({"prefix": ""}, "shop").allow
}

test_takes_what_carries_the_label_where_the_spec_lets_it if {
	found := object.union(samples.tenant, {"namespaces": ["labelled"]})
	every spec in [{"forcePrefix": false}, {}, {"prefix": "acme-", "adopt": {"selector": {"matchLabels": {"team": "acme"}}}}] {
		question := samples.patched(samples.tenancy("claim-namespaces", [called("labelled")]), "/resource/spec/namespaces", spec)
		decision := claim_namespaces.decision with input as samples.within(found, question)
		decision.allow
	}
	selecting := {"adopt": {"selector": {"matchLabels": {"team": "acme"}}}}
	elsewhere := samples.patched(samples.tenancy("claim-namespaces", [called("elsewhere")]), "/resource/spec/namespaces", selecting)
	unseen := claim_namespaces.decision with input as samples.within(found, elsewhere)
	not unseen.allow
	forced := samples.tenancy("claim-namespaces", [called("labelled")])
	decision := claim_namespaces.decision with input as samples.within(found, forced)
	not decision.allow
}

test_denies_anything_but_the_label_of_this_tenant_by_the_operator if {
	every action in [
		samples.patched(samples.namespace, "/object/metadata/labels", {}),
		samples.patched(samples.namespace, "/object/metadata/labels", {"code-engine.dev/tenant": "rival"}),
		samples.patched(samples.namespace, "/as", samples.worker),
		samples.patched(samples.namespace, "/type", "dry-run-object"),
		json.patch(samples.namespace, [{"op": "add", "path": "/object/spec", "value": {"finalizers": []}}]),
		samples.patched(samples.mark_namespace, "/as", samples.worker),
		samples.patched(samples.mark_namespace, "/resourceVersion", ""),
		samples.patched(samples.mark_namespace, "/type", "exec-shell"),
		samples.patched(samples.mark_namespace, "/target/resource", "Secret"),
		samples.patched(samples.mark_namespace, "/patch", {"metadata": {"labels": {}}, "spec": {}}),
		samples.patched(samples.mark_namespace, "/patch", {"spec": {}}),
		samples.patched(samples.mark_namespace, "/patch", {"metadata": {"finalizers": []}}),
		samples.delete_namespace,
		samples.wall("v1", "ResourceQuota"),
		samples.binding,
	] {
		not ask([action]).allow
	}
	not ask([]).allow
}

test_a_tenant_without_a_name_labels_nothing if {
	unlabelled := samples.patched(samples.namespace, "/object/metadata/labels", {"code-engine.dev/tenant": ""})
	question := samples.patched(samples.tenancy("claim-namespaces", [unlabelled]), "/resource/name", "")
	decision := claim_namespaces.decision with input as question
	not decision.allow
}
