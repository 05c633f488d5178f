import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/api/errorText";
import type { LineSettings } from "@/api/types";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Section } from "@/ui/Section";
import { RelativeTime } from "@/ui/Time";
import { showToast } from "@/ui/toasts";

import { useRemoveLine, useRestoreLine } from "./lineSettings";

/** Takes a line out of use, after saying what becomes of what waits on it; for a day it can be undone. */
export function RemoveLine({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const restore = useRestoreLine(line.id);
  const remove = useRemoveLine(line.id, () => {
    setAsking(false);
    showToast(t("lines.remove.removed", { line: line.name }), {
      label: t("common.undo"),
      run: () => restore.mutate(undefined, { onError: (error) => showToast(errorText(error, t)) }),
    });
  });
  const run = (): void => remove.mutate(undefined, { onError: (error) => showToast(errorText(error, t)) });
  return (
    <Section title={t("lines.remove.title")} text={t("lines.remove.text")}>
      <div className="border-t pt-4">
        <Button look="danger" onClick={() => setAsking(true)}>
          {t("lines.remove.ask")}
        </Button>
      </div>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t("lines.remove.sure", { line: line.name })}
        description={t(line.failover.length > 0 ? "lines.remove.standIn" : "lines.remove.noStandIn", {
          line: line.failover[0],
        })}
      >
        <div className="flex flex-wrap gap-3">
          <Button look="danger" disabled={remove.isPending} onClick={run}>
            {t("lines.remove.ask")}
          </Button>
          <Button autoFocus onClick={() => setAsking(false)}>
            {t("common.cancel")}
          </Button>
        </div>
      </Dialog>
    </Section>
  );
}

/** A line that was removed, and the way back. */
export function Removed({ line }: { line: LineSettings }) {
  const { t } = useTranslation();
  const restore = useRestoreLine(line.id);
  return (
    <Banner tone="warning" icon={Trash2} className="mb-6 rounded-md">
      <p className="mb-2">
        {t("lines.remove.isRemoved", { name: line.changed_by })}{" "}
        {line.restorable_until && (
          <>
            {t("lines.remove.until")} <RelativeTime at={line.restorable_until} />
          </>
        )}
      </p>
      <Button
        disabled={restore.isPending}
        onClick={() => restore.mutate(undefined, { onError: (error) => showToast(errorText(error, t)) })}
      >
        {t("lines.remove.restore")}
      </Button>
    </Banner>
  );
}
