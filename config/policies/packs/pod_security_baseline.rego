# Pod Security Standards, level baseline: no known way from the pod to its node.
package code.packs.pod_security_baseline

import data.code.lib.pods
import future.keywords.not

deny contains pods.reason("host-process", "the pod", "must not run as a host process") if {
	some pod in pods.all
	not confined_to_windows(pod.spec)
}

deny contains pods.reason("host-process", pods.named(container), "must not run as a host process") if {
	some container in pods.containers
	not confined_to_windows(container)
}

confined_to_windows(holder) if pods.present(holder, ["securityContext", "windowsOptions", "hostProcess"], false) == false

deny contains pods.reason("host-namespaces", "the pod", $"must not share the node's namespaces ({field})") if {
	some pod in pods.all
	some field in ["hostNetwork", "hostPID", "hostIPC"]
	not pods.present(pod.spec, [field], false) == false
}

deny contains pods.reason("privileged", pods.named(container), "must not be privileged") if {
	some container in pods.containers
	not pods.present(container, ["securityContext", "privileged"], false) == false
}

deny contains pods.reason("capabilities", pods.named(container), "must not add a capability beyond the default set") if {
	some container in pods.containers
	not adds_only(container, default_capabilities)
}

default_capabilities := {
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
	"SETPCAP", "SETUID", "SYS_CHROOT",
}

adds_only(container, capabilities) if {
	added := pods.present(container, ["securityContext", "capabilities", "add"], [])
	is_array(added)
	every capability in added { capability in capabilities }
}

deny contains pods.reason("host-path", "the pod", $"must not mount a path of the node (volume {pods.name(volume)})") if {
	some pod in pods.all
	some volume in pods.present(pod.spec, ["volumes"], [])
	not pods.present(volume, ["hostPath"], null) == null
}

deny contains pods.reason("host-ports", pods.named(container), "must not claim a port of the node (hostPort)") if {
	some container in pods.containers
	not ports_of_its_own(container)
}

ports_of_its_own(container) if {
	ports := pods.present(container, ["ports"], [])
	is_array(ports)
	every port in ports { pods.present(port, ["hostPort"], 0) == 0 }
}

deny contains pods.reason("host-probes", pods.named(container), $"must not aim {hook[0]} at another host") if {
	some container in pods.containers
	some hook in hooks
	some handler in ["httpGet", "tcpSocket"]
	not pods.present(container, array.concat(hook, [handler, "host"]), "") == ""
}

hooks := [["livenessProbe"], ["readinessProbe"], ["startupProbe"], ["lifecycle", "postStart"], ["lifecycle", "preStop"]]

deny contains pods.reason("app-armor", "the pod", "must keep the default AppArmor profile, or one of the node") if {
	some pod in pods.all
	not armoured(pod.spec)
}

deny contains pods.reason("app-armor", pods.named(container), "must keep the default AppArmor profile, or one of the node") if {
	some container in pods.containers
	not armoured(container)
}

armoured(holder) if profile_among(holder, "appArmorProfile", {"RuntimeDefault", "Localhost"})

deny contains pods.reason("app-armor", "the pod", $"must not lift AppArmor by annotation {key}") if {
	some pod in pods.all
	some key, value in pods.present(pod, ["metadata", "annotations"], {})
	startswith(key, "container.apparmor.security.beta.kubernetes.io/")
	not armoured_annotation(value)
}

armoured_annotation(value) if value in {"", "runtime/default"}

armoured_annotation(value) if startswith(value, "localhost/")

deny contains pods.reason("se-linux", "the pod", "must not set SELinux user or role, nor a type beyond the container types") if {
	some pod in pods.all
	not labelled_as_container(pod.spec)
}

deny contains pods.reason("se-linux", pods.named(container), "must not set SELinux user or role, nor a type beyond the container types") if {
	some container in pods.containers
	not labelled_as_container(container)
}

labelled_as_container(holder) if {
	options := pods.present(holder, ["securityContext", "seLinuxOptions"], {})
	is_object(options)
	pods.present(options, ["user"], "") == ""
	pods.present(options, ["role"], "") == ""
	pods.present(options, ["type"], "") in {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
}

deny contains pods.reason("proc-mount", pods.named(container), "must keep the default /proc mount") if {
	some pod in pods.all
	not pods.in_user_namespace(pod)
	some container in pods.containers_of(pod)
	not masks_proc(container)
}

masks_proc(container) if pods.present(container, ["securityContext", "procMount"], "Default") == "Default"

deny contains pods.reason("seccomp", "the pod", "must not lift the seccomp profile") if {
	some pod in pods.all
	not filtered(pod.spec)
}

deny contains pods.reason("seccomp", pods.named(container), "must not lift the seccomp profile") if {
	some container in pods.containers
	not filtered(container)
}

filtered(holder) if profile_among(holder, "seccompProfile", {"RuntimeDefault", "Localhost"})

profile_among(holder, field, _) if pods.present(holder, ["securityContext", field], null) == null

profile_among(holder, field, types) if holder.securityContext[field].type in types

deny contains pods.reason("sysctls", "the pod", "must not set a sysctl that is not known to be safe") if {
	some pod in pods.all
	not tuned_safely(pod.spec)
}

tuned_safely(spec) if {
	sysctls := pods.present(spec, ["securityContext", "sysctls"], [])
	is_array(sysctls)
	every sysctl in sysctls { sysctl.name in safe_sysctls }
}

safe_sysctls := {
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
	"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
}
