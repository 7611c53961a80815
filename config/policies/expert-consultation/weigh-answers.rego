# Lets the consensus engine judge the answers.
package code.expert_consultation.weigh_answers

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if {
	action.type == "weigh-answers"
	is_object(action.request)
}

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

decision := verdict.of(good, deny, set())
