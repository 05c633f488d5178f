import { clsx } from "clsx";
import { RotateCcw, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Message } from "@/api/types";
import { errorText } from "@/api/errorText";
import { sentence } from "@/lib/sentence";
import { mayWrite, useUser } from "@/session/session";
import { showToast } from "@/ui/toasts";

import { useCancelMessage, useSendAgain } from "./messages";
import { canCancel, isOnItsWay, needsAttention } from "./states";

const actionClass =
  "inline-flex min-h-6 items-center gap-1 rounded-sm font-semibold underline-offset-2 hover:underline pointer-coarse:min-h-9";

const frame = "mt-1 max-w-[min(34rem,85%)] text-end text-list";

/** Under a message that is not simply on its way: what happened, what it means, what to do. */
export function MessageNotice({ message }: { message: Message }) {
  const { t } = useTranslation();
  const writes = mayWrite(useUser());
  const { state, error } = message;
  if (needsAttention(message) && message.dismissed_at) {
    return (
      <div className={clsx(frame, "text-ink-soft")}>
        <Reason text={error?.text ?? t(`messageState.${state}`)} help={t("thread.dealtWith")} />
      </div>
    );
  }
  if (needsAttention(message)) {
    return (
      <div className={clsx(frame, "text-danger")}>
        <Reason text={error?.text ?? t(`messageState.${state}`)} help={error?.help} />
        {writes && <SendAgain id={message.id} />}
      </div>
    );
  }
  // Whatever went wrong before: what matters now is that nobody knows yet, and that nothing is sent blindly.
  if (state === "unknown") return <p className={clsx(frame, "text-warning")}>{t("thread.unknown")}</p>;
  if (error && isOnItsWay(message)) {
    return (
      <div className={clsx(frame, "text-warning")}>
        <Reason text={error.text} help={error.help} />
        {writes && canCancel(message) && <Cancel id={message.id} />}
      </div>
    );
  }
  if (message.possibly_doubled)
    return <p className={clsx(frame, "text-warning")}>{t("thread.possiblyDoubled")}</p>;
  if (state === "canceled")
    return <p className={clsx(frame, "text-ink-soft")}>{error?.text ?? t("thread.canceled")}</p>;
  return null;
}

/** What happened, and in a quieter voice what it means. */
function Reason({ text, help }: { text: string; help: string | undefined }) {
  return (
    <p>
      {sentence(text)} {help && <span className="text-ink-soft">{help}</span>}
    </p>
  );
}

function SendAgain({ id }: { id: string }) {
  const { t } = useTranslation();
  const sendAgain = useSendAgain();
  return (
    <button
      type="button"
      className={actionClass}
      disabled={sendAgain.isPending || sendAgain.isSuccess}
      onClick={() => sendAgain.mutate(id, { onError: (error) => showToast(errorText(error, t)) })}
    >
      <RotateCcw aria-hidden className="size-3.5" />
      {t(sendAgain.isSuccess ? "thread.sentAgain" : "thread.sendAgain")}
    </button>
  );
}

function Cancel({ id }: { id: string }) {
  const { t } = useTranslation();
  const cancel = useCancelMessage();
  return (
    <button
      type="button"
      className={actionClass}
      disabled={cancel.isPending}
      onClick={() => cancel.mutate(id, { onError: (error) => showToast(errorText(error, t)) })}
    >
      <X aria-hidden className="size-3.5" />
      {t("thread.cancel")}
    </button>
  );
}
