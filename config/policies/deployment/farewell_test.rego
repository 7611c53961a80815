package code.deployment.farewell_test

import data.code.deployment.farewell
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := farewell.decision with input as samples.delivery("farewell", actions)
}

test_only_remembers if {
	ask([samples.record]) == {"allow": true, "deny": [], "warn": []}
	every action in array.concat(samples.foreign, [samples.call, samples.scale, samples.delete("ReplicaSet")]) {
		not ask([action]).allow
	}
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}
