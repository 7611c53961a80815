/**
 * Pods of the desired revision at a weight, where a route or Service directs the traffic (delivery.md section 2): the weight's
 * share of N rounded up. `beside` are the pods of what serves: all of N, or what the weight leaves of it where both share N.
 */
export function routedPods(
  weight: number,
  { replicas, surge, shared }: { readonly replicas: number; readonly surge: number; readonly shared: boolean },
): { readonly canary: number; readonly beside: number } {
  const canary = weight <= 0 ? 0 : Math.min(replicas, Math.max(1, Math.ceil((weight * replicas) / 100)));
  if (!shared) return { canary, beside: replicas };
  if (weight >= 100 || replicas === 0) return { canary, beside: 0 };
  const rest = surge === 0 ? replicas - canary : replicas - Math.floor((weight * replicas) / 100);
  // The only pod has another beside it: what carries traffic is never none.
  return { canary, beside: Math.max(1, rest) };
}
