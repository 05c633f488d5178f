import { Paperclip } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { useWriting } from "@/live/LiveProvider";
import { mayWrite, useUser } from "@/session/session";

type Props = { conversationId: string; children: ReactNode };

/** Files dropped anywhere on a conversation go along with the reply. */
export function DropZone({ conversationId, children }: Props) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const { attachments } = useWriting();
  // Entering a child comes before leaving its parent, so both are counted.
  const [depth, setDepth] = useState(0);
  const withFiles = (act: () => void) => (event: DragEvent) => {
    if (!writes || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    act();
  };
  const drop = (event: DragEvent): void => {
    setDepth(0);
    if (!writes || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    attachments.add(conversationId, Array.from(event.dataTransfer.files));
  };
  return (
    // Dropping is a shortcut for the composer's button, which the keyboard reaches.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="relative flex h-full min-w-0 flex-1 flex-col"
      onDragEnter={withFiles(() => setDepth((known) => known + 1))}
      onDragOver={withFiles(() => undefined)}
      onDragLeave={withFiles(() => setDepth((known) => Math.max(0, known - 1)))}
      onDrop={drop}
    >
      {children}
      {depth > 0 && (
        <p className="pointer-events-none absolute inset-2 z-30 flex items-center justify-center gap-2 rounded-lg border-2 border-dashed border-accent bg-accent-soft/95 p-4 font-medium text-accent-text">
          <Paperclip aria-hidden className="size-5" />
          {t("composer.files.drop")}
        </p>
      )}
    </div>
  );
}
