# The Pod Security Standards of Kubernetes 1.36, so that a pod is refused before any object exists and with a reason that
# names the container. The level is the Tenant's; a namespace without a Tenant is held to `baseline`.
package code.packs.pod_security

import data.code.lib.pods
import data.code.lib.tenancy
import data.code.packs.pod_security_baseline as baseline
import data.code.packs.pod_security_restricted as restricted
import future.keywords.not

default ok := false

# Every deny below is the lack of a proof, so no deny over well-formed pods is the proof of all.
ok if {
	pods.well_formed
	level
	count(deny) == 0
}

level := "baseline" if tenancy.untenanted

# A Tenant that does not say gets the strictest.
level := object.get(input.tenant, "podSecurity", "restricted") if {
	tenancy.tenanted
	object.get(input.tenant, "podSecurity", "restricted") in {"privileged", "baseline", "restricted"}
}

deny contains reason if {
	level in {"baseline", "restricted"}
	some reason in baseline.deny
}

deny contains reason if {
	level == "restricted"
	some reason in restricted.deny
}

deny contains {
	"rule": "pod-security/malformed",
	"message": "a planned object holds no pod that can be judged: containers need a name and an image, and lists must be lists",
	"remedy": "correct spec.template",
} if {
	not pods.well_formed
}

deny contains {
	"rule": "pod-security/level-unknown",
	"message": "the pod security level of the tenant is none of privileged, baseline and restricted",
	"remedy": "correct spec.podSecurity of the Tenant",
} if {
	not level
}
