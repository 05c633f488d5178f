import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { opening } from "@/lib/opening";

import { BubbleText } from "./BubbleText";

/** The text of an email; of a long one its beginning, until somebody wants all of it. */
export function LetterText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const beginning = useMemo(() => opening(text), [text]);
  if (!text.trim()) return null;
  return (
    <div className="mt-2">
      <p dir="auto" className="max-w-[68ch] user-text text-start">
        <BubbleText text={whole ? text : (beginning ?? text)} />
      </p>
      {beginning !== undefined && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 inline-flex min-h-7 items-center rounded-sm text-list font-medium text-accent-text underline-offset-2 hover:underline pointer-coarse:min-h-10"
        >
          {t(whole ? "thread.email.showLess" : "thread.email.showAll")}
        </button>
      )}
    </div>
  );
}
