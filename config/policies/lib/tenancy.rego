# Whether the resource's namespace belongs to a Tenant, and what that Tenant lists.
package code.lib.tenancy

import data.code.lib.actions

tenanted if actions.filled(input.tenant.name)

# Only the absence of the whole part says so: a part that is there and cannot be read proves nothing, and is denied.
untenanted if not "tenant" in object.keys(input)

known if tenanted

known if untenanted

# A list of the Tenant that is there, as it should be.
lists(name) if is_array(input.tenant[name])

# `*`, the name itself, or all names before the last `*`: `notify.*` covers `notify.post_message`, `builtin/*` covers
# `builtin/security`.
covers(pattern, name) if pattern == name

covers(pattern, name) if {
	endswith(pattern, "*")
	startswith(name, trim_suffix(pattern, "*"))
}
