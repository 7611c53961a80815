package code.deployment.dry_run_test

import data.code.deployment.dry_run
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := dry_run.decision with input as samples.delivery("dry-run", actions)
}

test_allows_what_the_step_is_for if {
	every action in [
		samples.delete("ControllerRevision"),
		samples.delete("ExpertConsultation"),
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
		samples.create_plan,
		samples.create_consultation,
		samples.scale,
		samples.call,
		samples.delete("ReplicaSet"),
	] {
		not ask([action]).allow
	}
}

test_one_foreign_action_denies_all if {
	not ask([samples.delete("ControllerRevision"), samples.foreign[0]]).allow
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}
