# Whether the resource's namespace belongs to a Tenant, and what that Tenant lists.
package code.lib.tenancy

import data.code.lib.actions
import future.keywords.not

tenanted if actions.filled(input.tenant.name)

# Only the absence of the whole part says so: a part that is there and cannot be read proves nothing, and is denied.
untenanted if not "tenant" in object.keys(input)

known if tenanted

known if untenanted

# What the Tenant lists: as its spec says it (`{allow: [...]}`) or as a plain list.
listed(name) := input.tenant[name] if is_array(input.tenant[name])

listed(name) := input.tenant[name].allow if is_array(input.tenant[name].allow)

# `*`, the name itself, or all names before the last `*`: `notify.*` covers `notify.post_message`, `builtin/*` covers
# `builtin/security`.
covers(pattern, name) if pattern == name

covers(pattern, name) if {
	endswith(pattern, "*")
	startswith(name, trim_suffix(pattern, "*"))
}
