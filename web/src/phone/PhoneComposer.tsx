import { ArrowUp, MapPin, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { AttachFiles, ChosenFiles } from "./PhoneFiles";
import { PhoneTo } from "./PhoneTo";
import type { PhoneMessage, Place, Sender } from "./simulator";

type Props = {
  name: string;
  senders: Sender[];
  to: string;
  onChooseTo: (address: string) => void;
  /** The message that the next one will answer. */
  answered: PhoneMessage | undefined;
  onForget: () => void;
  onSend: (body: string, files: File[]) => void;
  /** Where places can be sent. */
  onPlace: ((place: Place) => void) | undefined;
};

/** Where every customer of the rehearsal stands when they share their location. */
const here: Place = {
  latitude: 37.7955,
  longitude: -122.3937,
  label: "Ferry Building",
  address: "1 Ferry Building, San Francisco",
};

/** Texts like a phone does: Enter sends. */
export function PhoneComposer(props: Props) {
  const { name, senders, to, onChooseTo, answered, onForget, onSend, onPlace } = props;
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const isEmpty = !text.trim() && files.length === 0;
  const send = (): void => {
    if (isEmpty) return;
    onSend(text.trim(), files);
    setText("");
    setFiles([]);
  };
  return (
    <form
      className="shrink-0 border-t bg-canvas p-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {answered && (
        <p className="flex items-center gap-1 px-2 pb-1 text-meta text-ink-soft">
          <span dir="auto" className="min-w-0 flex-1 truncate border-s-2 ps-2">
            {answered.body}
          </span>
          <button
            type="button"
            aria-label={t("phone.forgetAnswer")}
            onClick={onForget}
            className="inline-flex size-6 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:size-9"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </p>
      )}
      {senders.length > 1 && <PhoneTo value={to} choices={senders} onChoose={onChooseTo} />}
      <ChosenFiles files={files} onChange={setFiles} className="px-2 pb-1" />
      <div className="flex items-end gap-1 rounded-bubble border border-outline bg-surface ps-1 pe-1">
        <AttachFiles files={files} onChange={setFiles} className="my-1" />
        <input
          dir="auto"
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={t("phone.write", { name })}
          placeholder={t("phone.placeholder")}
          maxLength={1600}
          autoComplete="off"
          className="min-h-9 min-w-0 flex-1 bg-transparent field-text outline-none"
        />
        {onPlace && (
          <button
            type="button"
            aria-label={t("phone.shareLocation")}
            title={t("phone.shareLocation")}
            onClick={() => onPlace(here)}
            className="my-1 flex size-7 shrink-0 items-center justify-center rounded-full text-ink-soft hover:bg-hover"
          >
            <MapPin aria-hidden className="size-4" />
          </button>
        )}
        <button
          type="submit"
          aria-label={t("phone.send")}
          disabled={isEmpty}
          className="my-1 flex size-7 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent disabled:opacity-40"
        >
          <ArrowUp aria-hidden className="size-4" />
        </button>
      </div>
    </form>
  );
}
