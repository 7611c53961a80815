-- Needs the RBAC verb retry on deployments.code-engine.dev.
local os = require("os")
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["code-engine.dev/retry"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
