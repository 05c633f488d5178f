import { Search, X } from "lucide-react";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";

import { useDebouncedCallback } from "@/lib/useDebounced";

type Props = {
  label: string;
  /** The search as it stands in the address. */
  value: string;
  onSearch: (value: string) => void;
  fieldRef?: RefObject<HTMLInputElement | null>;
};

const typingPauseMs = 180;

/** Searches while one types, and clears with Escape. */
export function SearchField({ label, value, onSearch, fieldRef }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  // The address changed by itself (back, a tab): show what it says now.
  if (shown !== value) {
    setShown(value);
    if (value !== text.trim()) setText(value);
  }
  const searchSoon = useDebouncedCallback(onSearch, typingPauseMs);
  const change = (next: string): void => {
    setText(next);
    searchSoon(next.trim());
  };
  return (
    <div className="relative min-w-0 flex-1">
      <Search
        aria-hidden
        className="pointer-events-none absolute inset-y-0 start-2.5 my-auto size-4 text-ink-faint"
      />
      <input
        ref={fieldRef}
        type="search"
        value={text}
        aria-label={label}
        placeholder={label}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (text) change("");
          else event.currentTarget.blur();
        }}
        className="h-9 w-full appearance-none rounded-md border border-hairline bg-surface ps-8.5 pe-8 field-text focus:border-accent pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button
          type="button"
          aria-label={t("common.clearSearch")}
          onClick={() => change("")}
          className="absolute inset-y-0 end-0 flex w-8 items-center justify-center rounded-md text-ink-faint hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}
