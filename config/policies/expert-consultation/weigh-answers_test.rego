package code.expert_consultation.weigh_answers_test

import data.code.expert_consultation.weigh_answers
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := weigh_answers.decision with input as samples.consultation("weigh-answers", actions)
}

test_weighs_and_remembers if {
	ask([samples.weigh, samples.record]) == {"allow": true, "deny": [], "warn": []}
}

test_denies_everything_else if {
	every action in array.concat(samples.foreign, [samples.ask_experts, samples.create_plan]) { not ask([action]).allow }
	not ask([samples.patched(samples.weigh, "/request", "all")]).allow
	not ask([samples.patched(samples.weigh, "/type", "exec-shell")]).allow
	not ask([]).allow
}
