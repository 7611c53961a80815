package code.deployment.roll_out_test

import data.code.deployment.roll_out
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := roll_out.decision with input as samples.delivery("roll-out", actions)
}

test_allows_what_the_step_is_for if {
	every action in [
		samples.create_replica_set,
		samples.scale,
		samples.copy_config,
		samples.record,
		samples.create_service,
		samples.read_metric,
		samples.measure,
		samples.point_service,
		samples.create_consultation,
		samples.call,
	] {
		ask([action]) == {"allow": true, "deny": [], "warn": []}
		not ask([samples.patched(action, "/type", "exec-shell")]).allow
	}
}

adoption(owners) := samples.patched(samples.scale, "/patch", {"metadata": {"ownerReferences": owners}})

test_lets_a_left_replica_set_be_taken_over_by_its_resource_alone if {
	ask([adoption([{"uid": "u-1"}])]).allow
	every owners in [[], null, {"a": {"uid": "u-1"}}, [{"uid": "u-2"}], [{"uid": ""}], [{"uid": "u-1"}, {"uid": "u-2"}]] {
		not ask([adoption(owners)]).allow
	}
	both := {"metadata": {"ownerReferences": [{"uid": "u-1"}]}, "spec": {"replicas": 1}}
	not ask([samples.patched(samples.scale, "/patch", both)]).allow
}

test_lets_a_job_measure_once_in_time_and_without_a_token if {
	every change in [
		["/object/spec/backoffLimit", 6],
		["/object/spec/activeDeadlineSeconds", 3601],
		["/object/spec/activeDeadlineSeconds", "300"],
		["/object/spec/ttlSecondsAfterFinished", null],
		["/object/spec/template/spec/automountServiceAccountToken", true],
		["/object/spec/template/spec/restartPolicy", "OnFailure"],
		["/object/metadata/ownerReferences", [{"uid": "u-2"}]],
		["/object/metadata/namespace", "other"],
		["/as", samples.operator],
	] {
		not ask([samples.patched(samples.measure, change[0], change[1])]).allow
	}
	elsewhere := json.patch(samples.measure, [{"op": "add", "path": "/object/spec/template/spec/serviceAccountName", "value": "code-tenant"}])
	not ask([elsewhere]).allow
	privileged := json.patch(samples.measure, [{
		"op": "add",
		"path": "/object/spec/template/spec/containers/0/securityContext",
		"value": {"privileged": true},
	}])
	not ask([privileged]).allow
}

test_lets_a_fresh_baseline_be_removed_and_no_other_replica_set if {
	deletion := samples.delete("ReplicaSet")
	ask([samples.patched(deletion, "/target/name", "shop-0123456789-baseline")]).allow
	every change in [
		["/target/name", "shop-0123456789"],
		["/target/name", "web-0123456789-baseline"],
		["/target/namespace", "other"],
		["/target/resource", "ConfigMap"],
		["/uid", ""],
		["/as", samples.operator],
	] {
		baseline := samples.patched(deletion, "/target/name", "shop-0123456789-baseline")
		not ask([samples.patched(baseline, change[0], change[1])]).allow
	}
}

test_denies_every_foreign_action_and_says_so if {
	every action in samples.foreign {
		decision := ask([action])
		decision.allow == false
		count(decision.deny) > 0
	}
}

test_denies_what_other_steps_are_for if {
	every action in [
		samples.create_plan,
		samples.delete("ReplicaSet"),
	] {
		not ask([action]).allow
	}
}

metric_of(server) := samples.patched(
	samples.read_metric,
	"/query",
	{"kind": "mcp", "server": server, "tool": "count", "arguments": {}, "pointer": "/n", "at": 0},
)

test_denies_a_metric_of_a_tool_that_is_not_listed if {
	ask([metric_of("kubernetes")]).allow
	every server in ["notify", "", null] {
		not ask([metric_of(server)]).allow
	}
	decision := ask([metric_of("notify")])
	{reason.rule | some reason in decision.deny} == {"tools/not-listed"}
}

test_denies_a_tool_that_is_not_listed if {
	decision := ask([samples.patched(samples.call, "/server", "notify")])
	not decision.allow
	{reason.rule | some reason in decision.deny} == {"tools/not-listed"}
}

test_one_foreign_action_denies_all if {
	not ask([samples.create_replica_set, samples.foreign[0]]).allow
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}

test_denies_a_privileged_pod_with_the_name_of_the_container if {
	pod := json.patch(samples.pod, [{"op": "add", "path": "/spec/containers/0/securityContext/privileged", "value": true}])
	decision := ask([samples.create_replica_set_of(pod)])
	not decision.allow
	{[reason.rule, reason.message] | some reason in decision.deny} == {["pod-security/privileged", "container app must not be privileged"]}
}

test_denies_a_path_of_the_node if {
	pod := json.patch(samples.pod, [{"op": "add", "path": "/spec/volumes/-", "value": {"name": "root", "hostPath": {"path": "/"}}}])
	decision := ask([samples.create_replica_set_of(pod)])
	not decision.allow
	{reason.rule | some reason in decision.deny} == {"pod-security/host-path"}
}

