# Pod Security Standards, level restricted: what baseline asks, and every hardening that is in reach of a pod.
package code.packs.pod_security_restricted

import data.code.lib.pods
import data.code.packs.pod_security_baseline as baseline
import future.keywords.not

deny contains pods.reason("volume-types", "the pod", $"must not use a volume of this type (volume {pods.name(volume)})") if {
	some pod in pods.all
	some volume in pods.present(pod.spec, ["volumes"], [])
	not of_safe_type(volume)
}

volume_types := {
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
}

# A volume that names no source becomes an emptyDir.
of_safe_type(volume) if {
	every key, source in volume { safe_source(key, source) }
}

safe_source(key, _) if key == "name"

safe_source(key, source) if {
	key in volume_types
	is_object(source)
}

safe_source(_, source) if source == null

deny contains pods.reason("privilege-escalation", pods.named(container), "must set allowPrivilegeEscalation: false") if {
	some pod in pods.all
	not pods.on_windows(pod)
	some container in pods.containers_of(pod)
	not container.securityContext.allowPrivilegeEscalation == false
}

deny contains pods.reason("capabilities", pods.named(container), "must drop ALL capabilities and add at most NET_BIND_SERVICE") if {
	some pod in pods.all
	not pods.on_windows(pod)
	some container in pods.containers_of(pod)
	not drops_all(container)
}

drops_all(container) if {
	is_array(container.securityContext.capabilities.drop)
	"ALL" in container.securityContext.capabilities.drop
	baseline.adds_only(container, {"NET_BIND_SERVICE"})
}

deny contains pods.reason("run-as-non-root", "the pod", "must not set runAsNonRoot to anything but true") if {
	some pod in pods.all
	not pods.in_user_namespace(pod)
	not pods.present(pod.spec, ["securityContext", "runAsNonRoot"], true) == true
}

deny contains pods.reason("run-as-non-root", pods.named(container), "must set runAsNonRoot: true, or leave it to a pod that does") if {
	some pod in pods.all
	not pods.in_user_namespace(pod)
	inherited := pods.present(pod.spec, ["securityContext", "runAsNonRoot"], false)
	some container in pods.containers_of(pod)
	not pods.present(container, ["securityContext", "runAsNonRoot"], inherited) == true
}

deny contains pods.reason("run-as-user", "the pod", "must not run as user 0") if {
	some pod in pods.all
	not pods.in_user_namespace(pod)
	not not_root(pod.spec)
}

deny contains pods.reason("run-as-user", pods.named(container), "must not run as user 0") if {
	some pod in pods.all
	not pods.in_user_namespace(pod)
	some container in pods.containers_of(pod)
	not not_root(container)
}

not_root(holder) if {
	user := pods.present(holder, ["securityContext", "runAsUser"], 1)
	is_number(user)
	user > 0
}

deny contains pods.reason("seccomp", pods.named(container), "must set the seccomp profile RuntimeDefault or Localhost, or leave it to a pod that does") if {
	some pod in pods.all
	not pods.on_windows(pod)
	inherited := pods.present(pod.spec, ["securityContext", "seccompProfile"], {})
	some container in pods.containers_of(pod)
	profile := pods.present(container, ["securityContext", "seccompProfile"], inherited)
	not profile.type in {"RuntimeDefault", "Localhost"}
}

# Unlike baseline, in a user namespace too.
deny contains pods.reason("proc-mount", pods.named(container), "must keep the default /proc mount") if {
	some container in pods.containers
	not baseline.masks_proc(container)
}
