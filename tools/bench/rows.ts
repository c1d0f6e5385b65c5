import type { Row } from "./row.ts";
import { brokerRows } from "./rows/broker.ts";
import { buildRows } from "./rows/build.ts";
import { confinedStartRows } from "./rows/confined-start.ts";
import { handOverRows } from "./rows/hand-over.ts";
import { installRows } from "./rows/install.ts";
import { listRows } from "./rows/list.ts";
import { localRunRow } from "./rows/local-run.ts";
import { logsRows } from "./rows/logs.ts";
import { roundTripRows } from "./rows/round-trip.ts";
import { stalledClientRow } from "./rows/stalled-client.ts";
import { uiRows } from "./rows/ui.ts";

/** Everything that is measured, in the order of the table. */
export const ROWS: readonly Row[] = [
  ...listRows,
  ...installRows,
  localRunRow,
  ...buildRows,
  ...handOverRows,
  ...roundTripRows,
  ...confinedStartRows,
  ...brokerRows,
  ...logsRows,
  stalledClientRow,
  ...uiRows,
];
