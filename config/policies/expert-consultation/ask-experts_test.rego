package code.expert_consultation.ask_experts_test

import data.code.expert_consultation.ask_experts
import data.code.lib.samples
import future.keywords.not

ask(actions) := decision if {
	decision := ask_experts.decision with input as samples.consultation("ask-experts", actions)
}

ask_as_tenant(tenant, provider) := decision if {
	question := samples.consultation("ask-experts", [of(provider)])
	decision := ask_experts.decision with input as samples.within(tenant, question)
}

of(provider) := samples.patched(samples.ask_experts, "/experts/0/provider", provider)

test_asks_the_built_in_reviewers_and_people_everywhere if {
	every provider in ["builtin/security", "human"] {
		ask([of(provider)]) == {"allow": true, "deny": [], "warn": []}
		ask_as_tenant(samples.tenant, provider).allow
	}
}

test_asks_reviewers_and_remembers_that_people_were_asked if {
	put := {"type": "record", "deferred": true, "record": {"kind": "put-to-people", "experts": ["alice"]}}
	ask([samples.ask_experts, put]).allow
	ask([put]).allow
}

test_asks_nobody_outside_without_a_tenant_that_lists_them if {
	decision := ask([of("anthropic")])
	not decision.allow
	[[reason.rule, reason.message] | some reason in decision.deny] == [[
		"experts/not-listed",
		"expert security (anthropic) is not among the experts that may be asked in this namespace",
	]]
	not ask_as_tenant(samples.tenant, "anthropic").allow
	not ask_as_tenant(object.union(samples.tenant, {"experts": ["openai"]}), "anthropic").allow
	not ask_as_tenant(object.union(samples.tenant, {"experts": "anthropic"}), "anthropic").allow
}

test_asks_whom_the_tenant_lists if {
	ask_as_tenant(object.union(samples.tenant, {"experts": {"allow": ["anthropic"]}}), "anthropic").allow
	ask_as_tenant(object.union(samples.tenant, {"experts": ["anthropic"]}), "anthropic").allow
	ask_as_tenant(object.union(samples.tenant, {"experts": ["*"]}), "anthropic").allow
	tenant := object.union(samples.tenant, {"experts": ["anthropic/small-*"]})
	not ask_as_tenant(tenant, "anthropic").allow
	modelled := json.patch(of("anthropic"), [{"op": "add", "path": "/experts/0/model", "value": "small-1"}])
	question := samples.within(tenant, samples.consultation("ask-experts", [modelled]))
	decision := ask_experts.decision with input as question
	decision.allow
}

test_one_expert_that_is_not_listed_denies_the_panel if {
	action := json.patch(samples.ask_experts, [{
		"op": "add",
		"path": "/experts/-",
		"value": {"name": "oracle", "provider": "elsewhere"},
	}])
	not ask([action]).allow
}

test_denies_shapeless_panels if {
	every experts in [[], {}, null, 7, [7], [{"name": "x"}], [{"provider": "human"}]] {
		not ask([samples.patched(samples.ask_experts, "/experts", experts)]).allow
	}
	not ask([samples.patched(samples.ask_experts, "/question", "?")]).allow
}

test_denies_what_other_steps_are_for if {
	every action in array.concat(samples.foreign, [samples.weigh, samples.create_plan]) { not ask([action]).allow }
}

test_denies_experts_under_another_name_of_the_action if {
	not ask([samples.patched(samples.ask_experts, "/type", "exec-shell")]).allow
	not ask([samples.patched(samples.ask_experts, "/experts", {"a": {"name": "x", "provider": "human"}})]).allow
}

test_remembers if ask([samples.record]).allow

test_denies_a_tenant_that_cannot_be_read if {
	every tenant in [null, 7, "", [], {}, {"name": ""}] {
		not ask_as_tenant_shaped(tenant)
	}
}

ask_as_tenant_shaped(tenant) if {
	question := object.union(samples.consultation("ask-experts", [samples.ask_experts]), {"tenant": tenant})
	decision := ask_experts.decision with input as question
	decision.allow
}
