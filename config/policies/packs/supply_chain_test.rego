package code.packs.supply_chain_test

import data.code.lib.samples
import data.code.packs.supply_chain
import future.keywords.not

question(image) := samples.delivery("validate", [samples.dry_run_pod_of(samples.patched(
	samples.pod,
	"/spec/containers/0/image",
	image,
))])

judged(image, tenant) := {"ok": ok, "deny": {reason.rule | some reason in deny}, "warn": {reason.rule | some reason in warn}} if {
	asked := samples.within(tenant, question(image))
	ok := supply_chain.ok with input as asked
	deny := supply_chain.deny with input as asked
	warn := supply_chain.warn with input as asked
}

careful(registries) := {"name": "acme", "registries": registries}

pinned(name) := $"{name}@sha256:{samples.digest}"

allowed := {"ok": true, "deny": set(), "warn": set()}

test_a_tenant_that_lists_registries_gets_pinned_images_of_them if {
	every listed in [["images.acme.example/"], ["images.acme.example"], ["images.acme.example/*"], ["*"]] {
		judged(pinned("images.acme.example/shop"), careful(listed)) == allowed
		judged(pinned("images.acme.example/shop:v1"), careful({"allow": listed})) == allowed
	}
}

test_a_prefix_never_covers_a_longer_host_or_another_registry if {
	every image in [
		"images.acme.example.evil.org/shop", "images.acme.examples/shop", "evil.org/images.acme.example/shop",
		"images.acme.example:5000/shop", "nginx", "library/nginx",
	] {
		judged(pinned(image), careful(["images.acme.example"])) == {
			"ok": false,
			"deny": {"supply-chain/registry-not-listed"},
			"warn": set(),
		}
	}
}

test_an_empty_list_allows_nothing if {
	every registries in [[], [""], [null], {"allow": []}] {
		not judged(pinned("images.acme.example/shop"), careful(registries)).ok
	}
}

test_registries_that_cannot_be_read_deny if {
	every registries in [null, 7, "*", {}, {"allow": "*"}, true] {
		judged(pinned("images.acme.example/shop"), careful(registries)) == {
			"ok": false,
			"deny": {"supply-chain/registries-unknown"},
			"warn": set(),
		}
	}
}

test_an_image_without_a_host_is_docker_hubs if {
	judged(pinned("nginx"), careful(["docker.io/library/"])) == allowed
	judged(pinned("bitnami/redis"), careful(["docker.io/bitnami"])) == allowed
	judged(pinned("localhost/shop"), careful(["localhost/"])) == allowed
	judged(pinned("registry:5000/shop"), careful(["registry:5000"])) == allowed
	not judged(pinned("bitnami/redis"), careful(["docker.io/library"])).ok
}

test_a_digest_is_sha256_and_64_hexadecimal_digits if {
	every image in [
		"images.acme.example/shop:v1",
		$"images.acme.example/shop:latest@sha256:{substring(samples.digest, 0, 63)}",
		$"images.acme.example/shop@sha256:{substring(samples.digest, 0, 63)}",
		$"images.acme.example/shop@sha256:{samples.digest}0",
		$"images.acme.example/shop@sha256:{replace(samples.digest, "0", "g")}",
		$"images.acme.example/shop@sha512:{samples.digest}",
		$"images.acme.example/shop@sha256:{samples.digest}@sha256:{samples.digest}",
	] {
		judged(image, careful(["images.acme.example"])) == {"ok": false, "deny": {"supply-chain/not-pinned"}, "warn": set()}
	}
}

test_latest_and_no_tag_float if {
	every image in ["images.acme.example/shop", "images.acme.example/shop:latest", "images.acme.example:5000/shop"] {
		"supply-chain/floating-tag" in judged(image, careful(["*"])).deny
	}
}

test_a_tenant_without_a_list_is_only_told if {
	judged("nginx", {"name": "acme"}) == {
		"ok": true,
		"deny": set(),
		"warn": {"supply-chain/not-pinned", "supply-chain/floating-tag"},
	}
	judged(pinned("nginx"), {"name": "acme"}) == allowed
}

test_an_unreadable_tenant_or_pod_proves_nothing if {
	not judged(pinned("nginx"), {}).ok
	not judged("", {"name": "acme"}).ok
	not judged($"@sha256:{samples.digest}", careful(["*"])).ok
	not judged(7, careful(["*"])).ok
}
