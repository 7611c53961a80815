package code.deployment.validate_test

import data.code.deployment.validate
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := validate.decision with input as samples.delivery("validate", actions)
}

test_allows_what_the_step_is_for if {
	every action in [
		samples.dry_run_pod_of(samples.pod),
		samples.patched(samples.create_replica_set, "/type", "dry-run-object"),
		samples.patched(samples.create_plan, "/type", "dry-run-object"),
		samples.create_plan,
		samples.read_metric,
		samples.record,
	] {
		ask([action]) == {"allow": true, "deny": [], "warn": []}
		not ask([samples.patched(action, "/type", "exec-shell")]).allow
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
		samples.copy_config,
		samples.create_replica_set,
		samples.create_consultation,
		samples.scale,
		samples.call,
		samples.delete("ReplicaSet"),
	] {
		not ask([action]).allow
	}
}

test_one_foreign_action_denies_all if {
	not ask([samples.dry_run_pod_of(samples.pod), samples.foreign[0]]).allow
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}

test_denies_a_privileged_pod_with_the_name_of_the_container if {
	pod := json.patch(samples.pod, [{"op": "add", "path": "/spec/containers/0/securityContext/privileged", "value": true}])
	decision := ask([samples.dry_run_pod_of(pod)])
	not decision.allow
	{[reason.rule, reason.message] | some reason in decision.deny} == {["pod-security/privileged", "container app must not be privileged"]}
}

test_denies_a_path_of_the_node if {
	pod := json.patch(samples.pod, [{"op": "add", "path": "/spec/volumes/-", "value": {"name": "root", "hostPath": {"path": "/"}}}])
	decision := ask([samples.dry_run_pod_of(pod)])
	not decision.allow
	{reason.rule | some reason in decision.deny} == {"pod-security/host-path"}
}

test_tells_an_untenanted_namespace_of_a_floating_tag_and_lets_it_be if {
	pod := samples.patched(samples.pod, "/spec/containers/0/image", "nginx")
	decision := ask([samples.dry_run_pod_of(pod)])
	decision.allow
	{reason.rule | some reason in decision.warn} == {"supply-chain/floating-tag", "supply-chain/not-pinned"}
}
