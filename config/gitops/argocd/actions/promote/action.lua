-- Needs the RBAC verb promote on deployments.code-engine.dev.
local os = require("os")
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["code-engine.dev/promote"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
