package code.packs.pod_security_test

import data.code.lib.samples
import data.code.packs.pod_security
import future.keywords.not

rules(level, pod) := {reason.rule | some reason in found} if {
	question := samples.delivery("validate", [samples.dry_run_pod_of(pod)])
	found := pod_security.deny with input as samples.within({"name": "acme", "podSecurity": level}, question)
}

ok(level, pod) if {
	question := samples.delivery("validate", [samples.dry_run_pod_of(pod)])
	pod_security.ok with input as samples.within({"name": "acme", "podSecurity": level}, question)
}

set_at(path, value) := json.patch(samples.pod, [{"op": "add", "path": path, "value": value}])

in_container(field, value) := set_at($"/spec/containers/0/{field}", value)

secured(field, value) := in_container($"securityContext/{field}", value)

# Each pod breaks one rule of baseline; restricted names it too.
beyond_baseline := [
	["host-process", set_at("/spec/securityContext/windowsOptions", {"hostProcess": true})],
	["host-process", secured("windowsOptions", {"hostProcess": true})],
	["host-namespaces", set_at("/spec/hostNetwork", true)],
	["host-namespaces", set_at("/spec/hostPID", true)],
	["host-namespaces", set_at("/spec/hostIPC", "yes")],
	["privileged", secured("privileged", true)],
	["capabilities", secured("capabilities", {"drop": ["ALL"], "add": ["SYS_ADMIN"]})],
	["capabilities", secured("capabilities", {"drop": ["ALL"], "add": "KILL"})],
	["host-path", set_at("/spec/volumes/0/hostPath", {"path": "/"})],
	["host-ports", in_container("ports/0/hostPort", 80)],
	["host-ports", in_container("ports", "80")],
	["host-probes", in_container("readinessProbe/httpGet/host", "169.254.169.254")],
	["host-probes", in_container("livenessProbe", {"tcpSocket": {"host": "10.0.0.1", "port": 1}})],
	["host-probes", in_container("lifecycle", {"preStop": {"httpGet": {"host": "h", "port": 1}}})],
	["app-armor", set_at("/spec/securityContext/appArmorProfile", {"type": "Unconfined"})],
	["app-armor", secured("appArmorProfile", {"type": "Unconfined"})],
	["app-armor", set_at("/metadata/annotations", {"container.apparmor.security.beta.kubernetes.io/app": "unconfined"})],
	["se-linux", set_at("/spec/securityContext/seLinuxOptions", {"type": "spc_t"})],
	["se-linux", secured("seLinuxOptions", {"user": "system_u"})],
	["se-linux", secured("seLinuxOptions", {"role": "sysadm_r"})],
	["proc-mount", secured("procMount", "Unmasked")],
	["seccomp", set_at("/spec/securityContext/seccompProfile", {"type": "Unconfined"})],
	["seccomp", secured("seccompProfile", {"type": "Unconfined"})],
	["sysctls", set_at("/spec/securityContext/sysctls", [{"name": "kernel.msgmax", "value": "1"}])],
	["sysctls", set_at("/spec/securityContext/sysctls", [{}])],
	["sysctls", set_at("/spec/securityContext/sysctls", {"a": {"name": "net.ipv4.tcp_rmem"}})],
	["capabilities", secured("capabilities", {"drop": ["ALL"], "add": {"a": "NET_BIND_SERVICE"}})],
	["host-ports", in_container("ports", {"a": {"containerPort": 1}})],
	["se-linux", secured("seLinuxOptions", "container_t")],
]

# Each keeps baseline and breaks one rule of restricted.
beyond_restricted := [
	["volume-types", set_at("/spec/volumes/0", {"name": "v", "nfs": {"server": "s", "path": "/"}})],
	["privilege-escalation", secured("allowPrivilegeEscalation", true)],
	["privilege-escalation", json.remove(samples.pod, ["spec/containers/0/securityContext/allowPrivilegeEscalation"])],
	["capabilities", json.remove(samples.pod, ["spec/containers/0/securityContext/capabilities"])],
	["capabilities", secured("capabilities", {"drop": ["KILL"]})],
	["capabilities", secured("capabilities", {"drop": ["ALL"], "add": ["KILL"]})],
	["run-as-non-root", set_at("/spec/securityContext/runAsNonRoot", false)],
	["run-as-non-root", json.remove(samples.pod, ["spec/securityContext/runAsNonRoot"])],
	["run-as-non-root", secured("runAsNonRoot", false)],
	["run-as-user", set_at("/spec/securityContext/runAsUser", 0)],
	["run-as-user", secured("runAsUser", 0)],
	["run-as-user", secured("runAsUser", "1000")],
	["volume-types", set_at("/spec/volumes/0/configMap", "c")],
	["capabilities", secured("capabilities", {"drop": {"a": "ALL"}})],
	["seccomp", json.remove(samples.pod, ["spec/securityContext/seccompProfile"])],
]

