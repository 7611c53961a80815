package code.deployment.roll_back_test

import data.code.deployment.roll_back
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := roll_back.decision with input as samples.delivery("roll-back", actions)
}

test_allows_what_the_step_is_for if {
	every action in [
		samples.scale,
		samples.copy_config,
		samples.create_replica_set,
		samples.delete("ReplicaSet"),
		samples.delete("ControllerRevision"),
		samples.delete("ExpertConsultation"),
		samples.delete("Job"),
		samples.call,
		samples.record,
		samples.create_service,
		samples.point_service,
		samples.withdraw_question,
		samples.patched(samples.withdraw_question, "/patch/spec/withdrawn", null),
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
		samples.create_plan,
		samples.create_consultation,
		samples.measure,
	] {
		not ask([action]).allow
	}
}

test_withdraws_a_question_and_answers_none if {
	every action in [
		samples.patched(samples.withdraw_question, "/patch", {"spec": {"answers": []}}),
		samples.patched(samples.withdraw_question, "/patch", {"spec": {"withdrawn": null, "answers": null}}),
		samples.patched(samples.withdraw_question, "/patch", {"spec": {"withdrawn": {}}}),
		samples.patched(samples.withdraw_question, "/patch", {"status": {}}),
		samples.patched(samples.withdraw_question, "/patch", null),
		samples.patched(samples.withdraw_question, "/target/namespace", "other"),
		samples.patched(samples.withdraw_question, "/target/name", "bank-7f9c"),
		samples.patched(samples.withdraw_question, "/resourceVersion", ""),
		samples.patched(samples.withdraw_question, "/as", samples.operator),
	] {
		not ask([action]).allow
	}
}

test_one_foreign_action_denies_all if {
	not ask([samples.scale, samples.foreign[0]]).allow
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}

test_asks_for_a_tool_that_may_be_called_here if {
	decision := ask([samples.patched(samples.call, "/server", "storage")])
	not decision.allow
	{reason.rule | some reason in decision.deny} == {"tools/not-listed"}
}

test_no_rule_about_images_or_pods_holds_a_rollback if {
	strict := samples.within({"name": "acme", "registries": []}, samples.delivery("roll-back", [samples.scale]))
	decision := roll_back.decision with input as strict
	decision == {"allow": true, "deny": [], "warn": []}
}

test_tells_what_newer_rules_say_of_a_revision_that_served if {
	pod := samples.patched(samples.pod, "/spec/containers/0/securityContext", {"privileged": true})
	decision := ask([samples.create_replica_set_of(pod)])
	decision.allow
	{reason.rule | some reason in decision.warn} == {"pod-security/privileged"}
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
