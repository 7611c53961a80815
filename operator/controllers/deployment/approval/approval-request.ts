/** What people are asked, and who they are. */
export interface ApprovalRequest {
  /** As the consultation's subject names it: an answer to one request of a delivery is no answer to another. */
  readonly step: string;
  readonly title: string;
  readonly question: string;
  /** Absent: one person, whoever may answer. */
  readonly panel?: string;
  /** A duration; a day unless set. */
  readonly expiresAfter?: string;
}
