import { Check, CircleAlert, Clock3 } from "lucide-react";

import type { Progress } from "@/api/types";

const marks = {
  processed: { Icon: Check, look: "text-success" },
  waiting: { Icon: Clock3, look: "text-ink-faint" },
  failed: { Icon: CircleAlert, look: "text-danger" },
} as const;

/** How far a webhook has come, as a sign; the words stand beside it. */
export function StateMark({ state }: { state: Progress }) {
  const { Icon, look } = marks[state];
  return <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${look}`} />;
}
