# Asks each expert of the panel once, and only those whom the Tenant lists.
package code.expert_consultation.ask_experts

import data.code.lib.actions
import data.code.lib.verdict
import data.code.packs.experts
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if experts.asked(action)

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
	experts.ok
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

deny contains reason if some reason in experts.deny

decision := verdict.of(good, deny, set())
