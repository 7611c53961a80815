# The shape of every answer, and the words of a refusal that no rule explains better.
package code.lib.verdict

import future.keywords.not

# `good` is the proof; a single reason against it is enough to deny.
of(good, deny, warn) := {
	"allow": allowed(good, deny),
	"deny": [reason | some reason in explained(deny)],
	"warn": [reason | some reason in warn],
}

default allowed(_, _) := false

allowed(good, deny) if {
	good == true
	count(deny) == 0
}

# Where a rule says what is wrong, that the action could not be proven is no news.
explained(deny) := told if {
	told := {reason | some reason in deny; reason.rule != "step/not-permitted"}
	count(told) > 0
} else := deny

# An action outside the step's closed list, or one that could not be proven to be inside it.
not_permitted(action) := {
	"rule": "step/not-permitted",
	"message": $"step {input.step.name} may not {described(action)}",
	"remedy": "this is a fault of the operator or of its policies: report it with the decision id",
}

described(action) := $"{action.type} {action.object.kind} {action.object.metadata.name} as {writer(action)}" if {
	action.object.kind
} else := $"{action.type} {action.target.resource} {action.target.name} as {writer(action)}" if {
	action.target.resource
} else := $"{action.type}"

writer(action) := action.as if is_string(action.as)

writer(action) := "nobody" if not is_string(action.as)
