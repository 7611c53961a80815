package code.tool.invoke_test

import data.code.lib.samples
import data.code.tool.invoke
import future.keywords.not

ask(actions) := decision if {
	decision := invoke.decision with input as question(actions)
}

ask_as_tenant(tenant, actions) := decision if {
	decision := invoke.decision with input as samples.within(tenant, question(actions))
}

question(actions) := samples.question("tool", "invoke", actions, {"kind": "Tool", "name": "security.scan_manifest"})

reading := object.union(samples.call, {"hints": {"readOnly": true, "destructive": false}})

destroying := object.union(samples.call, {"hints": {"readOnly": false, "destructive": true}})

test_allows_a_tool_of_the_cluster_that_only_reads if {
	ask([reading]) == {"allow": true, "deny": [], "warn": []}
}

test_allows_asking_a_policy_where_there_is_no_tenant_and_no_other_tool_of_that_server if {
	asking := json.patch(reading, [
		{"op": "replace", "path": "/server", "value": "policy"},
		{"op": "replace", "path": "/tool", "value": "evaluate"},
	])
	ask([asking]).allow
	not ask([samples.patched(asking, "/tool", "evaluate_all")]).allow
	not ask([samples.patched(asking, "/tool", "replace")]).allow
	not ask_as_tenant(samples.tenant, [asking]).allow
}

test_allows_what_the_tenant_lists_and_nothing_else if {
	post := json.patch(reading, [
		{"op": "replace", "path": "/server", "value": "notify"},
		{"op": "replace", "path": "/tool", "value": "post_message"},
	])
	every tools in [["notify.*"], ["notify.post_message"], ["*"], {"allow": ["notify.post_*"]}] {
		ask_as_tenant(object.union(samples.tenant, {"tools": tools}), [post]).allow
	}
	every tools in [[], ["security.*"], ["notify"], ["notify.post"], [""], "notify.*", null, {"allow": []}, {}] {
		not ask_as_tenant(object.union(samples.tenant, {"tools": tools}), [post]).allow
	}
	not ask_as_tenant(samples.tenant, [reading]).allow
	not ask([post]).allow
}

test_a_destructive_tool_needs_an_approval_that_still_holds if {
	refused := ask([destroying])
	not refused.allow
	{reason.rule | some reason in refused.deny} == {"tools/approval-missing"}
	approval := {"by": "alice@acme", "expires": "2026-03-02T15:00:00Z"}
	ask([object.union(destroying, {"approval": approval})]).allow
	not ask([object.union(destroying, {"approval": object.union(approval, {"expires": "2026-03-02T14:05:00Z"})})]).allow
	not ask([object.union(destroying, {"approval": object.union(approval, {"by": ""})})]).allow
	every expires in [9, "", {}, ["z"], null] {
		not ask([object.union(destroying, {"approval": object.union(approval, {"expires": expires})})]).allow
	}
	timeless := samples.patched(question([object.union(destroying, {"approval": approval})]), "/time/now", "")
	undated := invoke.decision with input as timeless
	not undated.allow
}

test_a_tool_that_says_nothing_of_itself_counts_as_destructive if not ask([samples.call]).allow

test_denies_a_call_without_a_caller if {
	nobody := samples.patched(question([reading]), "/subject", {})
	decision := invoke.decision with input as nobody
	not decision.allow
}

test_denies_every_other_kind_of_action if {
	every action in [
		samples.patched(reading, "/type", "exec-shell"),
		samples.patched(reading, "/server", ""),
		samples.patched(reading, "/tool", ""),
		samples.patched(reading, "/arguments", "all"),
		samples.record, samples.scale, samples.create_plan, samples.weigh, {"type": "exec-shell"}, {}, null,
	] {
		not ask([action]).allow
	}
	not ask([]).allow
}
