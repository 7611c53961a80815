package code.deployment.release_test

import data.code.deployment.release
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := release.decision with input as samples.delivery("release", actions)
}

test_allows_what_the_step_is_for if {
	every action in [
		samples.delete("ReplicaSet"),
		samples.delete("ControllerRevision"),
		samples.delete("ExpertConsultation"),
		samples.patched(samples.scale, "/patch", {"metadata": {"ownerReferences": null}}),
		samples.patched(samples.point_service, "/patch", {"metadata": {"ownerReferences": null}}),
		samples.patched(samples.split_traffic, "/patch", {"metadata": {"ownerReferences": null}}),
		samples.patched(samples.point_service, "/patch", {"metadata": {"labels": {"code-engine.dev/deployment": null}}, "spec": {"selector": null}}),
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
		samples.create_service,
		samples.create_route,
		samples.split_traffic,
		samples.point_service,
		samples.create_plan,
		samples.create_consultation,
		samples.scale,
		samples.call,
	] {
		not ask([action]).allow
	}
}

test_one_foreign_action_denies_all if {
	not ask([samples.delete("ReplicaSet"), samples.foreign[0]]).allow
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}

test_lets_go_of_nothing_but_its_own_replica_sets_and_by_their_metadata_alone if {
	disown := samples.patched(samples.scale, "/patch", {"metadata": {"ownerReferences": null}})
	every action in [
		samples.patched(disown, "/as", samples.operator),
		samples.patched(disown, "/target/name", "bank-7f9c"),
		samples.patched(disown, "/target/resource", "Secret"),
		samples.patched(disown, "/patch", {"metadata": {"ownerReferences": null}, "spec": {"replicas": 0}}),
		samples.patched(disown, "/patch", {"metadata": {"finalizers": []}}),
		samples.patched(disown, "/patch", {"metadata": "all"}),
	] {
		not ask([action]).allow
	}
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
