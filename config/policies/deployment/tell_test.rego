package code.deployment.tell_test

import data.code.deployment.tell
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := tell.decision with input as samples.delivery("tell", actions)
}

notify := {
	"type": "notify",
	"as": samples.operator,
	"sink": "bot",
	"attempt": 0,
	"notice": {
		"id": "0a1b2c3d",
		"type": "rolled_back",
		"at": "2026-03-02T14:05:00Z",
		"namespace": "acme-prod",
		"name": "shop",
		"uid": "u-1",
		"delivery": "d1",
		"revision": "r1",
		"step": "roll-back",
		"message": "rolled back",
	},
}

test_allows_to_tell_of_the_resource_itself if {
	every type in tell.types {
		ask([notify, samples.patched(notify, "/notice/type", type)]) == {"allow": true, "deny": [], "warn": []}
	}
}

test_denies_to_tell_of_anything_else if {
	every action in [
		samples.patched(notify, "/as", samples.worker),
		samples.patched(notify, "/sink", ""),
		samples.patched(notify, "/notice", "all"),
		samples.patched(notify, "/notice/id", ""),
		samples.patched(notify, "/notice/type", "secret"),
		samples.patched(notify, "/notice/namespace", "other"),
		samples.patched(notify, "/notice/name", "bank"),
		samples.patched(notify, "/notice/uid", "u-2"),
		samples.record,
		samples.call,
		samples.scale,
	] {
		decision := ask([notify, action])
		decision.allow == false
		count(decision.deny) > 0
	}
}

test_denies_every_foreign_action if {
	every action in samples.foreign { not ask([action]).allow }
}

test_denies_an_empty_or_shapeless_list if {
	every actions in [[], {}, null, 7, "", true] {
		not ask(actions).allow
	}
}
