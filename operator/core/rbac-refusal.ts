/**
 * True for a 403 of the RBAC authorizer, which names who cannot do what (`User "..." cannot create resource "pods" ...`,
 * `cannot impersonate resource ...`), and false for one of admission (quota, Pod Security, a policy): both are 403.
 */
export function isRbacRefusal(message: string): boolean {
  return / cannot [a-z]+ resource /.test(message);
}
