package code.expert_consultation.admit_question_test

import data.code.expert_consultation.admit_question
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := admit_question.decision with input as samples.consultation("admit-question", actions)
}

test_only_remembers if {
	ask([samples.record]) == {"allow": true, "deny": [], "warn": []}
	every action in array.concat(samples.foreign, [samples.ask_experts, samples.weigh, samples.create_plan]) {
		not ask([action]).allow
	}
}

test_denies_an_empty_list if not ask([]).allow