test_tells_an_untenanted_namespace_of_a_floating_tag_and_lets_it_be if {
	pod := samples.patched(samples.pod, "/spec/containers/0/image", "nginx")
	decision := ask([samples.create_replica_set_of(pod)])
	decision.allow
	{reason.rule | some reason in decision.warn} == {"supply-chain/floating-tag", "supply-chain/not-pinned"}
}

test_holds_the_pods_of_a_tenant_to_its_level if {
	pod := samples.patched(samples.pod, "/spec/securityContext", {})
	tenanted := samples.within(samples.tenant, samples.delivery("roll-out", [samples.create_replica_set_of(pod)]))
	decision := roll_out.decision with input as tenanted
	not decision.allow
	{reason.rule | some reason in decision.deny} == {"pod-security/run-as-non-root", "pod-security/seccomp"}
}

test_a_resource_without_name_or_uid_has_no_children if {
	nameless := samples.patched(samples.delivery("roll-out", [samples.scale]), "/resource/name", "")
	scaled := roll_out.decision with input as nameless
	not scaled.allow
	orphan := samples.patched(samples.create_replica_set, "/object/metadata/ownerReferences", [{"uid": ""}])
	created := roll_out.decision with input as samples.patched(samples.delivery("roll-out", [orphan]), "/resource/uid", "")
	not created.allow
}

test_points_a_service_at_its_own_pods_alone if {
	given_back := samples.patched(samples.point_service, "/patch", {"spec": {"selector": {"code-engine.dev/revision": null}}})
	ask([given_back]).allow
	every wrong in [
		{"spec": {"selector": {"app": "shop"}}},
		{"spec": {"selector": null}},
		{"spec": {"selector": {"code-engine.dev/deployment": "other"}}},
		{"spec": {"selector": {"code-engine.dev/revision": ""}}},
		{"spec": {"selector": {"code-engine.dev/revision": "7f9c"}, "type": "LoadBalancer"}},
		{"spec": {"selector": {"code-engine.dev/revision": "7f9c"}}, "metadata": {"annotations": {"a": "b"}}},
		{"spec": {"selector": {"code-engine.dev/revision": "7f9c"}}, "metadata": {"labels": {"app": "b"}}},
		{"metadata": {"labels": {"code-engine.dev/deployment": "shop"}}},
		{},
		null,
		7,
	] {
		not ask([samples.patched(samples.point_service, "/patch", wrong)]).allow
	}
	not ask([samples.patched(samples.point_service, "/target/namespace", "other")]).allow
	not ask([samples.patched(samples.point_service, "/as", samples.operator)]).allow
	not ask([samples.patched(samples.point_service, "/resourceVersion", "")]).allow
}

test_splits_traffic_between_services_of_its_own_namespace_alone if {
	every action in [samples.create_route, samples.split_traffic, samples.delete("HTTPRoute")] { ask([action]).allow }
	every wrong in [
		{"spec": {"hostnames": null, "rules": [{"backendRefs": [{"name": "bank", "namespace": "bank"}]}]}},
		{"spec": {"hostnames": null, "rules": [{"backendRefs": [{"name": "shop", "kind": "Secret"}]}]}},
		{"spec": {"hostnames": null, "rules": [{"backendRefs": [{"weight": 1}]}]}},
		{"spec": {"hostnames": null, "rules": [{}]}},
		{"spec": {"rules": 7}},
		{"spec": {"rules": [], "other": 1}},
		{"spec": {"rules": []}, "status": {}},
		{},
		null,
	] {
		not ask([samples.patched(samples.split_traffic, "/patch", wrong)]).allow
	}
	foreign := json.patch(samples.create_route, [{"op": "add", "path": "/object/spec/rules/0/backendRefs/0/namespace", "value": "bank"}])
	not ask([foreign]).allow
	not ask([samples.patched(samples.split_traffic, "/target/namespace", "other")]).allow
	not ask([samples.patched(samples.split_traffic, "/target/name", "bank")]).allow
	not ask([samples.patched(samples.split_traffic, "/as", samples.operator)]).allow
	not ask([samples.patched(samples.split_traffic, "/resourceVersion", "")]).allow
}

test_shifts_the_rules_of_a_route_of_git_and_takes_its_marks_off if {
	every right in [
		samples.shift_route.patch,
		{"spec": {"rules": []}},
		{"metadata": {
			"labels": {"code-engine.dev/deployment": null},
			"annotations": {"code-engine.dev/original": null},
			"managedFields": [{"manager": "argocd"}],
		}},
	] {
		ask([samples.patched(samples.shift_route, "/patch", right)]).allow
	}
	every wrong in [
		{"spec": {"rules": [], "parentRefs": []}},
		{"spec": {"rules": null}},
		{"spec": {"hostnames": []}},
		{"metadata": {"labels": {"code-engine.dev/deployment": "bank"}}},
		{"metadata": {"labels": {"app": "bank"}}},
		{"metadata": {"annotations": {"other": "x"}}},
		{"metadata": {"finalizers": []}},
		{"metadata": {"managedFields": null}},
		{"status": {}},
		{},
		null,
	] {
		not ask([samples.patched(samples.shift_route, "/patch", wrong)]).allow
	}
	not ask([samples.patched(samples.shift_route, "/target/namespace", "other")]).allow
	not ask([samples.patched(samples.shift_route, "/as", samples.operator)]).allow
	not ask([samples.patched(samples.shift_route, "/resourceVersion", "")]).allow
}
