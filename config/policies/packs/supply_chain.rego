# Where images come from. A Tenant that lists its registries has said that it cares: from then on an image comes from one of
# them and is pinned by digest. Everybody else is only told, so that a first delivery of `nginx` works.
package code.packs.supply_chain

import data.code.lib.actions
import data.code.lib.pods
import data.code.lib.tenancy
import future.keywords.not

default ok := false

ok if {
	pods.well_formed
	tenancy.untenanted
}

ok if {
	pods.well_formed
	tenancy.tenanted
	not "registries" in object.keys(input.tenant)
}

ok if {
	pods.well_formed
	tenancy.tenanted
	registries
	count(findings) == 0
}

# A list that is there, even an empty one.
registries := tenancy.listed("registries")

deny := findings if registries

else := {{
	"rule": "supply-chain/registries-unknown",
	"message": "the registries of the tenant cannot be read",
	"remedy": "correct spec.registries of the Tenant",
}} if {
	"registries" in object.keys(input.tenant)
}

else := set()

warn := set() if registries

else := findings

findings contains {
	"rule": "supply-chain/registry-not-listed",
	"message": $"{pods.named(container)} uses an image of a registry that the tenant does not list: {pods.image(container)}",
	"remedy": "use an image of a listed registry, or add the registry to spec.registries.allow of the Tenant",
} if {
	registries
	some container in pods.containers
	not from_listed_registry(container.image)
}

findings contains {
	"rule": "supply-chain/not-pinned",
	"message": $"{pods.named(container)} uses an image without a digest, so what was reviewed may not be what runs: {pods.image(container)}",
	"remedy": "name the image as <name>@sha256:<digest>",
} if {
	some container in pods.containers
	not pinned(container.image)
}

findings contains {
	"rule": "supply-chain/floating-tag",
	"message": $"{pods.named(container)} uses the tag latest, which names another image tomorrow: {pods.image(container)}",
	"remedy": "name a version, or better a digest",
} if {
	some container in pods.containers
	floats(container.image)
}

# `<name>@sha256:` and 64 hexadecimal digits.
pinned(image) if {
	[name, hash] := split(image, "@sha256:")
	name != ""
	count(hash) == 64
	trim(hash, "0123456789abcdef") == ""
}

# Compared with a slash at the end: `images.acme.example` must not cover `images.acme.example.evil.org`.
from_listed_registry(image) if {
	some registry in registries
	actions.filled(registry)
	tenancy.covers($"{trim_suffix(trim_suffix(registry, "*"), "/")}/*", full_name(image))
}

from_listed_registry(_) if "*" in registries

# The name as a container runtime reads it: without a host it is Docker Hub's.
full_name(image) := image if has_host(image)

full_name(image) := $"docker.io/{image}" if {
	not has_host(image)
	contains(image, "/")
}

full_name(image) := $"docker.io/library/{image}" if {
	not contains(image, "/")
}

has_host(image) if {
	contains(image, "/")
	host_like(split(image, "/")[0])
}

host_like(host) if contains(host, ".")

host_like(host) if contains(host, ":")

host_like(host) if host == "localhost"

# The tag is `latest`, or none is written, which means the same.
floats(image) if {
	segments := split(image, "/")
	tag(segments[count(segments) - 1]) == "latest"
}

tag(segment) := version if {
	version := split(segment, ":")[1]
} else := "latest"
