-- Needs the RBAC verb abort on deployments.code-engine.dev.
local os = require("os")
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["code-engine.dev/abort"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
