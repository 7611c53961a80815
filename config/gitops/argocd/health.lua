-- Health of the three kinds of code-engine.dev. The generation comes first: a status of an earlier spec says nothing.
local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "the operator has not seen this generation yet"}
end

-- What only a person can end, or a clock that a person may cut short.
local waiting = {
  AwaitingHuman = true,
  Suspended = true,
  WaitingForApproval = true,
  WaitingForDecision = true,
  WaitingForPause = true,
  WaitingForPromotion = true,
}

local ready, stalled = {}, {}
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then ready = condition end
  if condition.type == "Stalled" then stalled = condition end
end

local message = status.message or ready.message or ""
if stalled.status == "True" then return {status = "Degraded", message = message} end
if ready.status == "True" then return {status = "Healthy", message = message} end
if ready.status == "Unknown" and waiting[ready.reason] then return {status = "Suspended", message = message} end
return {status = "Progressing", message = message}
