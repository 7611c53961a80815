# Teardown: waits for the letters that `tell` hands over, and does nothing itself.
package code.deployment.farewell

import data.code.lib.actions
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

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