good := [
	samples.pod,
	secured("capabilities", {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}),
	secured("runAsUser", 1000),
	secured("privileged", null),
	in_container("ports/0/hostPort", 0),
	set_at("/spec/hostNetwork", false),
	set_at("/spec/securityContext/sysctls", [{"name": "net.ipv4.tcp_rmem", "value": "1"}]),
	set_at("/spec/securityContext/seLinuxOptions", {"type": "container_t"}),
	set_at("/spec/securityContext/appArmorProfile", {"type": "Localhost"}),
	set_at("/metadata/annotations", {"container.apparmor.security.beta.kubernetes.io/app": "localhost/mine", "x": "y"}),
	set_at("/metadata/annotations", {"container.apparmor.security.beta.kubernetes.io/app": "runtime/default"}),
	set_at("/spec/initContainers", null),
	set_at("/spec/volumes/0", {"name": "v"}),
	set_at("/spec/volumes/0", {"name": "v", "configMap": {"name": "c"}, "hostPath": null}),
]

test_a_good_pod_keeps_both_levels if {
	every pod in good {
		rules("restricted", pod) == set()
		rules("baseline", pod) == set()
		ok("restricted", pod)
		ok("baseline", pod)
	}
}

test_baseline_names_each_way_to_the_node if {
	every sample in beyond_baseline {
		[rule, pod] := sample
		rules("baseline", pod) == {$"pod-security/{rule}"}
		$"pod-security/{rule}" in rules("restricted", pod)
		not ok("baseline", pod)
		not ok("restricted", pod)
	}
}

test_restricted_names_what_baseline_lets_be if {
	every sample in beyond_restricted {
		[rule, pod] := sample
		rules("baseline", pod) == set()
		ok("baseline", pod)
		rules("restricted", pod) == {$"pod-security/{rule}"}
		not ok("restricted", pod)
	}
}

test_init_and_ephemeral_containers_are_judged_alike if {
	every field in ["initContainers", "ephemeralContainers"] {
		pod := set_at($"/spec/{field}", [{"name": "x", "image": "i", "securityContext": {"privileged": true}}])
		rules("baseline", pod) == {"pod-security/privileged"}
	}
}

test_a_pod_in_a_user_namespace_may_be_root_there if {
	root := json.patch(set_at("/spec/hostUsers", false), [
		{"op": "add", "path": "/spec/securityContext/runAsUser", "value": 0},
		{"op": "add", "path": "/spec/securityContext/runAsNonRoot", "value": false},
	])
	ok("restricted", root)
	ok("restricted", json.patch(root, [{"op": "add", "path": "/spec/containers/0/securityContext/runAsUser", "value": 0}]))
	ok("restricted", json.patch(root, [{"op": "add", "path": "/spec/containers/0/securityContext/runAsNonRoot", "value": false}]))
	unmasked := json.patch(root, [{"op": "add", "path": "/spec/containers/0/securityContext/procMount", "value": "Unmasked"}])
	ok("baseline", unmasked)
	rules("restricted", unmasked) == {"pod-security/proc-mount"}
}

test_a_windows_pod_is_not_asked_for_what_only_linux_has if {
	windows := json.patch(samples.pod, [
		{"op": "add", "path": "/spec/os", "value": {"name": "windows"}},
		{"op": "replace", "path": "/spec/securityContext", "value": {"runAsNonRoot": true}},
		{"op": "replace", "path": "/spec/containers/0/securityContext", "value": {}},
	])
	ok("restricted", windows)
}

test_the_level_privileged_asks_nothing_but_a_shape if {
	ok("privileged", secured("privileged", true))
	not ok("privileged", samples.patched(samples.pod, "/spec/containers", []))
}

test_a_tenant_that_says_no_level_gets_the_strictest_and_no_tenant_baseline if {
	question := samples.delivery("validate", [samples.dry_run_pod_of(set_at("/spec/securityContext", {}))])
	pod_security.ok with input as question
	not silent_tenant_ok(question)
}

silent_tenant_ok(question) if pod_security.ok with input as samples.within({"name": "acme"}, question)

test_an_unknown_level_denies_and_says_so if {
	every level in ["Restricted", "none", "", 7, null] {
		rules(level, samples.pod) == {"pod-security/level-unknown"}
		not ok(level, samples.pod)
	}
}

test_what_cannot_be_judged_is_denied if {
	every pod in [
		samples.patched(samples.pod, "/spec/containers", []),
		samples.patched(samples.pod, "/spec/containers", {}),
		samples.patched(samples.pod, "/spec/containers", [7]),
		samples.patched(samples.pod, "/spec/containers", null),
		samples.patched(samples.pod, "/spec/containers/0/image", ""),
		json.remove(samples.pod, ["spec/containers/0/image"]),
		json.remove(samples.pod, ["spec/containers/0/name"]),
		samples.patched(samples.pod, "/spec/containers/0/securityContext", "none"),
		samples.patched(samples.pod, "/spec/containers/0/securityContext/capabilities", "none"),
		samples.patched(samples.pod, "/spec/securityContext", "none"),
		samples.patched(samples.pod, "/spec/volumes", "none"),
		samples.patched(samples.pod, "/spec/volumes", [7]),
		samples.patched(samples.pod, "/spec", {}),
		samples.patched(samples.pod, "/spec", null),
		set_at("/spec/initContainers", {"a": 1}),
		set_at("/spec/initContainers", "none"),
		set_at("/spec/initContainers", {"a": {"name": "x", "image": "i"}}),
		samples.patched(samples.pod, "/spec/containers", {"a": {"name": "x", "image": "i"}}),
		samples.patched(samples.pod, "/spec/volumes", {"a": {"name": "v", "emptyDir": {}}}),
		set_at("/metadata/annotations", "none"),
	] {
		"pod-security/malformed" in rules("baseline", pod)
		not ok("baseline", pod)
	}
}
