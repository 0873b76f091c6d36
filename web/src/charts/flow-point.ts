/** What went in and out in a bucket of time, exact decimal texts. */
export interface FlowPoint {
  /** Start, epoch ms. */
  time: number;
  in: string;
  out: string;
  net: string;
}
