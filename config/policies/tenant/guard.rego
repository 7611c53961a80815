# Puts up the walls and doors of the namespaces of the Tenant: quota, limits, network, identity and rights.
package code.tenant.guard

import data.code.lib.actions
import data.code.lib.namespaces
import data.code.lib.verdict
import data.code.lib.walls
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if walls.builds(action)

permitted(action) if walls.removes(action)

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

deny contains reason if some reason in namespaces.deny

deny contains reason if some reason in walls.deny
