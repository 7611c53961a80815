/**
 * Pods of the desired revision at a weight, where traffic follows the pods (delivery.md section 2): w*N/100 to the nearest,
 * ties up, and within 1..N-1 so that both revisions stay. `beside` are the pods left to what serves: at N = 1 one stays
 * beside the other.
 */
export function canaryPods(replicas: number, weight: number): { readonly canary: number; readonly beside: number } {
  if (weight <= 0) return { canary: 0, beside: replicas };
  if (weight >= 100) return { canary: replicas, beside: 0 };
  if (replicas <= 1) return { canary: replicas, beside: replicas };
  const nearest = Math.floor((weight * replicas) / 100 + 0.5);
  const canary = Math.min(replicas - 1, Math.max(1, nearest));
  return { canary, beside: replicas - canary };
}
