# One call of an MCP tool by anybody: a delivery, an agent, a person.
package code.tool.invoke

import data.code.lib.actions
import data.code.lib.verdict
import data.code.packs.tools
import future.keywords.not

permitted(action) if {
	tools.calls(action)
	actions.filled(input.subject.user)
}

default good := false

good if {
	actions.given
	every action in input.actions { permitted(action) }
	tools.ok
}

deny contains verdict.not_permitted(action) if {
	some action in input.actions
	not permitted(action)
}

deny contains reason if some reason in tools.deny

decision := verdict.of(good, deny, set())

deny contains reason if some reason in tools.unapproved
