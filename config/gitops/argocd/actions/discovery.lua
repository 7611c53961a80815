-- No approve: it would answer as the account of Argo CD, and only a person may answer.
local paused = {WaitingForDecision = true, WaitingForPause = true, WaitingForPromotion = true}

local ready, under_way, failed = {}, false, false
for _, condition in ipairs((obj.status or {}).conditions or {}) do
  if condition.type == "Ready" then ready = condition end
  if condition.type == "Reconciling" then under_way = condition.status == "True" end
  if condition.type == "Stalled" then failed = condition.status == "True" end
end

return {
  abort = {disabled = not (under_way or ready.reason == "Suspended")},
  promote = {disabled = not paused[ready.reason]},
  retry = {disabled = not failed},
}
