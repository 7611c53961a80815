package code.deployment.prepare_test

import data.code.deployment.prepare
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := prepare.decision with input as samples.delivery("prepare", actions)
}

test_allows_what_the_step_is_for if {
	every action in [
		samples.call,
		samples.ask_about_call,
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
		samples.create_plan,
		samples.scale,
		samples.delete("ReplicaSet"),
	] {
		not ask([action]).allow
	}
}

test_asks_people_about_nothing_but_calls if {
	every change in [
		{"path": "/object/spec/subject/step", "value": "review"},
		{"path": "/object/spec/subject/step", "value": null},
		{"path": "/object/spec/answer/permits", "value": ["approve", "reject"]},
		{"path": "/object/metadata/ownerReferences", "value": []},
	] {
		not ask([samples.patched(samples.ask_about_call, change.path, change.value)]).allow
	}
}

test_one_foreign_action_denies_all if {
	not ask([samples.call, samples.foreign[0]]).allow
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
