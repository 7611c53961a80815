# Makes or adopts the namespaces of the Tenant, and no other.
package code.tenant.claim_namespaces

import data.code.lib.actions
import data.code.lib.namespaces
import data.code.lib.verdict
import future.keywords.not

permitted(action) if actions.records(action)

permitted(action) if namespaces.makes(action)

permitted(action) if namespaces.labels(action)

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
