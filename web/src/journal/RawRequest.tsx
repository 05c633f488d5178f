import { Copy } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { JournalEntryDetails } from "@/api/types";
import { Button } from "@/ui/Button";
import { showToast } from "@/ui/toasts";

/** The request as it came, but for its secrets, in the form of HTTP. */
export function requestText({
  url,
  headers,
  body,
}: Pick<JournalEntryDetails, "url" | "headers" | "body">): string {
  const lines = headers.map(({ name, value }) => `${name}: ${value}`);
  return [`POST ${url}`, ...lines, "", body].join("\n");
}

/** What the provider sent: its parameters in words, and the whole of it to be read or copied. */
export function RawRequest({ entry }: { entry: JournalEntryDetails }) {
  const { t } = useTranslation();
  // A provider names much that it has nothing to say of; the raw request has that too.
  const params = entry.params.filter(({ value }) => value !== "");
  const text = requestText(entry);
  const copy = (): void => {
    // Absent outside secure contexts, whatever the type says.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const copied = clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => showToast(t("webhooks.copied")),
      () => showToast(t("webhooks.notCopied")),
    );
  };
  return (
    <section className="mt-6">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">{t("webhooks.request")}</h3>
        <Button onClick={copy}>
          <Copy aria-hidden className="size-4" />
          {t("webhooks.copy")}
        </Button>
      </header>
      <p className="mt-0.5 text-meta text-ink-soft">
        {t("webhooks.requestText", { address: entry.remote_address, count: entry.body_bytes })}
      </p>
      {params.length > 0 && (
        <table className="mt-2 w-full table-fixed border-t text-list">
          <caption className="sr-only">{t("webhooks.params")}</caption>
          <tbody>
            {params.map(({ name, value }, index) => (
              <tr key={index} className="border-b align-top">
                <th
                  scope="row"
                  className="w-2/5 py-1 pe-3 text-start font-normal wrap-anywhere text-ink-soft"
                >
                  {name}
                </th>
                <td dir="auto" className="py-1 start-aligned wrap-anywhere whitespace-pre-wrap">
                  {value}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details className="mt-3">
        <summary className="w-fit rounded-sm text-list font-medium text-ink-soft hover:text-ink">
          {t("webhooks.raw")}
        </summary>
        <pre
          role="region"
          aria-label={t("webhooks.raw")}
          // A scrolling region has to be reachable by keyboard (WCAG 2.1.1).
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="mt-2 max-h-96 overflow-y-auto rounded-md border bg-surface p-3 font-mono text-meta wrap-anywhere whitespace-pre-wrap"
        >
          {text}
        </pre>
      </details>
    </section>
  );
}
