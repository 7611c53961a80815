# Opens the consultation that judges the frozen plan.
package code.deployment.review

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if actions.creates_child(action, "ExpertConsultation")

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
