# Whom a panel may ask. Built-in reviewers and people are always welcome: nothing leaves the cluster. Everybody else reads
# what they are asked about, so the Tenant must have listed them.
package code.packs.experts

import data.code.lib.actions
import data.code.lib.tenancy
import future.keywords.not

asked(action) if {
	action.type == "ask-experts"
	is_object(action.question)
	is_array(action.experts)
	count(action.experts) > 0
	every expert in action.experts {
		actions.filled(expert.name)
		actions.filled(expert.provider)
	}
}

default ok := false

ok if {
	tenancy.known
	every action in input.actions { tolerable(action) }
}

tolerable(action) if action.type != "ask-experts"

tolerable(action) if {
	asked(action)
	every expert in action.experts { welcome(expert) }
}

welcome(expert) if startswith(expert.provider, "builtin/")

welcome(expert) if expert.provider == "human"

welcome(expert) if {
	some pattern in tenancy.listed("experts")
	tenancy.covers(pattern, expert.provider)
}

welcome(expert) if {
	some pattern in tenancy.listed("experts")
	tenancy.covers(pattern, $"{expert.provider}/{expert.model}")
}

deny contains {
	"rule": "experts/not-listed",
	"message": $"expert {expert.name} ({expert.provider}) is not among the experts that may be asked in this namespace",
	"remedy": "add the provider to spec.experts.allow of the Tenant, or leave the expert out of the panel",
} if {
	some action in input.actions
	action.type == "ask-experts"
	some expert in action.experts
	not welcome(expert)
}
