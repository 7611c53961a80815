# Teardown: namespaces that the Tenant made may go with it where its owner asked for that; adopted ones are let go as they
# are. Isolation never falls open, so the walls stay unless their namespace goes.
package code.tenant.release_namespaces

import data.code.lib.actions
import data.code.lib.namespaces
import data.code.lib.verdict
import data.code.lib.walls
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if namespaces.labels(action)

permitted(action) if namespaces.deletes(action)

permitted(action) if walls.ends_deliveries(action)

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
